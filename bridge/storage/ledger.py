"""The ledger: the only writer of entries. Books differences in sets and keeps balances, lots and chains true."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_bytes
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from bridge.domain import lots
from bridge.domain.targets import Change, Holding, Key, Kind, Target, differences
from bridge.storage import chain, gates, totals
from bridge.storage.codec import pack_why
from bridge.storage.models import Account, Entry, EntryText, Lot

_CREDITS = frozenset({Kind.ACCRUAL, Kind.BONUS, Kind.REFERRAL})
"""Kinds whose net is a credit, whatever reversals made it up; the others count entry by entry."""

CLAIMED = "/claimed"
"""What the source of a transfer ends with: the rest names the credit that moved to the claiming account."""

_HELD = (
    col(Entry.account_id),
    col(Entry.kind),
    col(Entry.source),
    col(Entry.order_id),
    col(Entry.version),
    col(Entry.usable_at),
    col(Entry.expires_on),
    col(Entry.revision),
    col(Entry.amount),
)


def held_for_orders(session: Session, shop_id: int, orders: Sequence[str]) -> dict[str, dict[Key, Holding]]:
    """What the ledger holds for each of the orders, on whatever accounts."""
    rows = session.execute(
        select(*_HELD).where(col(Entry.shop_id) == shop_id, col(Entry.order_id).in_(orders)).order_by(col(Entry.id))
    )
    held: dict[str, dict[Key, Holding]] = defaultdict(dict)
    for row in rows:
        _add(held[row.order_id], row)
    return held


def held_of_kind(session: Session, accounts: Iterable[int], kind: Kind) -> dict[int, dict[Key, Holding]]:
    """What the ledger holds of one kind, by account."""
    rows = session.execute(
        select(*_HELD)
        .where(col(Entry.account_id).in_(list(accounts)), col(Entry.kind) == kind.value)
        .order_by(col(Entry.id))
    )
    held: dict[int, dict[Key, Holding]] = defaultdict(dict)
    for row in rows:
        _add(held[row.account_id], row)
    return held


def _add(held: dict[Key, Holding], row: Any) -> None:
    key = Key(row.account_id, Kind(row.kind), row.source)
    before = held.get(key)
    held[key] = Holding(
        key=key,
        amount=row.amount + (before.amount if before else 0),
        revision=row.revision,
        usable_at=row.usable_at,
        expires_on=row.expires_on,
        version=row.version,
        order=row.order_id,
    )


_OPEN = (
    col(Account.id),
    col(Account.token),
    col(Account.currency),
    col(Account.balance),
    col(Account.pending),
    col(Account.entries),
    col(Account.head),
)

_STAND = (
    update(Account)
    .where(col(Account.id) == bindparam("the_account"))
    .values(
        balance=bindparam("new_balance"),
        pending=bindparam("new_pending"),
        entries=bindparam("new_entries"),
        head=bindparam("new_head"),
        due_at=bindparam("new_due_at"),
        dirty=False,
        stale=True,
        push_due_at=None,
    )
)


@dataclass(slots=True)
class _Open:
    """An account while the book is open: plain, since it changes with every entry."""

    id: int
    token: str
    currency: str
    balance: int
    pending: int
    entries: int
    head: bytes
    before: totals.Stand = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.stand

    @property
    def stand(self) -> totals.Stand:
        """What the account adds to those of its shop."""
        return totals.stand_of(self.balance, self.pending, self.entries)


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's figures, minor units; ``available`` is what can be used now."""

    account: int
    balance: int
    pending: int

    @property
    def available(self) -> int:
        """Never below zero: what was overspent waits until pending credit is usable."""
        return max(0, self.balance - self.pending)


