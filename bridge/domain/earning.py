"""What an order should have booked: the buyer's accruals, the credit it redeemed, the sponsors' shares.

Pure: everything follows from the newest state of the order and from facts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from bridge.domain.calendar import local_day, midnight, plus_days, plus_months
from bridge.domain.levels import Sponsor, shares
from bridge.domain.money import half_up, half_up_ratio, split
from bridge.domain.orders import LIVE, Line, Order, State
from bridge.domain.programme import ARTICLE_RULE, Earn, Expiry, Programme, Version
from bridge.domain.targets import Key, Kind, Target, Why


@dataclass(frozen=True, slots=True)
class Facts:
    """What the order's state cannot show. ``owners`` maps a code (lower case) to the account it was issued to.

    ``paid_at`` is when the order was first seen paid; ``stopped`` that a budget had run out when it was placed.
    """

    buyer: int
    version: Version
    prefix: str
    group: str = ""
    employee: bool = False
    paid_at: datetime | None = None
    owners: Mapping[str, int] = field(default_factory=dict)
    upline: tuple[Sponsor, ...] = ()
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a line after what was given back: pieces, money (gross) and whether it may earn."""

    line: Line
    pieces: int
    money: int
    earns: bool

    @property
    def share(self) -> Fraction:
        """The part of the line that was kept: of its money, or of its pieces where credit paid it in full."""
        if self.line.paid:
            return Fraction(self.money, self.line.paid)
        return Fraction(self.pieces, self.line.quantity) if self.line.quantity else Fraction(0)


def kept(order: Order, programme: Programme, group: str) -> list[Kept]:
    """What is left of each line; a refund without lines is spread by the money that the lines still keep."""
    money = [max(0, line.paid - line.refunded) for line in order.lines]
    lost = min(order.refund_without_lines, sum(money))
    taken = split(lost, money) if lost else [0] * len(money)
    return [
        Kept(
            line,
            max(0, line.quantity - line.refunded_quantity),
            amount - part,
            programme.earns(line.article, group),
        )
        for line, amount, part in zip(order.lines, money, taken, strict=True)
    ]


def wholly_returned(lines: list[Kept]) -> bool:
    """Whether nothing of the order was kept."""
    return not any(item.share for item in lines)


def turnover(lines: list[Kept]) -> int:
    """What was paid and kept for everything that may earn, gross minor units."""
    return sum(item.money for item in lines if item.earns)


def usable_from(moment: datetime, programme: Programme) -> datetime:
    """When credit of that moment can be used: so many calendar days later at the same shop clock time."""
    return plus_days(moment, programme.programme.available_after_days, programme.zone)


def last_day(usable_at: datetime, expiry: Expiry | None, zone: ZoneInfo) -> date | None:
    """The last day on which credit can be used, None when it never expires."""
    if expiry is None:
        return None
    day = plus_months(local_day(usable_at, zone), expiry.months)
    return date(day.year, 12, 31) if expiry.end_of_year else day


def lapses_at(expires_on: date, zone: ZoneInfo) -> datetime:
    """The midnight (UTC) at which credit with this last usable day expires."""
    return midnight(expires_on + timedelta(days=1), zone)


def targets(order: Order, facts: Facts) -> list[Target]:
    """Everything that this order should have booked, on all accounts."""
    if order.test:
        return []
    lines = kept(order, facts.version.programme, facts.group)
    return [*_redemptions(order, facts, lines), *_earned(order, facts, lines)]


def credit_kept(order: Order, lines: list[Kept]) -> dict[str, int]:
    """What each code takes off the order now, minor units by code; nothing once the order no longer counts."""
    kept_now: dict[str, int] = {}
    if order.state in LIVE and not order.test:
        for item in lines:
            for part in item.line.credits:
                code = part.code.lower()
                kept_now[code] = kept_now.get(code, 0) + half_up(part.amount * item.share)
    return kept_now


def by_owner(credit: Mapping[str, int], owners: Mapping[str, int]) -> dict[int, int]:
    """The same by the account that each code was issued to; codes that nobody issued are left out."""
    taken: dict[int, int] = {}
    for code, amount in credit.items():
        if code in owners:
            taken[owners[code]] = taken.get(owners[code], 0) + amount
    return taken


def _redemptions(order: Order, facts: Facts, lines: list[Kept]) -> Iterator[Target]:
    taken = by_owner(credit_kept(order, lines), facts.owners)
    for account, amount in sorted(taken.items()):
        yield Target(
            key=Key(account, Kind.REDEMPTION, f"{facts.prefix}/order:{order.id}"),
            amount=-amount,
            happened_at=order.placed,
            changed_at=order.updated,
            usable_at=order.placed,
            expires_on=None,
            version=facts.version.number,
            order=order.id,
            why={"what": "redemption", "own": account == facts.buyer, "number": order.number},
        )


