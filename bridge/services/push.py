"""Push: drive the shop towards one living code per account that equals the ledger.

Each round looks at a hundred accounts: read what they should have, read what the shop has, write the
difference, record the answers. No transaction is open while the shop is spoken to.
"""

from dataclasses import dataclass

import structlog

from bridge.errors import ShopError, ShopRefused
from bridge.ports import ShopClient
from bridge.runtime import Runtime
from bridge.services import contact, unpaid, vouchers
from bridge.services.connect import client_of
from bridge.services.round import Round, Tally
from bridge.storage import offers
from bridge.storage.alone import alone
from bridge.storage.models import Shop, ShopStatus

log = structlog.get_logger(__name__)

BATCH = 100


@dataclass(slots=True)
class Pushed(Tally):
    """What a push did. ``lowered`` counts unpaid orders that a code was put on.

    ``busy``: another worker is at this shop. ``problem``: why it stopped early.
    """

    lowered: int = 0
    busy: bool = False
    problem: str = ""


def push(runtime: Runtime, shop_id: int) -> Pushed:
    """Look at every account of the shop whose code may differ from the ledger, until none is left."""
    pushed = Pushed()
    shop = contact.load_shop(runtime, shop_id)
    if contact.is_waiting(runtime, shop):
        pushed.problem = shop.problem
        return pushed
    if is_silent(shop):
        return pushed
    if shop.restored_from is not None:
        # Codes issued since the backup are unknown here until the shop was read.
        runtime.bell.ring("reconcile", shop_id)
        return pushed
    with alone(runtime.db, f"push-{shop_id}") as mine:
        pushed.busy = not mine
        if mine:
            _push(runtime, shop, pushed)
    if not pushed.problem:
        pushed.problem = vouchers.push(runtime, shop_id)
    if pushed.waiting:
        # A code was used and its order is not here: the shop has to be read.
        runtime.bell.ring("reconcile", shop_id)
    return pushed


def is_silent(shop: Shop) -> bool:
    """Whether the shop is only observed: it is told nothing, unless to take out what is in it."""
    return shop.observing and shop.status != ShopStatus.LEAVING


def _push(runtime: Runtime, shop: Shop, pushed: Pushed) -> None:
    accounts, unpaid_orders = _due(runtime, shop)
    if not accounts and not unpaid_orders:
        return
    client = client_of(runtime, shop)
    try:
        shop = _ready(runtime, shop, client)
        while accounts:
            Round(runtime, shop, client, pushed).run(accounts)
            accounts, _ = _due(runtime, shop)
        pushed.lowered = unpaid.lower(runtime, shop, client)
        contact.worked(runtime, shop)
        log.info("pushed", shop=shop.id, looks=pushed.looks, written=pushed.written, shown=pushed.shown)
    except ShopError as error:
        contact.failed(runtime, shop.id or 0, error)
        pushed.problem = str(error)


def _due(runtime: Runtime, shop: Shop) -> tuple[list[int], bool]:
    """The next accounts to look at, and whether an unpaid order waits for a code."""
    with runtime.db.reading() as session:
        accounts = offers.due(session, shop.id or 0, runtime.clock(), BATCH)
        return accounts, bool(unpaid.waiting(runtime, session, shop))


def _ready(runtime: Runtime, shop: Shop, client: ShopClient) -> Shop:
    known = contact.introduced(runtime, shop, client)
    if not known.profile["codes_enabled"] and known.status != ShopStatus.LEAVING:
        raise ShopRefused(
            "Coupons are switched off in the shop, so no credit can be used there. Nothing is lost; switch them"
            " on in the shop's settings and the codes follow by themselves."
        )
    return known
