"""Walking through changed orders while the shop goes on changing them.

Pages are cut by the stamp of the last order rather than by number: an order that changes
while we read moves to the end, and with numbered pages another one would slip past us.
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from adapters.documents import moment, typed
from adapters.woocommerce.connection import PAGE, Connection, understood
from adapters.woocommerce.shapes import OrderStamp

SECOND = timedelta(seconds=1)


class Change(NamedTuple):
    """A changed order: when it changed, its id, its body, and when our read of it began."""

    updated: datetime
    id: int
    body: Any
    read_at: datetime


def changes(shop: Connection, since: datetime, clock: Callable[[], datetime]) -> Iterator[Change]:
    """Every order changed at or after ``since``, oldest change first.

    Trashed orders are listed by the shop only when asked for by name, hence the second listing.
    """
    listings = (_listing(shop, status, since, clock) for status in ("any", "trash"))
    return heapq.merge(*listings, key=lambda change: (change.updated, change.id))


def _listing(shop: Connection, status: str, since: datetime, clock: Callable[[], datetime]) -> Iterator[Change]:
    # ``modified_after`` leaves out the very second that it names (measured).
    after, page = since.replace(microsecond=0) - SECOND, 1
    given: set[tuple[datetime, int]] = set()
    while True:
        found = _page(shop, status, after, page, clock)
        fresh = [change for change in found if (change.updated, change.id) not in given]
        yield from fresh
        if len(found) < PAGE:
            return
        after, page = _next(after, page, found[-1].updated)
        given = {(change.updated, change.id) for change in found if change.updated > after}


def _next(after: datetime, page: int, last: datetime) -> tuple[datetime, int]:
    """Where the next page begins: at the last second seen, or deeper in it when it alone fills the page."""
    if last - SECOND > after:
        return last - SECOND, 1
    return after, page + 1


def _page(shop: Connection, status: str, after: datetime, page: int, clock: Callable[[], datetime]) -> list[Change]:
    read_at = clock()
    found = shop.items(
        "/orders",
        status=status,
        orderby="modified",
        order="asc",
        modified_after=after.strftime("%Y-%m-%dT%H:%M:%S"),
        dates_are_gmt="true",
        page=page,
    )
    return [_change(body, read_at) for body in found]


def _change(body: Any, read_at: datetime) -> Change:
    stamp = understood(typed, OrderStamp, body)
    return Change(understood(moment, stamp.date_modified_gmt), stamp.id, body, read_at)
