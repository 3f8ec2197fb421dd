"""I1, I2 and I9 of accounts: stored figures, bonuses, expiries and statements are what the entries make them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from bridge.domain import bonus, lots
from bridge.domain.targets import Change, Holding, Key, Kind, differences
from bridge.runtime import Runtime
from bridge.services.checks.pages import Finding, Scope, account_pages, name_of, scopes
from bridge.storage import books, contributions, gates, ledger
from bridge.storage.models import Account, Lot
from bridge.storage.movements import Movements, load_movements

_EVER = datetime(1970, 1, 1, tzinfo=UTC)

_WAITS = " It waits for being looked at: run `rabattkonto work --until-empty` and verify again."

OpenLots = set[tuple[str, str, int, datetime, date | None, int]]


@dataclass(frozen=True, slots=True)
class _Books:
    """What a page of accounts is compared with, read in the same transaction as the accounts."""

    sums: Mapping[int, int]
    shown: Mapping[int, int]
    movements: Mapping[int, Movements]
    open_lots: Mapping[int, OpenLots]
    bonuses: Mapping[int, dict[Key, Holding]]
    expiries: Mapping[int, dict[Key, Holding]]
    history: Mapping[int, list[bonus.Contribution]]
    gates: Sequence[lots.Gate]


def check(runtime: Runtime) -> Iterator[Finding]:
    """Every account of every shop."""
    for scope in scopes(runtime):
        for session, accounts in account_pages(runtime, scope.shop_id):
            read = _read(session, scope.shop_id, [account.id or 0 for account in accounts])
            for account in accounts:
                yield from _account(scope, account, read)


def _read(session: Session, shop_id: int, ids: list[int]) -> _Books:
    return _Books(
        sums=ledger.entry_sums(session, ids),
        shown=books.shown_sums(session, ids),
        movements=load_movements(session, ids),
        open_lots=_open_lots(session, ids),
        bonuses=ledger.held_of_kind(session, ids, Kind.BONUS),
        expiries=ledger.held_of_kind(session, ids, Kind.EXPIRY),
        history=contributions.of_accounts(session, ids),
        gates=gates.of_shop(session, shop_id),
    )


def _open_lots(session: Session, ids: Iterable[int]) -> dict[int, OpenLots]:
    found: dict[int, OpenLots] = {}
    for row in session.exec(select(Lot).where(col(Lot.account_id).in_(list(ids)))):
        lot = (row.kind, row.source, row.rest, row.usable_at, row.expires_on, row.number)
        found.setdefault(row.account_id, set()).add(lot)
    return found


def _account(scope: Scope, account: Account, read: _Books) -> Iterator[Finding]:
    account_id, at = account.id or 0, _last_look(account, scope.now)
    given, spent = read.movements.get(account_id, ([], []))
    position = lots.replay(given, spent, at, scope.zone, read.gates)
    yield from _balance(scope, account, read)
    yield from _pending(scope, account, position)
    yield from _lots(account, position, read.open_lots.get(account_id, set()))
    if not read.gates:  # with a lock every account is replayed whole
        yield from _carrying(account, position)
    lapsed = [ledger.expiry(account_id, lapse, at) for lapse in position.lapses]
    yield from _targets(scope, account, differences(read.expiries.get(account_id, {}), lapsed, at))
    due = bonus.due(account_id, f"shop:{scope.shop_id}", read.history.get(account_id, ()), scope.timeline, at)
    yield from _targets(scope, account, differences(read.bonuses.get(account_id, {}), due.targets, at))


def _last_look(account: Account, now: datetime) -> datetime:
    """When the stored figures were true: now, or just before what has become due and waits for the sweep."""
    if account.due_at is None or account.due_at > now:
        return now
    return account.due_at - timedelta(milliseconds=1)


def _balance(scope: Scope, account: Account, read: _Books) -> Iterator[Finding]:
    total, shown = (sums.get(account.id or 0, 0) for sums in (read.sums, read.shown))
    if account.balance != total:
        stored, made = scope.plain(account.balance), scope.plain(total)
        yield Finding("I1", name_of(account), f"The stored balance is {stored}, but the entries add up to {made}.")
    if shown != total:
        told, made = scope.plain(shown), scope.plain(total)
        yield Finding("I9", name_of(account), f"The statement adds up to {told}, but the ledger to {made}.")


def _pending(scope: Scope, account: Account, position: lots.Position) -> Iterator[Finding]:
    if account.pending != position.pending:
        stored, made = scope.plain(account.pending), scope.plain(position.pending)
        yield Finding(
            "I1", name_of(account), f"The stored pending credit is {stored}, but its entries make it {made}."
        )


def _lots(account: Account, position: lots.Position, stored: OpenLots) -> Iterator[Finding]:
    made = {(lot.kind, lot.source, lot.rest, lot.usable_at, lot.expires_on, lot.order) for lot in position.lots}
    wrong = min(made ^ stored, default=None, key=lambda lot: lot[:3])
    if wrong is not None:
        has = "is missing or differs" if wrong in made else "should not be there"
        yield Finding("I1", name_of(account), f"The open lot of {wrong[0]} {wrong[1]} {has}.")


def _carrying(account: Account, position: lots.Position) -> Iterator[Finding]:
    """What is booked next is played onto the open lots; were that allowed too early, it could go to wrong ones."""
    if position.fixed_until is not None and (account.fixed_until or _EVER) < position.fixed_until:
        moment = position.fixed_until.isoformat(timespec="seconds")
        sentence = f"Its open lots count as complete before {moment}, when one of them was last drawn from."
        yield Finding("I1", name_of(account), sentence)


def _targets(scope: Scope, account: Account, changes: list[Change]) -> Iterator[Finding]:
    for change in changes[:1]:
        waits = _WAITS if account.dirty else ""
        yield Finding("I2", name_of(account), off(scope, change) + waits)


def off(scope: Scope, change: Change) -> str:
    """What it means that a change would still have to be booked."""
    key = f"{change.key.kind} {change.key.source}"
    if change.moves:
        return f"The dates of {key} are not those that the newest states and facts ask for."
    return f"The newest states and facts ask for another {scope.plain(change.amount)} on {key}."