def _earned(order: Order, facts: Facts, lines: list[Kept]) -> Iterator[Target]:
    if order.state is not State.PAID or facts.employee or facts.stopped:
        return
    basket = sum(item.money for item in lines)
    credit = _Credit(order, facts)
    for item in lines:
        accrual = 0
        for rule, amount, why in accruals(item, basket, facts.version.programme, facts.group):
            accrual += amount
            yield credit.target(facts.buyer, Kind.ACCRUAL, item.line, f"rule:{rule}", amount, why)
        for level, account, amount, why in _shared(facts, item, accrual):
            yield credit.target(account, Kind.REFERRAL, item.line, f"level:{level}", amount, why)


def accruals(item: Kept, basket: int, programme: Programme, group: str) -> Iterator[tuple[str, int, Why]]:
    """What a line earns its buyer: (rule, minor units, why) for each rule that applies."""
    if not item.earns:
        return
    article = item.line.article
    matching = [r for r in programme.earn if r.matches(article, group) and basket >= r.minimum_order]
    first = next((r for r in matching if not r.also), None)
    if article.credit is not None:
        yield _typed(item, article.credit)
    elif first is not None:
        yield _measured(item, first, programme)
    for rule in matching:
        if rule.also:
            yield _measured(item, rule, programme)


def _typed(item: Kept, credit: int) -> tuple[str, int, Why]:
    amount = half_up(credit * item.pieces * _lowered(item))
    return ARTICLE_RULE, amount, _per_piece(item, credit, amount)


def _measured(item: Kept, rule: Earn, programme: Programme) -> tuple[str, int, Why]:
    if rule.amount is not None:
        amount = half_up(rule.amount * item.pieces * _lowered(item))
        return rule.id, amount, _per_piece(item, rule.amount, amount)
    base, percent = basis(item, programme), rule.percent or Fraction(0)
    amount = half_up_ratio(base.numerator * percent.numerator, base.denominator * percent.denominator)
    why = {
        "what": "percent",
        "article": item.line.article.name or item.line.article.sku,
        "percent": rule.percent_text,
        "of": half_up(base),
        "basis": programme.programme.earn_basis,
        "amount": amount,
        "returned": item.line.quantity - item.pieces,
    }
    return rule.id, amount, why


def basis(item: Kept, programme: Programme) -> Fraction:
    """What percentages are taken of: the money kept, or its net part in the same proportion. Exact."""
    if programme.programme.earn_basis == "gross":
        return Fraction(item.money)
    return item.line.net * Fraction(item.money, item.line.paid) if item.line.paid else Fraction(0)


def _lowered(item: Kept) -> Fraction:
    """An amount per piece shrinks with the money kept, never below the proportion and never above one."""
    line = item.line
    if not line.paid or not item.pieces:
        return Fraction(1)
    return min(Fraction(1), Fraction(item.money * line.quantity, line.paid * item.pieces))


def _per_piece(item: Kept, each: int, amount: int) -> Why:
    return {
        "what": "pieces",
        "article": item.line.article.name or item.line.article.sku,
        "pieces": item.pieces,
        "each": each,
        "amount": amount,
        "returned": item.line.quantity - item.pieces,
    }


def _shared(facts: Facts, item: Kept, accrual: int) -> Iterator[tuple[int, int, int, Why]]:
    programme = facts.version.programme
    if programme.referral is None or not item.earns:
        return
    base = Fraction(accrual) if programme.referral.base == "accrual" else basis(item, programme)
    yield from shares(programme, facts.upline, base, item.money)


class _Credit:
    """What all credits of one order have in common; their dates are the same and are counted only once."""

    def __init__(self, order: Order, facts: Facts) -> None:
        programme = facts.version.programme
        self._order = order
        self._source = f"{facts.prefix}/order:{order.id}"
        self._version = facts.version.number
        self._paid_at = facts.paid_at or order.paid_at or order.updated
        self._usable_at = usable_from(self._paid_at, programme)
        self._expires_on = last_day(self._usable_at, programme.expiry, programme.zone)

    def target(self, account: int, kind: Kind, line: Line, part: str, amount: int, why: Why) -> Target:
        """The credit of a line, with the tax that lies on it."""
        return Target(
            key=Key(account, kind, f"{self._source}/line:{line.id}/{part}"),
            amount=amount,
            happened_at=self._paid_at,
            changed_at=self._order.updated,
            usable_at=self._usable_at,
            expires_on=self._expires_on,
            version=self._version,
            order=self._order.id,
            why={**why, "tax": line.tax},
        )
