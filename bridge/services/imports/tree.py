"""The partner tree from a list: who sponsors whom, with codes and coupons. What it changes, it says by row."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bridge.domain.speakable import typed
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.imports.result import Imported, Portion, all_or_nothing, chunks
from bridge.services.imports.rows import Row, RowProblem, day, read
from bridge.services.settle import settle_marked
from bridge.storage import orders, partners, people
from bridge.storage.models import Account, Partner, PartnerCoupon, Sponsorship
from bridge.storage.people import CUSTOMER, Binding, Name


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a row says. ``since`` is UTC."""

    line: int
    customer: str
    sponsor: str
    code: str
    coupon: str
    since: datetime


@dataclass(slots=True)
class _Bound:
    """Who is to stand below whom, with the line that says so: checked for rings when the whole list is known."""

    parents: dict[int, int] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    since: datetime | None = None


def import_tree(
    runtime: Runtime,
    shop_id: int,
    path: Path,
    cut_over: datetime | None = None,
    preview: bool = False,
    by: str = "",
) -> Imported:
    """Take over partners and sponsors, all or none of them.

    Columns: ``customer``, and as wanted ``sponsor`` (a customer, too), ``code``, ``coupon``, ``since``; a binding
    counts from ``since``, else from ``cut_over`` (UTC), else from now. A customer who has another sponsor already
    is a problem of that row: the first binding stays unless it is changed by hand. Rings are refused.
    """
    start = cut_over or runtime.clock()

    def portions(result: Imported) -> Iterator[Portion]:
        with runtime.db.reading() as session:
            shop = find_shop(session, shop_id)
            bound = _Bound(_standing(session, shop_id))
        for rows in chunks(read(path, ("customer",))):
            wishes = [w for row in rows if (w := _wish(row, ZoneInfo(shop.timezone), start, result)) is not None]
            yield partial(_take, runtime, shop_id, wishes, bound, by, result)
        yield partial(_conclude, shop_id, bound, result)

    result = all_or_nothing(runtime, portions, preview)
    if result.kept:
        settle_marked(runtime, shop_id)
    return result


def _conclude(shop_id: int, bound: _Bound, result: Imported, session: Session) -> None:
    """Once the whole list is known: rings, and the orders that now have somebody above them."""
    for account in _in_rings(bound.parents):
        if account in bound.lines:
            result.add(bound.lines[account], "This sponsor stands below the customer: a ring is not possible.")
    if bound.since is not None:
        orders.flag_dirty_since(session, shop_id, bound.since)


def _wish(row: Row, zone: ZoneInfo, start: datetime, result: Imported) -> _Wish | None:
    result.rows += 1
    try:
        return _Wish(
            row.line,
            row.needed("customer"),
            row.cell("sponsor"),
            _code(row.cell("code")),
            row.cell("coupon").lower(),
            _since(row.cell("since"), zone) or start,
        )
    except RowProblem as problem:
        result.add(row.line, str(problem))
        return None


def _code(text: str) -> str:
    try:
        return typed(text) if text else ""
    except ValueError as problem:
        raise RowProblem(f"{problem}.") from None


