"""The books as lists for spreadsheets: accounts, entries, partners. Written row by row, whatever their number."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TextIO

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain import money
from bridge.services.contact import find_shop
from bridge.storage.models import Account, Entry, Identity, Partner, Person, Sponsorship
from bridge.storage.people import CUSTOMER

_PAGE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units on their way into a cell; the only cells that may begin with a minus."""

    value: int
    currency: str


Cell = str | int | bool | date | datetime | Amount | None
Rows = Iterator[tuple[Cell, ...]]


def export(session: Session, shop_id: int, what: str, out: TextIO, *, german: bool = False) -> int:
    """Write one of ``LISTS`` with its heads; the number of rows. Raises ``NotFound`` for an unknown shop.

    ``german`` is how spreadsheets in German expect it: a mark for UTF-8, semicolons and decimal commas. A text
    that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    currency = find_shop(session, shop_id).currency
    heads, rows = LISTS[what]
    out.write("\ufeff" if german else "")
    writer = csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow(heads)
    count = 0
    for row in rows(session, shop_id, currency):
        writer.writerow([text_of(cell, german) for cell in row])
        count += 1
    return count


def text_of(cell: Cell, german: bool) -> str:
    """A cell as it is written; a text that would be taken for a formula gets an apostrophe in front."""
    match cell:
        case None:
            return ""
        case Amount():
            plain = money.plain(cell.value, cell.currency)
            return plain.replace(".", ",") if german else plain
        case bool():
            return "yes" if cell else "no"
        case int():
            return str(cell)
        case date():
            return cell.isoformat()
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA) else cell


# --- the lists ----------------------------------------------------------------------------------------


def _accounts(session: Session, shop_id: int, currency: str) -> Rows:
    named = (col(Identity.account_id) == col(Account.id)) & (col(Identity.kind) == CUSTOMER)
    statement = (
        select(Account, Person, col(Identity.value))
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .join(Identity, named, isouter=True)
        .where(col(Account.shop_id) == shop_id, col(Account.merged_into).is_(None))
        .order_by(col(Account.id))
        .execution_options(yield_per=_PAGE)
    )
    for account, person, customer in session.execute(statement):
        available = max(0, account.balance - account.pending)
        figures = (Amount(figure, currency) for figure in (account.balance, account.pending, available))
        email = person.email if person else ""
        yield account.token, customer, email, account.guest, *figures, currency, account.opened_at


def _entries(session: Session, shop_id: int, currency: str) -> Rows:
    statement = (
        select(Entry, col(Account.token))
        .join(Account, col(Account.id) == col(Entry.account_id))
        .where(col(Entry.shop_id) == shop_id)
        .order_by(col(Entry.id))
        .execution_options(yield_per=_PAGE)
    )
    for entry, token in session.execute(statement):
        moments = entry.happened_at, entry.booked_at, entry.usable_at, entry.expires_on
        amount = Amount(entry.amount, currency)
        yield entry.id, token, entry.kind, entry.source, amount, currency, *moments, entry.order_id, entry.cause
        session.expunge(entry)


def _partners(session: Session, shop_id: int, currency: str) -> Rows:
    """Codes and bindings, in the columns that the import of a tree reads; a partner without sponsor has one row."""
    customers = _customers(session, shop_id)
    coded = session.execute(
        select(col(Partner.account_id), col(Partner.code)).where(col(Partner.shop_id) == shop_id)
    )
    codes = {row.account_id: row.code for row in coded}
    statement = (
        select(Sponsorship)
        .join(Account, col(Account.id) == col(Sponsorship.account_id))
        .where(col(Account.shop_id) == shop_id)
        .order_by(col(Sponsorship.account_id), col(Sponsorship.since))
    )
    bound: set[int] = set()
    for row in session.execute(statement).scalars():
        bound.add(row.account_id)
        above = customers.get(row.sponsor_id, "") if row.sponsor_id is not None else ""
        code = codes.get(row.account_id, "")
        yield customers.get(row.account_id, ""), above, code, row.since, row.cause, row.by, row.noted_at
    for account, code in sorted(codes.items()):
        if account not in bound:
            yield customers.get(account, ""), "", code, None, "", "", None


def _customers(session: Session, shop_id: int) -> dict[int, str]:
    rows = session.execute(
        select(col(Identity.account_id), col(Identity.value)).where(
            col(Identity.shop_id) == shop_id, col(Identity.kind) == CUSTOMER
        )
    )
    return {row.account_id: row.value for row in rows}


LISTS: dict[str, tuple[tuple[str, ...], Callable[[Session, int, str], Rows]]] = {
    "accounts": (
        ("account", "customer", "email", "guest", "balance", "pending", "available", "currency", "opened_at"),
        _accounts,
    ),
    "entries": (
        (
            "id",
            "account",
            "kind",
            "source",
            "amount",
            "currency",
            "happened_at",
            "booked_at",
            "usable_at",
            "expires_on",
            "order",
            "cause",
        ),
        _entries,
    ),
    "partners": (("customer", "sponsor", "code", "since", "cause", "by", "noted_at"), _partners),
}
"""What can be exported: the heads of its columns, and its rows."""
