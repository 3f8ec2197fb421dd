"""Backfill: take in the orders that a shop had before it was connected, on the same path as all others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridge.ports import OrderSeen
from bridge.runtime import Runtime
from bridge.services import contact
from bridge.services.connect import client_of
from bridge.services.settle import absorb

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Backfilled:
    """What was taken in: orders read, order numbers for which something is (or would be) booked, entries.

    ``problems`` are sentences by order id.
    """

    read: int = 0
    booked: list[str] = field(default_factory=list)
    entries: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def backfill(
    runtime: Runtime,
    shop_id: int,
    since: datetime | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Backfilled:
    """Read all orders changed since then (UTC; by default all there are) and settle them, page by page.

    ``dry_run`` books nothing; it tries each page alone, so what a bonus over many pages would give
    is not in its figures. ``progress`` is told the number of orders of each page.
    Raises ``ShopError``: what was read is kept by then, and beginning again costs only the reading.
    """
    result = Backfilled()
    shop = contact.load_shop(runtime, shop_id)
    client = client_of(runtime, shop)
    if not dry_run:
        shop = contact.introduced(runtime, shop, client)
    for page in client.changed_since(since or _EVER):
        absorbed = absorb(runtime, shop, page, "backfill", keep=not dry_run)
        numbers = {item.order.id: item.order.number for item in page if isinstance(item, OrderSeen)}
        result.read += len(page)
        result.booked += [numbers.get(i, i) for i in absorbed.booked]
        result.entries += absorbed.entries
        result.problems |= absorbed.problems
        progress(len(page))
    if not dry_run:
        runtime.bell.ring("push", shop_id)
    return result
