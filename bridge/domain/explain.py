"""What each line of an order earned by which rule, and why every other rule and sponsor earned nothing. Pure.

The amounts come from ``earning`` and ``levels``, which also make what is booked; here stands only the “why not”.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bridge.domain import levels
from bridge.domain.earning import Facts, Kept, accruals, basis, kept
from bridge.domain.orders import Line, Order, State
from bridge.domain.programme import ARTICLE_RULE, Earn, Programme
from bridge.domain.targets import Why


class Reason(StrEnum):
    """Why nothing was earned: by a whole order, by a line, by a rule on a line, or by a sponsor."""

    TEST = "test order"
    BEFORE = "before the first version"
    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"
    FAILED = "failed"
    GONE = "gone"
    NOBODY = "no buyer"
    EMPLOYEE = "employee"
    STOPPED = "budget stop"
    EXCLUDED = "excluded"
    RETURNED = "returned"
    NO_RULE = "no rule"
    NOT_MEANT = "not meant"
    MINIMUM = "below minimum"
    LATER = "another rule came first"
    ROUNDED = "less than half a minor unit"
    CAPPED = "capped"
    UNQUALIFIED = "not qualified"


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule gave on a line: minor units with their ``why``, or the reason for nothing.

    ``needed`` and ``reached`` are the order value asked for and what it was, where that is the reason.
    """

    rule: str
    amount: int = 0
    why: Why | None = None
    reason: Reason | None = None
    needed: int = 0
    reached: int = 0


@dataclass(frozen=True, slots=True)
class SponsorOutcome:
    """What one account above the buyer earned; ``level`` is 0 for one that stands on no level."""

    account: int
    level: int
    amount: int = 0
    why: Why | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One line: what was kept of it (pieces, gross minor units) and what came of that.

    ``reason`` is why the line as a whole earned nothing; ``exclusion`` is the number of the rule, from 1 on.
    """

    line: Line
    pieces: int
    money: int
    rules: tuple[RuleOutcome, ...] = ()
    sponsors: tuple[SponsorOutcome, ...] = ()
    reason: Reason | None = None
    exclusion: int = 0

    @property
    def amount(self) -> int:
        """What the buyer earned with the line, minor units."""
        return sum(outcome.amount for outcome in self.rules)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A whole order. ``reason`` is why it earns nothing at all; ``version`` the programme's that governs it."""

    order: Order
    version: int | None
    reason: Reason | None
    lines: tuple[LineOutcome, ...]


def explain(order: Order, facts: Facts | None) -> Explanation:
    """Why an order earned what it did; ``facts`` None where it was placed before the first version."""
    reason = _whole(order, facts)
    if facts is None:
        lines = tuple(LineOutcome(line, line.quantity, line.paid, reason=reason) for line in order.lines)
        return Explanation(order, None, reason, lines)
    items = kept(order, facts.version.programme, facts.group)
    if reason is not None:
        lines = tuple(LineOutcome(item.line, item.pieces, item.money, reason=reason) for item in items)
    else:
        basket = sum(item.money for item in items)
        lines = tuple(_line(item, basket, facts) for item in items)
    return Explanation(order, facts.version.number, reason, lines)


_STATES = {
    State.DRAFT: Reason.DRAFT,
    State.OPEN: Reason.OPEN,
    State.CANCELLED: Reason.CANCELLED,
    State.FAILED: Reason.FAILED,
    State.GONE: Reason.GONE,
}


def _whole(order: Order, facts: Facts | None) -> Reason | None:
    if order.test:
        return Reason.TEST
    if facts is None:
        return Reason.BEFORE
    if order.state in _STATES:
        return _STATES[order.state]
    if not facts.buyer:
        return Reason.NOBODY
    if facts.employee:
        return Reason.EMPLOYEE
    return Reason.STOPPED if facts.stopped else None


def _line(item: Kept, basket: int, facts: Facts) -> LineOutcome:
    programme = facts.version.programme
    if not item.earns:
        number = _exclusion(item, programme, facts.group)
        return LineOutcome(item.line, item.pieces, item.money, reason=Reason.EXCLUDED, exclusion=number)
    rules = tuple(_rules(item, basket, programme, facts.group))
    sponsors = tuple(_sponsors(item, sum(outcome.amount for outcome in rules), facts))
    reason = None
    if not item.share:
        reason = Reason.RETURNED
    elif all(outcome.why is None for outcome in rules):
        reason = Reason.NO_RULE
    return LineOutcome(item.line, item.pieces, item.money, rules, sponsors, reason)


def _exclusion(item: Kept, programme: Programme, group: str) -> int:
    numbered = enumerate(programme.exclude, start=1)
    return next(n for n, rule in numbered if rule.earn and rule.matches(item.line.article, group))


def _rules(item: Kept, basket: int, programme: Programme, group: str) -> Iterator[RuleOutcome]:
    """The rules that earned with what they gave, in the document's order between those that did not."""
    earned = {rule: (amount, why) for rule, amount, why in accruals(item, basket, programme, group)}
    if ARTICLE_RULE in earned:
        yield _earned(item, ARTICLE_RULE, *earned[ARTICLE_RULE])
    for rule in programme.earn:
        if rule.id in earned:
            yield _earned(item, rule.id, *earned[rule.id])
        else:
            yield _missed(item, rule, basket, group)


def _earned(item: Kept, rule: str, amount: int, why: Why) -> RuleOutcome:
    if amount:
        return RuleOutcome(rule, amount, why)
    return RuleOutcome(rule, 0, why, Reason.ROUNDED if item.share else Reason.RETURNED)


def _missed(item: Kept, rule: Earn, basket: int, group: str) -> RuleOutcome:
    if not rule.matches(item.line.article, group):
        return RuleOutcome(rule.id, reason=Reason.NOT_MEANT)
    if basket < rule.minimum_order:
        return RuleOutcome(rule.id, reason=Reason.MINIMUM, needed=rule.minimum_order, reached=basket)
    return RuleOutcome(rule.id, reason=Reason.LATER)


def _sponsors(item: Kept, accrual: int, facts: Facts) -> Iterator[SponsorOutcome]:
    programme = facts.version.programme
    if programme.referral is None:
        return
    base = Fraction(accrual) if programme.referral.base == "accrual" else basis(item, programme)
    placed = {
        account: SponsorOutcome(account, level, amount, why, _lowered(amount, why))
        for level, account, amount, why in levels.shares(programme, facts.upline, base, item.money)
    }
    for number, sponsor in enumerate(facts.upline, start=1):
        if sponsor.account in placed:
            yield placed[sponsor.account]
        elif not sponsor.qualified and (programme.referral.compression or number <= len(programme.referral.levels)):
            yield SponsorOutcome(sponsor.account, 0, reason=Reason.UNQUALIFIED)


def _lowered(amount: int, why: Why) -> Reason | None:
    return Reason.CAPPED if amount < why["uncapped"] else None
