"""Lost uses: a code that the shop counts as used, on an order that nobody here ever saw.

Usually the order was deleted before its message came. What such an order took would have come back with it, so
once every order since the code was made has been read, and none carries it, the use is nobody's. An order
that turns up later all the same is booked as what it shows.
"""

from datetime import datetime, timedelta

import structlog

from bridge.errors import NotFound
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.storage import offers

log = structlog.get_logger(__name__)

PATIENCE = timedelta(hours=1)
"""So long a use may wait for its order: the usual reading, every minute, finds it in most cases."""


def since(runtime: Runtime, shop_id: int) -> datetime | None:
    """From when on the shop's orders must be read again to find lost uses; None when nothing waits too long."""
    with runtime.db.reading() as session:
        return offers.lost(session, shop_id, runtime.clock() - PATIENCE)


def release(runtime: Runtime, shop_id: int) -> list[str]:
    """All orders were read and none shows these uses: the codes take nothing, and their accounts get the next."""
    with runtime.db.transaction() as session:
        codes = offers.release_lost(session, shop_id, runtime.clock() - PATIENCE)
    if codes:
        log.warning("lost uses released", shop=shop_id, count=len(codes))
    return codes


def put_off(runtime: Runtime, shop_id: int) -> None:
    """An order that cannot be understood may be the one: wait again as long, and read no more until then."""
    with runtime.db.transaction() as session:
        offers.wait_again(session, shop_id, runtime.clock() - PATIENCE, runtime.clock())


def release_one(runtime: Runtime, shop_id: int, code: str) -> None:
    """The merchant knows that the order is gone. ``NotFound`` unless the code waits for one."""
    with runtime.db.transaction() as session:
        find_shop(session, shop_id)
        released = offers.release_lost(session, shop_id, runtime.clock(), code.strip().lower())
    if not released:
        raise NotFound(
            f"The code {code} does not wait for an order at shop {shop_id}. Nothing was changed; the"
            " status page names the codes that do."
        )
    runtime.bell.ring("push", shop_id)
