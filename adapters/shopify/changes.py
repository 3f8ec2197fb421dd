"""Walking through changed orders, oldest change first, in pages that cost no more than a request may.

Shopify's cursors stand between two stamps, so an order that changes meanwhile moves to the end and hides nobody;
but a walk ends after 25,000 things, so it is begun anew from the last stamp seen.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from adapters.shopify.connection import Connection, TooCostly

PAGE = 2
"""Orders at first. What they cost says how many the next request may ask for."""

_MOST, _POINTS = 50, 900
"""Orders in one request at most, and points: a single request may cost 1,000."""

LONGEST_WALK = 20_000
"""Orders after which a walk is begun anew, well below Shopify's end."""


def changed(
    shop: Connection, since: datetime, clock: Callable[[], datetime]
) -> Iterator[tuple[list[Any], datetime]]:
    """Pages of orders changed at or after ``since``, with the moment at which the reading of each began."""
    size, start, after, walked = PAGE, since, None, 0
    seen: set[str] = set()
    while True:
        read_at = clock()
        try:
            found = shop.ask("OrdersUpdatedSince", first=size, query=_from(start), after=after)["orders"]
        except TooCostly:
            if size == 1:
                raise
            size //= 2
            continue
        size = _fitting(size, shop.cost("OrdersUpdatedSince"))
        fresh = [node for node in found["nodes"] if node["id"] not in seen]
        if fresh:
            yield fresh, read_at
        if not found["pageInfo"]["hasNextPage"]:
            return
        after, walked = found["pageInfo"]["endCursor"], walked + len(found["nodes"])
        if walked >= LONGEST_WALK:
            last = found["nodes"][-1]["updatedAt"]
            start, after, walked = datetime.fromisoformat(last), None, 0
            seen = {node["id"] for node in found["nodes"] if node["updatedAt"] == last}


def _fitting(size: int, cost: float) -> int:
    """How many orders a request may ask for, when so many cost that."""
    return max(1, min(_MOST, int(_POINTS * size / cost))) if cost else size


def _from(start: datetime) -> str:
    return f"updated_at:>='{start:%Y-%m-%dT%H:%M:%SZ}'"
