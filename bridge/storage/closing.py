"""Closing the book: where each touched account stands, and its open lots as they must be stored.

Most accounts only got new credits: their lots are inserted and nothing else is looked at. Where something was
spent, lapsed or changed, the news is played onto the open lots. Only where those do not tell enough (see
``domain.carry``), or somebody asks for it by marking the account, its whole history is replayed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, func, select, update
from sqlmodel import Session, col

from bridge.domain import lots
from bridge.domain.calendar import local_day
from bridge.domain.carry import News, added, carried, is_fresh
from bridge.domain.earning import lapses_at
from bridge.domain.lots import KNOTTED, OpenLot, Position
from bridge.storage import gates
from bridge.storage.bulk import insert_rows
from bridge.storage.columns import Moment, milliseconds
from bridge.storage.models import Account, Lot
from bridge.storage.movements import load_movements


@dataclass(slots=True)
class OpenAccount:
    """An account while the book is open: plain, since it changes with every entry. ``news`` is what was posted."""

    id: int
    token: str
    currency: str
    balance: int
    pending: int
    entries: int
    head: bytes
    due_at: datetime | None
    fixed_until: datetime | None
    closed_at: datetime | None
    dirty: bool
    news: list[News] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an account stands: what of it is pending, when time changes something, what has lapsed.

    ``whole`` says that its history was replayed, so that everything about it may have changed.
    """

    pending: int
    next_at: datetime | None
    fixed_until: datetime | None
    lapses: tuple[lots.Lapse, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What the stored lots say of the time after now."""

    pending: int = 0
    next_at: datetime | None = None
    lapsing: bool = False


class Closing:
    """Finds out where accounts stand and writes their lots; lives for one closing of the book."""

    def __init__(self, session: Session, shop_id: int, zone: ZoneInfo, now: datetime) -> None:
        self._session = session
        self._zone = zone
        self._now = now
        self._locks = gates.of_shop(session, shop_id)
        self._stands: dict[int, Stand] = {}

    def run(self, accounts: Sequence[OpenAccount]) -> dict[int, Stand]:
        """Write the lots of these accounts; where each stands, in the order of their ids."""
        rest = self._add([account for account in accounts if not self._is_knotted(account)])
        rest = self._carry(rest)
        done = self._stands.keys()
        self._replay([account.id for account in accounts if account.id not in done])
        return dict(sorted(self._stands.items()))

    def _is_knotted(self, account: OpenAccount) -> bool:
        """Whether the open lots do not tell enough, or were looked at by a clock that has been put back since."""
        ahead = account.closed_at is not None and account.closed_at > self._now
        return bool(self._locks) or account.dirty or ahead or account.fixed_until == KNOTTED

    def _add(self, accounts: Sequence[OpenAccount]) -> list[OpenAccount]:
        """Accounts that only got new credits; those for which that is not enough are left."""
        due = [account.id for account in accounts if account.due_at is not None and account.due_at <= self._now]
        outlooks = _outlooks(self._session, due, self._now, self._zone) if due else {}
        left: list[OpenAccount] = []
        new: dict[int, Sequence[OpenLot]] = {}
        for account in accounts:
            known = outlooks.get(account.id) or _Outlook(account.pending, account.due_at)
            found = None if known.lapsing else self._added(account)
            if found is None:
                left.append(account)
                continue
            new[account.id] = found.lots
            moments = [moment for moment in (known.next_at, found.next_at) if moment is not None]
            self._keep(account.id, found, known.pending + found.pending, min(moments, default=None))
        _insert(self._session, new)
        return left

    def _added(self, account: OpenAccount) -> Position | None:
        if not is_fresh(account.news, account.fixed_until):
            return None
        return added(account.news, account.fixed_until, self._now, self._zone)

    def _carry(self, accounts: Sequence[OpenAccount]) -> list[OpenAccount]:
        """Accounts on whose open lots the news can be played; the others are left."""
        stored = load(self._session, [account.id for account in accounts]) if accounts else {}
        left: list[OpenAccount] = []
        after: dict[int, Sequence[OpenLot]] = {}
        for account in accounts:
            before = stored.get(account.id, [])
            found = carried(before, account.news, account.fixed_until, self._now, self._zone)
            if found is None:
                left.append(account)
            else:
                after[account.id] = found.lots
                self._keep(account.id, found, found.pending, found.next_at)
        _write_differences(self._session, {account: stored.get(account, []) for account in after}, after)
        return left

    def _replay(self, accounts: Sequence[int]) -> None:
        if not accounts:
            return
        movements = load_movements(self._session, accounts)
        after: dict[int, Sequence[OpenLot]] = {}
        for account in accounts:
            given, spent = movements.get(account, ([], []))
            found = lots.replay(given, spent, self._now, self._zone, self._locks)
            after[account] = found.lots
            self._keep(account, found, found.pending, found.next_at, whole=True)
        self._session.execute(delete(Lot).where(col(Lot.account_id).in_(accounts)))
        _insert(self._session, after)

    def _keep(
        self, account: int, found: Position, pending: int, next_at: datetime | None, whole: bool = False
    ) -> None:
        self._stands[account] = Stand(pending, next_at, found.fixed_until, found.lapses, whole)


def figures(session: Session, account: Account, now: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """(pending, available) of an account on which something has become due; nothing is written."""
    account_id, locks = account.id or 0, gates.of_shop(session, account.shop_id)
    if locks or account.dirty or account.fixed_until == KNOTTED:
        position = lots.replay(*load_movements(session, [account_id]).get(account_id, ([], [])), now, zone, locks)
        return position.pending, max(0, position.usable - position.debt)
    waiting = col(Lot.usable_at) > now
    gone = col(Lot.expires_on) < local_day(now, zone)
    pending, lapsed = session.execute(
        select(
            func.coalesce(func.sum(col(Lot.rest)).filter(waiting), 0),
            func.coalesce(func.sum(col(Lot.rest)).filter(gone), 0),
        ).where(col(Lot.account_id) == account_id, waiting | gone)
    ).one()
    return int(pending), max(0, account.balance - int(pending) - int(lapsed))


def load(session: Session, accounts: Iterable[int]) -> dict[int, list[OpenLot]]:
    """The open lots of these accounts as they are stored."""
    rows = session.execute(
        select(
            col(Lot.account_id),
            col(Lot.kind),
            col(Lot.source),
            col(Lot.rest),
            col(Lot.usable_at),
            col(Lot.expires_on),
            col(Lot.number),
        ).where(col(Lot.account_id).in_(list(accounts)))
    )
    found: dict[int, list[OpenLot]] = {}
    for account, *lot in rows:
        found.setdefault(account, []).append(OpenLot(*lot))
    return found


def _outlooks(session: Session, accounts: Sequence[int], now: datetime, zone: ZoneInfo) -> dict[int, _Outlook]:
    """What is pending now and when the next lot becomes usable or expires, summed up by the database."""
    waiting = session.execute(
        select(col(Lot.account_id), func.sum(col(Lot.rest)), func.min(col(Lot.usable_at), type_=Moment()))
        .where(col(Lot.account_id).in_(accounts), col(Lot.usable_at) > now)
        .group_by(col(Lot.account_id))
    )
    pending = {row[0]: (int(row[1]), row[2]) for row in waiting}
    expiring = session.execute(
        select(col(Lot.account_id), func.min(col(Lot.expires_on)))
        .where(col(Lot.account_id).in_(accounts), col(Lot.expires_on).is_not(None))
        .group_by(col(Lot.account_id))
    )
    last_days: dict[int, date] = {row[0]: row[1] for row in expiring}
    return {
        account: _outlook(*pending.get(account, (0, None)), last_days.get(account), now, zone)
        for account in accounts
    }


def _outlook(
    pending: int, usable_at: datetime | None, last_day: date | None, now: datetime, zone: ZoneInfo
) -> _Outlook:
    lapse = lapses_at(last_day, zone) if last_day is not None else None
    moments = [moment for moment in (usable_at, lapse) if moment is not None]
    return _Outlook(pending, min(moments, default=None), lapse is not None and lapse <= now)


_COLUMNS = ("account_id", "number", "kind", "source", "rest", "usable_at", "expires_on")


def _insert(session: Session, lots_of: Mapping[int, Iterable[OpenLot]]) -> None:
    rows = [_row(account, lot) for account, found in lots_of.items() for lot in found]
    insert_rows(session, Lot, _COLUMNS, rows)


def _row(account: int, lot: OpenLot) -> tuple[object, ...]:
    last_day = lot.expires_on.isoformat() if lot.expires_on else None
    return (account, lot.order, lot.kind, lot.source, lot.rest, milliseconds(lot.usable_at), last_day)


_SAME = (col(Lot.account_id) == bindparam("the_account"), col(Lot.number) == bindparam("the_number"))
_TAKE_OUT = delete(Lot).where(*_SAME)
_RESIZE = update(Lot).where(*_SAME).values(rest=bindparam("new_rest"))


def _write_differences(
    session: Session, before: Mapping[int, Iterable[OpenLot]], after: Mapping[int, Iterable[OpenLot]]
) -> None:
    """Store the lots that are new or have another rest, and take out those that are gone."""
    old, new = _by_key(before), _by_key(after)
    connection = session.connection()
    if gone := [_named(*key) for key in old.keys() - new.keys()]:
        connection.execute(_TAKE_OUT, gone)
    resized = [key for key in old.keys() & new.keys() if old[key] != new[key]]
    if resized:
        connection.execute(_RESIZE, [_named(*key) | {"new_rest": new[key].rest} for key in resized])
    insert_rows(session, Lot, _COLUMNS, [_row(key[0], lot) for key, lot in new.items() if key not in old])


def _by_key(lots_of: Mapping[int, Iterable[OpenLot]]) -> dict[tuple[int, int], OpenLot]:
    return {(account, lot.order): lot for account, found in lots_of.items() for lot in found}


def _named(account: int, number: int) -> dict[str, int]:
    return {"the_account": account, "the_number": number}
