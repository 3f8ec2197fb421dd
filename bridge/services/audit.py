"""The audit of what no order shows: our codes, and customers whose message was lost.

A merchant who changes or deletes a code sends nothing that we could hear. The living ones are compared by the
next push, account by account; here the dead are looked after.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bridge.ports import ShopClient, ShopCode
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.storage import offers, people
from bridge.storage.models import Shop

log = structlog.get_logger(__name__)

_EARLIER = timedelta(days=1)
"""How far before the shop was added codes are looked for: the two clocks need not agree."""

_PAGE = 100


def look_around(runtime: Runtime, shop: Shop, client: ShopClient) -> None:
    """Customers first, so that the codes are compared with the addresses of now. Raises ``ShopError``."""
    look_at_customers(runtime, shop, client)
    look_at_codes(runtime, shop, client)


def look_at_codes(runtime: Runtime, shop: Shop, client: ShopClient) -> None:
    """Have every account's code compared, and codes that came back to life expired again. Raises ``ShopError``."""
    shop_id = shop.id or 0
    for page in client.issued(shop.added_at - _EARLIER):
        _bury(runtime, shop_id, page)
    with runtime.db.transaction() as session:
        offers.look_at_all(session, shop_id)


def look_at_customers(runtime: Runtime, shop: Shop, client: ShopClient) -> None:
    """Read every registered customer who has an account: addresses, groups, proven mailboxes. ``ShopError``.

    Whom the shop does not list is left as known: a list that is not whole must not take anybody's code away.
    """
    last = 0
    while page := _customers_after(runtime, shop, last):
        settle.absorb_customers(runtime, shop, client.customers(list(page.values())))
        last = max(page)


def _customers_after(runtime: Runtime, shop: Shop, account: int) -> dict[int, str]:
    with runtime.db.reading() as session:
        return people.customers_after(session, shop.id or 0, account, _PAGE)


def _bury(runtime: Runtime, shop_id: int, page: Sequence[ShopCode]) -> None:
    """A dead code that somebody could use again counts as used, so that the next push retires it once more."""
    alive = [code.code for code in page if not code.expired]
    if not alive:
        return
    with runtime.db.transaction() as session:
        risen = offers.take_up_dead(session, shop_id, alive)
    if risen:
        log.warning("dead codes were alive in the shop", shop=shop_id, count=risen)
