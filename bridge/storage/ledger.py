"""The ledger: the only writer of entries. Books differences in sets and keeps balances, lots and chains true."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.domain import lots
from bridge.domain.carry import News
from bridge.domain.targets import Change, Holding, Key, Kind, Target, differences
from bridge.storage import chain
from bridge.storage.bulk import change_rows, insert_rows
from bridge.storage.closing import Closing, OpenAccount, Stand
from bridge.storage.codec import pack_why
from bridge.storage.columns import maybe_milliseconds, milliseconds
from bridge.storage.models import Account, Entry, EntryText

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
    wanted = list(accounts)
    statement = select(*_HELD).where(col(Entry.account_id).in_(wanted), col(Entry.kind) == kind.value)
    rows = session.execute(statement.order_by(col(Entry.id))) if wanted else ()
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
    col(Account.due_at),
    col(Account.fixed_until),
    col(Account.closed_at),
    col(Account.dirty),
)


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


_COLUMNS = ("shop_id", "account_id", "number", *chain.CHAINED, "hash")


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
        self._accounts: dict[int, OpenAccount] = {}
        self._touched: set[int] = set()

    @property
    def touched(self) -> frozenset[int]:
        """The accounts that closing will look at."""
        return frozenset(self._touched)

    def lock(self, accounts: Iterable[int]) -> None:
        """Take the accounts for this transaction, in the order of their ids so that nobody waits in a ring.

        Rows that point to an account may still be written by others meanwhile: only the account itself is taken.
        """
        missing = sorted(set(accounts) - self._accounts.keys())
        if missing:
            rows = self._session.execute(
                select(*_OPEN)
                .where(col(Account.id).in_(missing))
                .order_by(col(Account.id))
                .with_for_update(key_share=True)
            )
            self._accounts |= {row.id: OpenAccount(*row) for row in rows}

    def touch(self, accounts: Iterable[int]) -> None:
        """Look at these accounts again when closing, although nothing was posted to them."""
        wanted = set(accounts)
        self.lock(wanted)
        self._touched |= wanted

    def post(self, changes: Sequence[Change], text: str = "") -> int:
        """Write entries, one per change; how many. ``text`` is an erasable reason for a single change."""
        if not changes:
            return 0
        salt = token_bytes(16) if text else b""
        self.touch(change.key.account for change in changes)
        rows = [self._row(change, salt, text) for change in changes]
        insert_rows(self._session, Entry, _COLUMNS, rows)
        if salt:
            self._keep_text(changes[0].key.account, salt, text)
        return len(rows)

    def _row(self, change: Change, salt: bytes, text: str) -> tuple[Any, ...]:
        """The entry as the columns keep it, in their order; the account's chain and sums go on with it."""
        account, key = self._accounts[change.key.account], change.key
        account.entries += 1
        account.balance += change.amount
        account.news.append(_news(change, account.entries))
        commitment = chain.commit_to(salt, text) if salt else None
        chained = (
            key.kind.value,
            key.source,
            change.revision,
            change.amount,
            account.currency,
            milliseconds(change.happened_at),
            milliseconds(self._now),
            milliseconds(change.usable_at),
            change.expires_on.isoformat() if change.expires_on else None,
            change.version,
            change.order,
            change.moves,
            pack_why(change.why),
            self._causes.get(change.order or "", self._cause),
            change.reverses,
        )
        account.head = chain.link(account.head, account.token, chained, commitment)
        return (self._shop, account.id, account.entries, *chained, commitment, account.head)

    def _keep_text(self, account: int, salt: bytes, text: str) -> None:
        """Keep the erasable words of the account's last entry."""
        last = self._accounts[account].entries
        entry_id = self._session.execute(
            select(col(Entry.id)).where(col(Entry.account_id) == account, col(Entry.number) == last)
        ).scalar_one()
        self._session.add(EntryText(entry_id=entry_id, salt=salt, text=text))

    def close(self, due: Mapping[int, datetime | None] | None = None) -> list[Standing]:
        """Book what expired, write lots and balances of every touched account, and say where they stand.

        ``due`` adds, per account, a moment at which something else becomes due (a bonus).
        """
        if not self._touched:
            return []
        touched = [self._accounts[account] for account in sorted(self._touched)]
        stands = Closing(self._session, self._shop, self._zone, self._now).run(touched)
        self._lapse(stands)
        self._write_accounts(stands, due or {})
        return [Standing(i, self._accounts[i].balance, self._accounts[i].pending) for i in stands]

    def _lapse(self, stands: Mapping[int, Stand]) -> None:
        """Book what has lapsed since; a history that was replayed says what should have lapsed ever."""
        asked = [i for i, stand in stands.items() if stand.whole or stand.lapses]
        held = held_of_kind(self._session, asked, Kind.EXPIRY)
        changes: list[Change] = []
        for i in asked:
            wanted = [expiry(i, lapse, self._now) for lapse in stands[i].lapses]
            keys = held.get(i, {}).keys() if stands[i].whole else {target.key for target in wanted}
            known = {key: holding for key, holding in held.get(i, {}).items() if key in keys}
            changes += differences(known, wanted, self._now)
        self.post(changes)

    def _write_accounts(self, stands: Mapping[int, Stand], due: Mapping[int, datetime | None]) -> None:
        figures = ("balance", "pending", "entries", "head")
        names = (*figures, "due_at", "fixed_until", "closed_at", "dirty", "stale", "push_due_at")
        now = milliseconds(self._now)
        rows: list[tuple[Any, ...]] = []
        for account_id, stand in stands.items():
            account = self._accounts[account_id]
            account.pending = stand.pending
            moments = [m for m in (stand.next_at, due.get(account_id)) if m is not None]
            due_at = maybe_milliseconds(min(moments, default=None))
            held = (account.balance, account.pending, account.entries, account.head)
            fixed_until = maybe_milliseconds(stand.fixed_until)
            rows.append((*held, due_at, fixed_until, now, False, True, None, account_id))
        change_rows(self._session, Account, names, ("id",), rows)
        self._session.expire_all()

    def put_off(self) -> None:
        """Write balances and chains, but leave the lots for later: marked accounts are replayed whole then."""
        touched = (self._accounts[account] for account in sorted(self._touched))
        rows = [(account.balance, account.entries, account.head, True, account.id) for account in touched]
        change_rows(self._session, Account, ("balance", "entries", "head", "dirty"), ("id",), rows)


def _news(change: Change, number: int) -> News:
    return News(
        change.key.kind,
        change.key.source,
        change.revision,
        change.amount,
        change.happened_at,
        change.usable_at,
        change.expires_on,
        change.moves,
        number,
    )


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


def entry_sums(session: Session, accounts: Iterable[int]) -> dict[int, int]:
    """The sum of all entries per account, minor units."""
    rows = session.execute(
        select(col(Entry.account_id), func.sum(col(Entry.amount)))
        .where(col(Entry.account_id).in_(list(accounts)))
        .group_by(col(Entry.account_id))
    )
    return {account: int(total) for account, total in rows}
