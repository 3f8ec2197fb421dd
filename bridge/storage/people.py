"""Who an account belongs to: identities, persons, sponsors. An e-mail alone never joins two registered accounts."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from bridge.ports import Contact
from bridge.storage import search
from bridge.storage.bulk import insert_rows
from bridge.storage.columns import milliseconds
from bridge.storage.dialect import upsert
from bridge.storage.models import Account, Entry, Fact, Identity, OrderState, Person, Shop, Sponsorship

CUSTOMER = "customer"
MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Name:
    """What names an account: ``kind`` is CUSTOMER (a platform id) or MAILBOX (a keyed fingerprint)."""

    kind: str
    value: str


def find(session: Session, shop_id: int, names: Collection[Name]) -> dict[Name, int]:
    """The accounts that are named so far."""
    found: dict[Name, int] = {}
    # One question for each kind: SQLite uses no index for pairs.
    for kind in sorted({name.kind for name in names}):
        values = [name.value for name in names if name.kind == kind]
        rows = session.execute(
            select(col(Identity.value), col(Identity.account_id)).where(
                col(Identity.shop_id) == shop_id, col(Identity.kind) == kind, col(Identity.value).in_(values)
            )
        )
        found |= {Name(kind, row.value): row.account_id for row in rows}
    return found


def find_or_open(session: Session, shop: Shop, names: Iterable[Name], now: datetime) -> dict[Name, int]:
    """The account of each name; accounts that do not exist yet are opened, a mailbox's as a guest's."""
    wanted = set(names)
    known = find(session, _id(shop), wanted) if wanted else {}
    missing = sorted(wanted - known.keys(), key=lambda n: (n.kind, n.value))
    if missing:
        opened = _open(session, shop, missing, now)
        rows = [(_id(shop), name.kind, name.value, account, milliseconds(now)) for name, account in opened.items()]
        insert_rows(session, Identity, ("shop_id", "kind", "value", "account_id", "since"), rows, keep_known=True)
        known |= opened
    return known


_NOTHING = {
    "balance": 0,
    "pending": 0,
    "entries": 0,
    "head": b"",
    "stale": False,
    "dirty": False,
    "push_attempts": 0,
    "shown": "",
    "automatic": True,
}
"""What stands on a new account."""


def _open(session: Session, shop: Shop, names: Sequence[Name], now: datetime) -> dict[Name, int]:
    """New accounts with nothing on them, one for each name. One that another worker has just opened is taken."""
    tokens = {_token(shop, name): name for name in names}
    opened_at = milliseconds(now)
    rows = [
        (_id(shop), token, shop.currency, name.kind == MAILBOX, opened_at, *_NOTHING.values())
        for token, name in tokens.items()
    ]
    columns = ("shop_id", "token", "currency", "guest", "opened_at", *_NOTHING)
    insert_rows(session, Account, columns, rows, keep_known=True)
    found = session.execute(select(col(Account.token), col(Account.id)).where(col(Account.token).in_(tokens)))
    return {tokens[row.token]: row.id for row in found}


def _token(shop: Shop, name: Name) -> str:
    """The same for the same name, so that a restored database recognises the codes of accounts opened since.

    Unguessable without the shop's own token.
    """
    return hmac.digest(shop.token.encode(), f"{name.kind}:{name.value}".encode(), "sha256").hex()[:16]


def point(session: Session, shop_id: int, name: Name, account_id: int, now: datetime) -> None:
    """From now on the name means this account."""
    session.merge(Identity(**_identity(shop_id, name, account_id, now)))
    session.flush()


def _identity(shop_id: int, name: Name, account_id: int, now: datetime) -> dict[str, Any]:
    return {"shop_id": shop_id, "kind": name.kind, "value": name.value, "account_id": account_id, "since": now}


def _id(shop: Shop) -> int:
    if shop.id is None:
        raise ValueError("the shop has not been stored yet")
    return shop.id


def remember(
    session: Session, contacts: Mapping[int, tuple[str, Contact]], now: datetime, override: bool
) -> set[int]:
    """Keep who the accounts belong to: (customer id, contact) by account; the accounts whose address changed.

    The address on an order only fills a gap; what the shop says of the customer replaces it (``override``). The
    customer that an account has stays: a late message may name one that was merged away. Whoever was erased is
    not remembered again.
    """
    forgotten = erased(session, contacts)
    contacts = {account: contact for account, contact in contacts.items() if account not in forgotten}
    rows = session.execute(select(Person).where(col(Person.account_id).in_(list(contacts)))).scalars()
    known = {row.account_id: (row.email, row.name, row.customer) for row in rows}
    new: dict[int, tuple[str, str, str]] = {}
    for account, (customer, contact) in contacts.items():
        email, name, before = known.get(account, ("", "", ""))
        new[account] = (
            contact.email if contact.email and (override or not email) else email,
            contact.name if contact.name and (override or not name) else name,
            before or customer,
        )
    moved = {account: person for account, person in new.items() if person != known.get(account)}
    _write_persons(session, moved, now)
    return {account for account, (email, *_) in moved.items() if email != known.get(account, ("",))[0]}


def _write_persons(session: Session, persons: Mapping[int, tuple[str, str, str]], now: datetime) -> None:
    if not persons:
        return
    statement = upsert(session, Person)
    newest = {name: statement.excluded[name] for name in ("email", "name", "customer", "updated_at")}
    rows = [
        {"account_id": account, "email": email, "name": name, "customer": customer, "updated_at": now}
        for account, (email, name, customer) in sorted(persons.items())
    ]
    session.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=newest), rows)
    search.index(session, {account: (email, name) for account, (email, name, _) in persons.items()})
    session.expire_all()


def erased(session: Session, accounts: Collection[int]) -> set[int]:
    """Those of the accounts whose owner was erased."""
    rows = session.execute(
        select(col(Account.id)).where(col(Account.id).in_(list(accounts)), col(Account.erased_at).is_not(None))
    )
    return {row.id for row in rows}


def customers_after(session: Session, shop_id: int, account: int, limit: int) -> dict[int, str]:
    """The next registered customers behind this account: their numbers in the shop, by account."""
    statement = (
        select(col(Person.account_id), col(Person.customer))
        .join(Account, col(Account.id) == col(Person.account_id))
        .where(col(Account.shop_id) == shop_id, col(Person.customer) != "", col(Person.account_id) > account)
        .order_by(col(Person.account_id))
        .limit(limit)
    )
    return {row.account_id: row.customer for row in session.execute(statement)}


def with_address(session: Session, shop_id: int, email: str) -> dict[int, str]:
    """The registered customers of the shop with this address: their numbers there, by account."""
    rows = session.execute(
        select(col(Person.account_id), col(Person.customer))
        .join(Account, col(Account.id) == col(Person.account_id))
        .where(col(Account.shop_id) == shop_id, func.lower(col(Person.email)) == email.strip().lower())
        .where(col(Person.customer) != "")
    )
    return {row.account_id: row.customer for row in rows}


def detach(session: Session, accounts: Iterable[int]) -> None:
    """The shop no longer has these customers; who they were stays known until erased."""
    gone = list(accounts)
    session.execute(update(Person).where(col(Person.account_id).in_(gone)).values(customer="", email=""))
    names = select(col(Person.account_id), col(Person.name)).where(col(Person.account_id).in_(gone))
    search.index(session, {row.account_id: ("", row.name) for row in session.execute(names)})


def merge_guest(session: Session, shop_id: int, guest: int, account: int) -> None:
    """A waiting account becomes part of a registered one: its orders are settled again for the new owner.

    So is every order of somebody else's that booked something on it: a code of its own may be spent there.
    """
    session.execute(update(Account).where(col(Account.id) == guest).values(merged_into=account))
    booked = select(col(Entry.order_id)).where(col(Entry.account_id) == guest, col(Entry.order_id).is_not(None))
    concerned = or_(col(OrderState.account_id) == guest, col(OrderState.order_id).in_(booked))
    session.execute(update(OrderState).where(col(OrderState.shop_id) == shop_id, concerned).values(dirty=True))


def merge(session: Session, shop_id: int, gone: int, account: int) -> None:
    """A registered account becomes part of another one, with every name it had and all that it had taken over."""
    session.execute(update(Identity).where(col(Identity.account_id) == gone).values(account_id=account))
    session.execute(update(Account).where(col(Account.merged_into) == gone).values(merged_into=account))
    merge_guest(session, shop_id, gone, account)
    session.expire_all()


def is_guest(session: Session, account: int) -> bool:
    """Whether the account waits for its owner to prove the mailbox."""
    row = session.get(Account, account)
    return row is not None and row.guest and row.merged_into is None


def merged_guests(session: Session, shop_id: int) -> dict[int, list[int]]:
    """The waiting accounts that each account has taken over."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(col(Account.id), col(Account.merged_into)).where(
            col(Account.shop_id) == shop_id, col(Account.merged_into).is_not(None)
        )
    )
    for guest, account in rows:
        found[account].append(guest)
    return found


