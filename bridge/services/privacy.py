"""Privacy: forgetting a person while the books stay whole.

What stays of an erased person are pseudonyms: the customer number in the shop and the keyed fingerprint of
the mailbox. Without them a later return could not be taken off the account that earned on the order.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import structlog
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import Session, col

from bridge.domain import money
from bridge.domain.orders import Order
from bridge.errors import NotFound, Refused
from bridge.ports import (
    Contact,
    CustomerGone,
    CustomerHint,
    CustomerSeen,
    CustomersMerged,
    Envelope,
    OrderSeen,
    PrivacyAsked,
    Reading,
)
from bridge.runtime import Runtime
from bridge.services import bodies, contact, erasures, mail, questions
from bridge.services.connect import terms_of
from bridge.storage import partners, people, search
from bridge.storage.cases import open_case
from bridge.storage.models import (
    Account,
    Delivery,
    Entry,
    EntryText,
    Identity,
    Offer,
    OrderState,
    Person,
    Proposal,
    Shop,
    VoucherBatch,
)
from bridge.storage.people import CUSTOMER, MAILBOX, Name

log = structlog.get_logger(__name__)

_BATCH = 200
ERASED = "erased"
"""The reason of the case that asks what becomes of an erased person's credit."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Whose account was erased. ``balance`` (minor units) is still on it, and waits for the merchant."""

    account: str
    balance: int
    currency: str
    deliveries: int


def find(runtime: Runtime, shop_id: int, customer: str | None = None, email: str | None = None) -> int:
    """The account of a customer number or of an address.

    Raises ``NotFound`` without one, ``Refused`` for an address that several registered customers have.
    """
    with runtime.db.reading() as session:
        contact.find_shop(session, shop_id)
        name = Name(CUSTOMER, customer or "") if email is None else Name(MAILBOX, runtime.vault.fingerprint(email))
        found = people.find(session, shop_id, [name]).get(name)
        if found is None and email is not None:
            found = _with_address(session, shop_id, email)
    if found is None:
        raise NotFound(f"Nobody with this number or address has an account at shop {shop_id}.")
    return found


def telling_of(runtime: Runtime, session: Session, shop_id: int, accounts: Sequence[int]) -> ColumnElement[bool]:
    """Which deliveries tell of the owners of these accounts: those of their orders, and those of themselves."""
    theirs = select(col(OrderState.order_id)).where(
        col(OrderState.shop_id) == shop_id, col(OrderState.account_id).in_(accounts)
    )
    names = _names(runtime, session, accounts)
    others = _about(runtime, session, contact.find_shop(session, shop_id), names)
    return (col(Delivery.shop_id) == shop_id) & (col(Delivery.order_id).in_(theirs) | col(Delivery.id).in_(others))


def erase(runtime: Runtime, account_id: int) -> Erased:
    """Forget who an account belongs to. Entries, orders and sums stay; the account is frozen.

    The code in the shop and the customer's meta data there are taken out by the next push. It is repeatable.
    """
    with runtime.db.reading() as session:
        account = session.get_one(Account, account_id)
        accounts = _with_merged(session, account_id)
    # Noted first: what breaks off in between is made up for by repeating it, or by the next restore.
    for token in accounts.values():
        erasures.note(runtime.settings, erasures.mark_of(runtime.vault, token), runtime.clock())
    emptied = _erase(runtime, account.shop_id, list(accounts))
    runtime.bell.ring("push", account.shop_id)
    log.info("person erased", shop=account.shop_id)
    return Erased(account.token, account.balance, account.currency, emptied)


def erase_again(runtime: Runtime) -> int:
    """Erase whoever is in the erasure log and known here nevertheless (after a restore); how many accounts."""
    marks = erasures.marks(runtime.settings)
    if not marks:
        return 0
    with runtime.db.reading() as session:
        rows = session.execute(
            select(col(Account.id), col(Account.shop_id), col(Account.token)).where(
                col(Account.erased_at).is_(None)
            )
        ).all()
    due = [(row.id, row.shop_id) for row in rows if erasures.mark_of(runtime.vault, row.token) in marks]
    for account_id, shop_id in due:
        _erase(runtime, shop_id, [account_id])
    return len(due)


# --- erasing ------------------------------------------------------------------------------------------------


def _with_address(session: Session, shop_id: int, email: str) -> int | None:
    rows = session.execute(
        select(col(Person.account_id))
        .join(Account, col(Account.id) == col(Person.account_id))
        .where(col(Account.shop_id) == shop_id, func.lower(col(Person.email)) == email.strip().lower())
    )
    found = list(rows.scalars())
    if len(found) > 1:
        raise Refused("Several customers of the shop have this address. Nothing was done; name one by --customer.")
    return found[0] if found else None


