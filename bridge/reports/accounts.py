"""The accounts and entries of a shop as lists that are read part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain.targets import Why
from bridge.errors import NotFound
from bridge.storage.codec import unpack_why
from bridge.storage.models import Account, Entry, EntryText, Identity, Partner
from bridge.storage.people import CUSTOMER

SETTLED = timedelta(minutes=1)
"""By then a transaction that books has long ended."""


@dataclass(frozen=True, slots=True)
class Named:
    """An account with the number that its owner has in the shop, empty for a guest."""

    account: Account
    customer: str


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with its account's token, its reason as it is stored, and its erasable text."""

    entry: Entry
    account: str
    why: Why
    text: str


def accounts(session: Session, shop_id: int, limit: int, after: int = 0, customer: str = "") -> list[Named]:
    """The shop's accounts with greater ids than ``after``, oldest first, without those that others took over."""
    statement = _named().where(
        col(Account.shop_id) == shop_id, col(Account.id) > after, col(Account.merged_into).is_(None)
    )
    if customer:
        statement = statement.where(col(Identity.value) == customer)
    return [Named(*row) for row in session.execute(statement.order_by(col(Account.id)).limit(limit))]


def account(session: Session, shop_id: int, token: str) -> Named:
    """The account of this shop with this token; ``NotFound`` also for one of another shop."""
    row = session.execute(_named().where(col(Account.shop_id) == shop_id, col(Account.token) == token)).first()
    if row is None:
        raise NotFound("There is no such account at this shop.")
    return Named(*row)


def entries(session: Session, shop_id: int, limit: int, now: datetime, after: int = 0) -> list[Row]:
    """The shop's entries with greater ids than ``after``, oldest first: whoever keeps the place misses none.

    Only those that are a minute old: on PostgreSQL one with a smaller id may be committed later than its neighbour.
    """
    statement = (
        select(Entry, col(Account.token), col(EntryText.text))
        .join(Account, col(Account.id) == col(Entry.account_id))
        .join(EntryText, col(EntryText.entry_id) == col(Entry.id), isouter=True)
        .where(col(Entry.shop_id) == shop_id, col(Entry.id) > after, col(Entry.booked_at) <= now - SETTLED)
        .order_by(col(Entry.id))
        .limit(limit)
    )
    return [
        Row(entry, token, unpack_why(entry.explanation), text or "")
        for entry, token, text in session.execute(statement)
    ]


def adjusted(session: Session, account: Account, mark: str) -> int:
    """The id of the entry that was made by hand under this mark."""
    found: int = session.execute(
        select(col(Entry.id)).where(
            col(Entry.account_id) == account.id,
            col(Entry.kind) == "adjustment",
            col(Entry.source) == f"shop:{account.shop_id}/adjust:{mark}",
        )
    ).scalar_one()
    return found


def coded(session: Session, shop_id: int, limit: int, after: int = 0) -> Sequence[tuple[Partner, str, str]]:
    """The shop's partners by account: with the account's token and the customer's number."""
    statement = (
        select(Partner, col(Account.token), col(Identity.value))
        .join(Account, col(Account.id) == col(Partner.account_id))
        .join(Identity, _naming(), isouter=True)
        .where(col(Partner.shop_id) == shop_id, col(Partner.account_id) > after)
        .order_by(col(Partner.account_id))
        .limit(limit)
    )
    return [(partner, token, customer or "") for partner, token, customer in session.execute(statement)]


def _named() -> Any:
    return select(Account, col(Identity.value)).join(Identity, _naming(), isouter=True)


def _naming() -> Any:
    return (col(Identity.account_id) == col(Account.id)) & (col(Identity.kind) == CUSTOMER)