def registered(session: Session, shop_id: int, emails: Iterable[str]) -> dict[str, int]:
    """The registered accounts of these addresses in small letters; one that several accounts have is left out."""
    wanted = {email.strip().lower() for email in emails}
    rows = session.execute(
        select(func.lower(col(Person.email)), col(Person.account_id))
        .join(Account, col(Account.id) == col(Person.account_id))
        .where(
            col(Account.shop_id) == shop_id,
            col(Account.guest).is_(False),
            func.lower(col(Person.email)).in_(wanted),
        )
    )
    found: dict[str, set[int]] = defaultdict(set)
    for email, account in rows:
        found[email].add(account)
    return {email: accounts.pop() for email, accounts in found.items() if len(accounts) == 1}


def with_group(session: Session, shop_id: int, customers: Collection[str]) -> set[str]:
    """Those of the customers whose group has been learnt."""
    found = find(session, shop_id, [Name(CUSTOMER, customer) for customer in customers])
    subjects = {f"account:{account}": name.value for name, account in found.items()}
    rows = session.execute(
        select(col(Fact.subject)).where(
            col(Fact.shop_id) == shop_id, col(Fact.subject).in_(list(subjects)), col(Fact.name) == "group"
        )
    ).scalars()
    return {subjects[subject] for subject in rows}


