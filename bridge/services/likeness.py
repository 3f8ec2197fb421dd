"""Whether two people are one: the same mailbox is proof enough to deny, mere likeness only asks for a look."""

from collections.abc import Callable, Collection

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.ports import Contact
from bridge.storage import people
from bridge.storage.models import Person
from bridge.storage.people import MAILBOX, Name


def same_person(
    session: Session,
    shop_id: int,
    fingerprint: Callable[[str], str],
    mailbox: str | None,
    accounts: Collection[int],
) -> bool:
    """Whether the mailbox (a keyed fingerprint) is that of one of the accounts."""
    if not mailbox:
        return False
    name = Name(MAILBOX, mailbox)
    if people.find(session, shop_id, [name]).get(name) in accounts:
        return True
    addresses = session.execute(select(col(Person.email)).where(col(Person.account_id).in_(list(accounts))))
    return any(fingerprint(address) == mailbox for address in addresses.scalars() if address)


def is_alike(session: Session, contact: Contact, account: int) -> bool:
    """Whether the contact has the name or the first half of the address of the account's owner."""
    person = session.get(Person, account)
    if person is None:
        return False
    return _equal(contact.name, person.name) or _equal(_local(contact.email), _local(person.email))


def _local(email: str) -> str:
    return email.partition("@")[0]


def _equal(one: str, other: str) -> bool:
    one, other = (" ".join(text.split()).casefold() for text in (one, other))
    return bool(one) and one == other
