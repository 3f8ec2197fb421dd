"""Credit per article from a list of SKUs and amounts."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.imports.result import Imported, Portion, all_or_nothing, chunks
from bridge.services.imports.rows import Row, RowProblem, amount, read
from bridge.storage import catalogue

_Wish = tuple[str, int | None]
"""An SKU and its credit per piece in minor units; None takes an earlier one out."""


def import_credits(runtime: Runtime, shop_id: int, path: Path, preview: bool = False) -> Imported:
    """Set what a piece of each SKU earns, all or none. An empty amount leaves it to the shop and the rules again.

    Orders keep what was known of their articles when they were first seen, so this counts for later ones.
    """
    with runtime.db.reading() as session:
        currency = find_shop(session, shop_id).currency

    def portions(result: Imported) -> Iterator[Portion]:
        for rows in chunks(read(path, ("sku",), ("amount", "credit"))):
            wishes = [wish for row in rows if (wish := _wish(row, currency, result)) is not None]
            yield partial(_set, runtime, shop_id, wishes)

    return all_or_nothing(runtime, portions, preview)


def _wish(row: Row, currency: str, result: Imported) -> _Wish | None:
    result.rows += 1
    try:
        wish = (row.needed("sku"), _credit(row, currency))
    except RowProblem as problem:
        result.add(row.line, str(problem))
        return None
    result.taken += 1
    return wish


def _credit(row: Row, currency: str) -> int | None:
    typed = row.cell("amount", "credit")
    credit = amount(typed, currency) if typed else None
    if credit is not None and credit < 0:
        raise RowProblem("Credit cannot be below zero.")
    return credit


def _set(runtime: Runtime, shop_id: int, wishes: list[_Wish], session: Session) -> None:
    catalogue.set_own(session, shop_id, dict(wishes), runtime.clock())