def survivors(session: Session, accounts: Collection[int]) -> dict[int, int]:
    """The account that each account was merged into, itself where it was not."""
    rows = session.execute(
        select(col(Account.id), col(Account.merged_into)).where(col(Account.id).in_(list(accounts)))
    )
    return {row.id: row.merged_into or row.id for row in rows}


# --- sponsors ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binding:
    """From ``since`` on the account is sponsored by another one, or by nobody (``sponsor`` None).

    ``cause`` says by what, ``by`` who saw to it, ``order`` which order's recommendation it was.
    """

    account: int
    since: datetime
    sponsor: int | None
    cause: str
    by: str = ""
    noted_at: datetime | None = None
    order: str = ""


def sponsor(session: Session, bound: Sequence[Binding]) -> None:
    """Keep bindings; earlier ones stay as history."""
    rows = [
        {
            "account_id": each.account,
            "since": each.since,
            "sponsor_id": each.sponsor,
            "cause": each.cause,
            "by": each.by,
            "noted_at": each.noted_at,
            "order_id": each.order,
        }
        for each in bound
    ]
    if rows:
        statement = upsert(session, Sponsorship)
        newest = {name: statement.excluded[name] for name in ("sponsor_id", "cause", "by", "noted_at", "order_id")}
        session.execute(statement.on_conflict_do_update(index_elements=["account_id", "since"], set_=newest), rows)
        session.expire_all()


class Tree:
    """The sponsors of some accounts, read step by step upwards; asks are for a moment, and know what was read.

    ``climb`` reads on. ``whole`` has read all there is.
    """

    def __init__(self, session: Session, accounts: Iterable[int]) -> None:
        self._session = session
        self._history: dict[int, list[tuple[datetime, int | None]]] = defaultdict(list)
        self._next = set(accounts)
        self._asked: set[int] = set()
        self._above: set[int] = set()

    @classmethod
    def whole(cls, session: Session, accounts: Iterable[int]) -> "Tree":
        """Everybody who ever stood above these accounts."""
        tree = cls(session, accounts)
        while tree.climb(1):
            pass
        return tree

    def climb(self, steps: int) -> set[int]:
        """Read so many steps more; who was found above and not before. Nobody, and there is nothing left."""
        found: set[int] = set()
        for _ in range(steps):
            if not self._next:
                break
            self._asked |= self._next
            rows = self._session.execute(
                select(col(Sponsorship.account_id), col(Sponsorship.since), col(Sponsorship.sponsor_id))
                .where(col(Sponsorship.account_id).in_(sorted(self._next)))
                .order_by(col(Sponsorship.since))
            ).all()
            for row in rows:
                self._history[row.account_id].append((row.since, row.sponsor_id))
            above = {row.sponsor_id for row in rows if row.sponsor_id is not None}
            found |= above - self._above
            self._above |= above
            self._next = above - self._asked
        return found

    def upline(self, account: int, moment: datetime) -> Iterator[int]:
        """The sponsors at that moment, nearest first; a ring in the data ends the walk."""
        seen = {account}
        current = self._sponsor(account, moment)
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            current = self._sponsor(current, moment)

    def _sponsor(self, account: int, moment: datetime) -> int | None:
        found = None
        for since, sponsor_id in self._history.get(account, ()):
            if since <= moment:
                found = sponsor_id
        return found


def downline(session: Session, accounts: Iterable[int], depth: int | None = None) -> set[int]:
    """Everybody who ever stood below one of these accounts, at most so many steps, None for any number."""
    found: set[int] = set()
    wanted = set(accounts)
    steps = count() if depth is None else range(depth)
    for _ in steps:
        if not wanted:
            break
        rows = session.execute(
            select(col(Sponsorship.account_id)).where(col(Sponsorship.sponsor_id).in_(sorted(wanted)))
        ).scalars()
        wanted = set(rows) - found
        found |= wanted
    return found