class Book:
    """The ledger open for one transaction. ``post`` as often as needed, ``close`` once before the commit.

    ``cause`` says what led to the entries (a delivery, a reconcile, a person).
    """

    def __init__(
        self,
        session: Session,
        shop_id: int,
        zone: ZoneInfo,
        now: datetime,
        cause: str,
        causes: Mapping[str, str] | None = None,
    ) -> None:
        self._session = session
        self._shop = shop_id
        self._zone = zone
        self._now = now
        self._cause = cause
        self._causes = causes or {}
        self._accounts: dict[int, _Open] = {}
        self._touched: set[int] = set()
        self._sums: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    @property
    def touched(self) -> frozenset[int]:
        """The accounts that closing will look at."""
        return frozenset(self._touched)

    def lock(self, accounts: Iterable[int]) -> None:
        """Take the accounts for this transaction, in the order of their ids so that nobody waits in a ring."""
        missing = sorted(set(accounts) - self._accounts.keys())
        if missing:
            rows = self._session.execute(
                select(*_OPEN).where(col(Account.id).in_(missing)).order_by(col(Account.id)).with_for_update()
            )
            self._accounts |= {row.id: _Open(*row) for row in rows}

    def touch(self, accounts: Iterable[int]) -> None:
        """Look at these accounts again when closing, although nothing was posted to them."""
        wanted = set(accounts)
        self.lock(wanted)
        self._touched |= wanted

    def post(self, changes: Sequence[Change], text: str = "") -> int:
        """Write entries, one per change; how many. ``text`` is an erasable reason for a single change."""
        if not changes:
            return 0
        self.touch(change.key.account for change in changes)
        rows = [self._row(change, text) for change in changes]
        self._session.connection().execute(insert(Entry), [values for values, _ in rows])
        for values, salt in rows:
            if salt:
                self._keep_text(values, salt, text)
        return len(rows)

    def _row(self, change: Change, text: str) -> tuple[dict[str, Any], bytes]:
        account = self._accounts[change.key.account]
        salt = token_bytes(16) if text else b""
        values: dict[str, Any] = {
            "shop_id": self._shop,
            "account_id": account.id,
            "kind": change.key.kind.value,
            "source": change.key.source,
            "revision": change.revision,
            "amount": change.amount,
            "currency": account.currency,
            "happened_at": change.happened_at,
            "booked_at": self._now,
            "usable_at": change.usable_at,
            "expires_on": change.expires_on,
            "version": change.version,
            "order_id": change.order,
            "moves": change.moves,
            "explanation": pack_why(change.why),
            "cause": self._causes.get(change.order or "", self._cause),
            "reverses": change.reverses,
            "commitment": chain.commit_to(salt, text) if text else None,
        }
        account.head = chain.link(account.head, account.token, [values[c] for c in chain.CHAINED])
        values["hash"] = account.head
        account.entries += 1
        account.balance += change.amount
        self._sums[change.key.kind.value] += change.amount
        self._counts[change.key.kind.value] += 1
        return values, salt

    def _keep_text(self, values: Mapping[str, Any], salt: bytes, text: str) -> None:
        entry_id = self._session.execute(
            select(col(Entry.id))
            .where(col(Entry.account_id) == values["account_id"])
            .where(col(Entry.hash) == values["hash"])
        ).scalar_one()
        self._session.add(EntryText(entry_id=entry_id, salt=salt, text=text))

    def close(self, due: Mapping[int, datetime | None] | None = None) -> list[Standing]:
        """Book what expired, write lots and balances of every touched account, and say where they stand.

        ``due`` adds, per account, a moment at which something else becomes due (a bonus).
        """
        if not self._touched:
            return []
        positions = self._positions()
        self._lapse(positions)
        self._write_lots(positions)
        self._write_accounts(positions, due or {})
        self._write_totals()
        return [Standing(i, self._accounts[i].balance, self._accounts[i].pending) for i in positions]

    def _positions(self) -> dict[int, lots.Position]:
        movements = load_movements(self._session, self._touched)
        locks = gates.of_shop(self._session, self._shop)
        return {
            account: lots.replay(*movements.get(account, ([], [])), self._now, self._zone, locks)
            for account in sorted(self._touched)
        }

    def _lapse(self, positions: Mapping[int, lots.Position]) -> None:
        held = held_of_kind(self._session, positions, Kind.EXPIRY)
        changes: list[Change] = []
        for account, position in positions.items():
            wanted = [expiry(account, lapse, self._now) for lapse in position.lapses]
            changes += differences(held.get(account, {}), wanted, self._now)
        self.post(changes)

    def _write_lots(self, positions: Mapping[int, lots.Position]) -> None:
        self._session.execute(delete(Lot).where(col(Lot.account_id).in_(list(positions))))
        rows = [
            {
                "account_id": account,
                "kind": lot.kind,
                "source": lot.source,
                "rest": lot.rest,
                "usable_at": lot.usable_at,
                "expires_on": lot.expires_on,
            }
            for account, position in positions.items()
            for lot in position.lots
        ]
        if rows:
            self._session.connection().execute(insert(Lot), rows)

    def _write_accounts(self, positions: Mapping[int, lots.Position], due: Mapping[int, datetime | None]) -> None:
        rows = []
        for account_id, position in positions.items():
            account = self._accounts[account_id]
            account.pending = position.pending
            moments = [m for m in (position.next_at, due.get(account_id)) if m is not None]
            rows.append(
                {
                    "the_account": account_id,
                    "new_balance": account.balance,
                    "new_pending": account.pending,
                    "new_entries": account.entries,
                    "new_head": account.head,
                    "new_due_at": min(moments, default=None),
                }
            )
        self._session.connection().execute(_STAND, rows)
        self._session.expire_all()

    def _write_totals(self) -> None:
        """Last, since every transaction of the shop meets at these rows."""
        totals.book(self._session, self._shop, self._zone, self._now, self._sums, self._counts)
        moved = totals.Stand()
        for account in self._touched:
            opened = self._accounts[account]
            moved = moved.plus(opened.stand.minus(opened.before))
        totals.move(self._session, self._shop, moved)