def _since(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    found = day(text)
    return datetime(found.year, found.month, found.day, tzinfo=zone).astimezone(UTC)


def _take(
    runtime: Runtime,
    shop_id: int,
    wishes: Sequence[_Wish],
    bound: _Bound,
    by: str,
    result: Imported,
    session: Session,
) -> None:
    shop = find_shop(session, shop_id)
    names = {Name(CUSTOMER, who) for wish in wishes for who in (wish.customer, wish.sponsor) if who}
    accounts = {n.value: a for n, a in people.find_or_open(session, shop, names, runtime.clock()).items()}
    has = _codes(session, shop_id, wishes, accounts)
    fresh: list[Binding] = []
    for wish in wishes:
        account, above = accounts[wish.customer], accounts.get(wish.sponsor)
        before = result.problem_count
        changed = _give_codes(session, shop_id, account, wish, has, result)
        if above is not None and _bind(account, above, wish, bound, result):
            fresh.append(Binding(account, wish.since, above, "import", by, runtime.clock()))
            changed = True
        if result.problem_count == before:
            result.taken += changed
            result.known += not changed
    session.flush()
    people.sponsor(session, fresh)


def _bind(account: int, above: int, wish: _Wish, bound: _Bound, result: Imported) -> bool:
    """Whether this is a new binding."""
    if account == above:
        result.add(wish.line, "Nobody can be their own sponsor.")
        return False
    if account in bound.parents:
        if bound.parents[account] != above:
            result.add(wish.line, "The customer has another sponsor already; change it with `partner bind`.")
        return False
    bound.parents[account], bound.lines[account] = above, wish.line
    bound.since = min(wish.since, bound.since or wish.since)
    return True


# --- codes and coupons ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Codes:
    """Whose the codes and coupons are that the list names, and which code each account has."""

    code_of: dict[int, str]
    codes: dict[str, int]
    coupons: dict[str, int]


def _codes(session: Session, shop_id: int, wishes: Sequence[_Wish], accounts: Mapping[str, int]) -> _Codes:
    codes = partners.by_codes(session, shop_id, {w.code for w in wishes if w.code})
    coupons = partners.by_coupons(session, shop_id, {w.coupon for w in wishes if w.coupon})
    rows = session.exec(
        select(Partner.account_id, Partner.code).where(col(Partner.account_id).in_(list(accounts.values())))
    )
    return _Codes(
        code_of=dict(rows.all()),
        codes={code: coded.account for code, coded in codes.items()},
        coupons={code: coded.account for code, coded in coupons.items()},
    )


def _give_codes(session: Session, shop_id: int, account: int, wish: _Wish, has: _Codes, result: Imported) -> bool:
    """Keep the row's code and coupon; whether one of them is new."""
    if wish.code and has.codes.get(wish.code, account) != account:
        result.add(wish.line, f"The code {wish.code} is another partner's.")
        return False
    if wish.coupon and has.coupons.get(wish.coupon, account) != account:
        result.add(wish.line, f"The coupon {wish.coupon} is another partner's.")
        return False
    fresh_code = bool(wish.code) and has.code_of.get(account) != wish.code
    fresh_coupon = bool(wish.coupon) and wish.coupon not in has.coupons
    if fresh_code:
        session.merge(Partner(account_id=account, shop_id=shop_id, code=wish.code, since=wish.since))
        has.codes[wish.code], has.code_of[account] = account, wish.code
    if fresh_coupon:
        session.add(PartnerCoupon(shop_id=shop_id, code=wish.coupon, account_id=account, since=wish.since))
        has.coupons[wish.coupon] = account
    return fresh_code or fresh_coupon


# --- rings ----------------------------------------------------------------------------------------------


def _standing(session: Session, shop_id: int) -> dict[int, int]:
    """Who has which sponsor by the newest binding; as large as the tree, and no larger."""
    statement = (
        select(Sponsorship.account_id, Sponsorship.sponsor_id)
        .join(Account, col(Account.id) == col(Sponsorship.account_id))
        .where(Account.shop_id == shop_id)
        .order_by(col(Sponsorship.since))
    )
    newest = dict(session.exec(statement).all())
    return {account: above for account, above in newest.items() if above is not None}


def _in_rings(parents: Mapping[int, int]) -> set[int]:
    """The accounts that find themselves above themselves, each walked only once."""
    state: dict[int, int] = defaultdict(int)
    rings: set[int] = set()
    for walk, start in enumerate(parents, start=1):
        path, current = [], start
        while current in parents and not state[current]:
            state[current] = walk
            path.append(current)
            current = parents[current]
        if state[current] == walk:
            rings |= set(path[path.index(current) :])
    return rings