def _with_merged(session: Session, account_id: int) -> dict[int, str]:
    """The account and the guests' accounts that became part of it, by id with their tokens."""
    rows = session.execute(
        select(col(Account.id), col(Account.token)).where(
            or_(col(Account.id) == account_id, col(Account.merged_into) == account_id)
        )
    )
    return {row.id: row.token for row in rows}


def _erase(runtime: Runtime, shop_id: int, accounts: Sequence[int]) -> int:
    with runtime.db.reading() as session:
        telling = telling_of(runtime, session, shop_id, accounts)
    emptied = bodies.empty(runtime, telling)
    with runtime.db.shredding() as session:
        _forget(runtime, session, accounts)
        for account in session.execute(select(Account).where(col(Account.id).in_(accounts))).scalars():
            _freeze(runtime, session, account)
    return emptied


def _names(runtime: Runtime, session: Session, accounts: Sequence[int]) -> set[Name]:
    """Everything that deliveries may call these people by."""
    known = session.execute(select(Identity).where(col(Identity.account_id).in_(accounts))).scalars()
    addresses = session.execute(select(col(Person.email)).where(col(Person.account_id).in_(accounts))).scalars()
    mailboxes = {Name(MAILBOX, runtime.vault.fingerprint(email)) for email in addresses if email}
    return {Name(identity.kind, identity.value) for identity in known} | mailboxes


def _about(runtime: Runtime, session: Session, shop: Shop, names: Set[Name]) -> list[int]:
    """Deliveries that are filed under no order and tell of one of these people."""
    platform, terms = runtime.platform(shop.platform), terms_of(shop)
    rows = session.execute(
        select(Delivery)
        .where(col(Delivery.shop_id) == shop.id, col(Delivery.order_id) == "", col(Delivery.body_hash).is_(None))
        .execution_options(yield_per=_BATCH)
    ).scalars()
    readings = ((row.id or 0, platform.understand(_envelope(row), row.body, terms)) for row in rows)
    return [delivery for delivery, reading in readings if not names.isdisjoint(_named(runtime, reading))]


def _envelope(delivery: Delivery) -> Envelope:
    return Envelope(delivery.topic, delivery.origin, delivery.headers)


def _named(runtime: Runtime, reading: Reading) -> Iterator[Name]:
    match reading:
        case OrderSeen(order=Order(customer=customer), contact=Contact(email=email)):
            pass
        case CustomerSeen(id=customer, contact=Contact(email=email)):
            pass
        case CustomerGone(id=customer) | CustomerHint(id=customer):
            email = ""
        case PrivacyAsked(customer=customer, email=email):
            pass
        case CustomersMerged(kept=kept, gone=gone):
            yield Name(CUSTOMER, kept)
            customer, email = gone, ""
        case _:
            return
    if customer:
        yield Name(CUSTOMER, customer)
    if email:
        yield Name(MAILBOX, runtime.vault.fingerprint(email))


_NOBODY = "erased"
"""What is kept of the address on a promotional code: that it was for one person, and never for anybody."""


def _forget(runtime: Runtime, session: Session, accounts: Sequence[int]) -> None:
    """The customer number stays: the push still has to find the meta data in the shop."""
    entries = select(col(Entry.id)).where(col(Entry.account_id).in_(accounts))
    addresses = select(func.lower(col(Person.email))).where(col(Person.account_id).in_(accounts))
    session.execute(
        update(VoucherBatch)
        .where(col(VoucherBatch.email) != "", func.lower(col(VoucherBatch.email)).in_(addresses))
        .values(email=_NOBODY)
    )
    session.execute(
        update(Person)
        .where(col(Person.account_id).in_(accounts))
        .values(email="", name="", updated_at=runtime.clock())
    )
    search.index(session, dict.fromkeys(accounts, ("", "")))
    mail.forgotten(session, accounts)
    questions.erase(session, accounts)
    session.execute(delete(EntryText).where(col(EntryText.entry_id).in_(entries)))
    session.execute(update(Proposal).where(col(Proposal.account_id).in_(accounts)).values(reason=""))
    session.execute(update(Offer).where(col(Offer.account_id).in_(accounts)).values(holder=""))
    partners.forget_reasons(session, accounts)


def _freeze(runtime: Runtime, session: Session, account: Account) -> None:
    now = runtime.clock()
    account.erased_at = account.erased_at or now
    account.stale, account.push_due_at = True, None
    if account.balance > 0:
        left = f"{money.plain(account.balance, account.currency)} {account.currency}"
        sentence = (
            f"The owner of this account was erased, and {left} of credit are left on it. Nothing is offered any"
            " more. Decide what becomes of it; `rabattkonto adjust` books what you decide."
        )
        open_case(session, account.shop_id, f"account:{account.token}", ERASED, sentence, now)
