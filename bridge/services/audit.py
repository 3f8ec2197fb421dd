"""The audit of our codes: a merchant who changes or deletes one sends nothing that we could hear.

The living ones are compared by the next push, account by account; here the dead are looked after.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bridge.ports import ShopClient, ShopCode
from bridge.runtime import Runtime
from bridge.storage import offers
from bridge.storage.models import Shop

log = structlog.get_logger(__name__)

_EARLIER = timedelta(days=1)
"""How far before the shop was added codes are looked for: the two clocks need not agree."""


def look_at_codes(runtime: Runtime, shop: Shop, client: ShopClient) -> None:
    """Have every account's code compared, and codes that came back to life expired again. Raises ``ShopError``."""
    shop_id = shop.id or 0
    for page in client.issued(shop.added_at - _EARLIER):
        _bury(runtime, shop_id, page)
    with runtime.db.transaction() as session:
        offers.look_at_all(session, shop_id)


def _bury(runtime: Runtime, shop_id: int, page: Sequence[ShopCode]) -> None:
    """A dead code that somebody could use again counts as used, so that the next push retires it once more."""
    alive = [code.code for code in page if not code.expired]
    if not alive:
        return
    with runtime.db.transaction() as session:
        risen = offers.take_up_dead(session, shop_id, alive)
    if risen:
        log.warning("dead codes were alive in the shop", shop=shop_id, count=risen)