def expiry(account: int, lapse: lots.Lapse, now: datetime) -> Target:
    """What should be booked for a lot that expired."""
    return Target(
        key=Key(account, Kind.EXPIRY, lapse.source),
        amount=-lapse.amount,
        happened_at=lapse.at,
        changed_at=now,
        usable_at=lapse.at,
        expires_on=None,
        version=None,
        order=None,
        why={"what": "expiry", "amount": lapse.amount},
    )


Movements = tuple[list[lots.Given], list[lots.Spent]]


def load_movements(session: Session, accounts: Iterable[int]) -> dict[int, Movements]:
    """What the replay of each account needs: its credits net per key, its debits entry by entry."""
    rows = session.execute(
        select(
            col(Entry.id),
            col(Entry.account_id),
            col(Entry.kind),
            col(Entry.source),
            col(Entry.amount),
            col(Entry.happened_at),
            col(Entry.usable_at),
            col(Entry.expires_on),
        )
        .where(col(Entry.account_id).in_(list(accounts)), col(Entry.kind) != Kind.EXPIRY.value)
        .order_by(col(Entry.id))
    )
    by_account: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_account[row.account_id].append(row)
    return {account: movements(entries) for account, entries in by_account.items()}


def movements(entries: Iterable[Any]) -> Movements:
    """Entries (oldest first, without expiries) as the replay takes them."""
    given: dict[str, lots.Given] = {}
    spent: list[lots.Spent] = []
    for row in entries:
        claimed = row.source.removesuffix(CLAIMED)
        if row.kind == Kind.TRANSFER and row.amount < 0 and claimed in given:
            given[claimed] = replace(given[claimed], amount=given[claimed].amount + row.amount)
        elif row.kind not in _CREDITS and (row.kind == Kind.REDEMPTION or row.amount < 0):
            spent.append(lots.Spent(row.source, -row.amount, row.happened_at, row.id))
        else:
            given[row.source] = _credit(row, given.get(row.source))
    return [credit for credit in given.values() if credit.amount > 0], spent


def _credit(row: Any, before: lots.Given | None) -> lots.Given:
    """The net of a key so far; its newest dates count, and its first booking ranks it."""
    return lots.Given(
        row.kind,
        row.source,
        row.amount + (before.amount if before else 0),
        row.usable_at,
        row.expires_on,
        before.order if before else row.id,
    )


def entry_sums(session: Session, accounts: Iterable[int]) -> dict[int, int]:
    """The sum of all entries per account, minor units."""
    rows = session.execute(
        select(col(Entry.account_id), func.sum(col(Entry.amount)))
        .where(col(Entry.account_id).in_(list(accounts)))
        .group_by(col(Entry.account_id))
    )
    return {account: int(total) for account, total in rows}
