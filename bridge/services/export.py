"""The books of a shop as files that anybody can open: what is kept when a shop is left."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain import money
from bridge.runtime import Runtime
from bridge.services import contact, programmes
from bridge.storage.models import Account, Entry, EntryText, Person

_ACCOUNTS = (
    "account",
    "customer",
    "email",
    "name",
    "currency",
    "balance",
    "pending",
    "entries",
    "head",
    "opened_at",
)
_ENTRIES = (
    "id", "account", "kind", "source", "revision", "amount", "currency", "happened_at", "booked_at", "usable_at",
    "expires_on", "order", "version", "why", "reason", "cause", "hash",
)  # fmt: skip
_PAGE = 1000


def export_shop(runtime: Runtime, shop_id: int) -> Path:
    """Write accounts, entries and programme versions into a folder of the data folder; the folder.

    Amounts are decimals with a point, moments are UTC. It holds names and addresses.
    """
    shop = contact.load_shop(runtime, shop_id)
    folder = runtime.settings.data / "exports" / f"shop-{shop_id}-{runtime.clock():%Y%m%dT%H%M%SZ}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with runtime.db.reading() as session:
        _write(folder / "accounts.csv", _ACCOUNTS, _accounts(session, shop_id))
        _write(folder / "entries.csv", _ENTRIES, _entries(session, shop_id))
    for version in programmes.show(runtime, shop_id):
        (folder / f"programme-{version.number}.toml").write_text(version.document, "utf-8")
    about = {"shop": shop_id, "name": shop.name, "url": shop.url, "currency": shop.currency}
    (folder / "shop.json").write_text(json.dumps(about, ensure_ascii=False, indent=2), "utf-8")
    return folder


def _accounts(session: Session, shop_id: int) -> Iterator[tuple[Any, ...]]:
    rows = session.execute(
        select(Account, Person)
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Account.shop_id) == shop_id)
        .order_by(col(Account.id))
        .execution_options(yield_per=_PAGE)
    )
    for account, person in rows:
        yield (
            account.token, person.customer if person else "", person.email if person else "",
            person.name if person else "", account.currency, money.plain(account.balance, account.currency),
            money.plain(account.pending, account.currency), account.entries, account.head.hex(), account.opened_at,
        )  # fmt: skip


def _entries(session: Session, shop_id: int) -> Iterator[tuple[Any, ...]]:
    rows = session.execute(
        select(Entry, col(Account.token), col(EntryText.text))
        .join(Account, col(Account.id) == col(Entry.account_id))
        .join(EntryText, col(EntryText.entry_id) == col(Entry.id), isouter=True)
        .where(col(Entry.shop_id) == shop_id)
        .order_by(col(Entry.id))
        .execution_options(yield_per=_PAGE)
    )
    for entry, token, reason in rows:
        yield (
            entry.id, token, entry.kind, entry.source, entry.revision, money.plain(entry.amount, entry.currency),
            entry.currency, entry.happened_at, entry.booked_at, entry.usable_at, entry.expires_on, entry.order_id,
            entry.version, entry.explanation, reason, entry.cause, entry.hash.hex(),
        )  # fmt: skip


def _write(file: Path, heads: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """As a spreadsheet reads it everywhere: with a byte order mark, so that umlauts survive."""
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(heads)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe; an amount below zero stays one."""
    if value is None:
        return ""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text[:1] in "=+-@\t\r" and text and not is_number else text
