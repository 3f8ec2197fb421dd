"""An account's entries as a file for spreadsheets, written leaf by leaf, whatever their number."""

import csv
import io
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from bridge.domain.calendar import local_day
from bridge.domain.why import sentence
from bridge.reports.exports import Amount, Cell, text_of
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.storage import leaves, programmes
from bridge.storage.books import Booked
from bridge.storage.models import Account

_AT_ONCE = 500

_HEADS = {
    "de": ("Datum", "Art", "Grund", "Betrag", "Guthaben danach", "Währung", "einlösbar ab", "letzter Tag"),
    "en": ("Date", "Kind", "Reason", "Amount", "Balance after", "Currency", "usable from", "last day"),
}


def rows(runtime: Runtime, account: Account, language: str, kinds: Mapping[str, str]) -> Iterator[str]:
    """The file in “de” (a mark for UTF-8, semicolons, decimal commas) or “en”, newest entry first.

    ``kinds`` are the words for what an entry is.
    """
    german = language == "de"
    with runtime.db.reading() as session:
        zone = programmes.zone(programmes.timeline(session, account.shop_id), find_shop(session, account.shop_id))
        yield ("\ufeff" if german else "") + _written(_HEADS[language], german)
        place = None
        while True:
            leaf = leaves.leaf(session, account, _AT_ONCE, place)
            for entry in leaf.entries:
                yield _written(_cells(entry, kinds[entry.kind], account.currency, language, zone), german)
            place = leaf.next
            if place is None:
                return


def _cells(entry: Booked, kind: str, currency: str, language: str, zone: ZoneInfo) -> tuple[Cell, ...]:
    return (
        local_day(entry.happened_at, zone),
        kind,
        sentence(entry.why, language, currency, entry.text),
        Amount(entry.amount, currency),
        Amount(entry.balance_after, currency),
        currency,
        local_day(entry.usable_at, zone),
        entry.expires_on,
    )


def _written(cells: tuple[Cell, ...], german: bool) -> str:
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow([text_of(cell, german) for cell in cells])
    return line.getvalue()
