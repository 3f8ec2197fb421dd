"""Who an account belongs to: identities, persons, sponsors. An e-mail alone never joins two registered accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import select, tuple_, update
from sqlmodel import Session, col

from bridge.ports import Contact
from bridge.storage.models import Account, Fact, Identity, OrderState, Person, Shop, Sponsorship

CUSTOMER = "customer"
MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Name:
    """What names an account: ``kind`` is CUSTOMER (a platform id) or MAILBOX (a keyed fingerprint)."""

    kind: str
    value: str


def find(session: Session, shop_id: int, names: Collection[Name]) -> dict[Name, int]:
    """The accounts that are named so far."""
    rows = session.execute(
        select(col(Identity.kind), col(Identity.value), col(Identity.account_id)).where(
            col(Identity.shop_id) == shop_id,
            tuple_(col(Identity.kind), col(Identity.value)).in_([(n.kind, n.value) for n in names]),
        )
    )
    return {Name(row.kind, row.value): row.account_id for row in rows}


def find_or_open(session: Session, shop: Shop, names: Iterable[Name], now: datetime) -> dict[Name, int]:
    """The account of each name; accounts that do not exist yet are opened, a mailbox's as a guest's."""
    wanted = set(names)
    known = find(session, _id(shop), wanted) if wanted else {}
    for name in sorted(wanted - known.keys(), key=lambda n: (n.kind, n.value)):
        account = open_account(session, shop, now, guest=name.kind == MAILBOX)
        point(session, _id(shop), name, account, now)
        known[name] = account
    return known


def open_account(session: Session, shop: Shop, now: datetime, guest: bool) -> int:
    """A new account with nothing on it; its id."""
    account = Account(
        shop_id=_id(shop),
        token=token_hex(8),
        currency=shop.currency,
        guest=guest,
        head=b"",
        opened_at=now,
    )
    session.add(account)
    session.flush()
    return account.id or 0


def point(session: Session, shop_id: int, name: Name, account_id: int, now: datetime) -> None:
    """From now on the name means this account."""
    session.merge(Identity(shop_id=shop_id, kind=name.kind, value=name.value, account_id=account_id, since=now))
    session.flush()


def _id(shop: Shop) -> int:
    if shop.id is None:
        raise ValueError("the shop has not been stored yet")
    return shop.id


def remember(
    session: Session, contacts: Mapping[int, tuple[str, Contact]], now: datetime, override: bool
) -> set[int]:
    """Keep who the accounts belong to: (customer id, contact) by account; the accounts whose address changed.

    The address on an order only fills a gap; what the shop says of the customer replaces it (``override``).
    """
    known = {
        row.account_id: row
        for row in session.execute(select(Person).where(col(Person.account_id).in_(list(contacts)))).scalars()
    }
    changed = set()
    for account, (customer, contact) in contacts.items():
        person = known.get(account) or Person(account_id=account, updated_at=now)
        before = person.email
        if contact.email and (override or not person.email):
            person.email = contact.email
        if contact.name and (override or not person.name):
            person.name = contact.name
        person.customer = customer or person.customer
        session.add(person)
        if person.email != before:
            changed.add(account)
    return changed


def detach(session: Session, accounts: Iterable[int]) -> None:
    """The shop no longer has these customers; who they were stays known until erased."""
    session.execute(update(Person).where(col(Person.account_id).in_(list(accounts))).values(customer="", email=""))


def merge_guest(session: Session, shop_id: int, guest: int, account: int) -> None:
    """A waiting account becomes part of a registered one: its orders are settled again for the new owner."""
    session.execute(update(Account).where(col(Account.id) == guest).values(merged_into=account))
    session.execute(
        update(OrderState)
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.account_id) == guest)
        .values(dirty=True)
    )


def is_guest(session: Session, account: int) -> bool:
    """Whether the account waits for its owner to prove the mailbox."""
    row = session.get(Account, account)
    return row is not None and row.guest and row.merged_into is None


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


def sponsor(session: Session, account: int, sponsor_id: int | None, since: datetime, cause: str) -> None:
    """From ``since`` on the account is sponsored by another one, or by nobody. History is kept."""
    session.merge(Sponsorship(account_id=account, since=since, sponsor_id=sponsor_id, cause=cause))


class Tree:
    """The sponsors of some accounts with all above them, read once; asks are for a moment."""

    def __init__(self, session: Session, accounts: Iterable[int]) -> None:
        self._history: dict[int, list[tuple[datetime, int | None]]] = defaultdict(list)
        asked: set[int] = set()
        wanted = set(accounts)
        while wanted:
            asked |= wanted
            rows = session.execute(
                select(col(Sponsorship.account_id), col(Sponsorship.since), col(Sponsorship.sponsor_id))
                .where(col(Sponsorship.account_id).in_(sorted(wanted)))
                .order_by(col(Sponsorship.since))
            ).all()
            for row in rows:
                self._history[row.account_id].append((row.since, row.sponsor_id))
            wanted = {row.sponsor_id for row in rows if row.sponsor_id is not None} - asked

    def upline(self, account: int, moment: datetime) -> list[int]:
        """The sponsors at that moment, nearest first; a ring in the data ends the walk."""
        chain: list[int] = []
        current = self._sponsor(account, moment)
        while current is not None and current != account and current not in chain:
            chain.append(current)
            current = self._sponsor(current, moment)
        return chain

    def _sponsor(self, account: int, moment: datetime) -> int | None:
        found = None
        for since, sponsor_id in self._history.get(account, ()):
            if since <= moment:
                found = sponsor_id
        return found

    def everybody(self) -> set[int]:
        """All accounts that stand above somebody."""
        return {s for history in self._history.values() for _, s in history if s is not None}


def downline(session: Session, accounts: Iterable[int]) -> set[int]:
    """Everybody who ever stood below one of these accounts, at any depth."""
    found: set[int] = set()
    wanted = set(accounts)
    while wanted:
        rows = session.execute(
            select(col(Sponsorship.account_id)).where(col(Sponsorship.sponsor_id).in_(sorted(wanted)))
        ).scalars()
        wanted = set(rows) - found
        found |= wanted
    return found
