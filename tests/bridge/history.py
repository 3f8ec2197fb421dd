"""Orders as a shop would tell them, for stories that last: a backup, a restore, an end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bridge.domain.orders import Article, CodeUse, Credit, Line, Order, State
from bridge.ports import Contact, OrderSeen
from bridge.services.programmes import activate
from bridge.services.push import push
from bridge.services.reconcile import Reconciled, reconcile
from tests.bridge.world import PROGRAMME, World

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARNING = PROGRAMME + 'available_after_days = 0\n[[earn]]\nid = "all"\npercent = "10"\n'
ANNA, BEN = Contact("anna@example.org", "Anna Amsel"), Contact("ben@example.org", "Ben Buchfink")


def bought(number: int, customer: str = "7", contact: Contact = ANNA, code: str = "", taken: int = 0) -> OrderSeen:
    """A paid order over 100.00, of which a code may have taken some."""
    at = BEGIN + timedelta(minutes=number)
    paid = 10000 - taken
    line = Line("1", Article("55", sku="tee", name="Tee"), 1, paid, round(paid / 1.19))
    if code:
        line = replace(line, credits=(Credit(code, taken),))
    order = Order(
        id=f"id{number}", number=str(number), currency="EUR", state=State.PAID, updated=at, placed=at,
        lines=(line,), customer=customer, paid_at=at, codes=(CodeUse(code, taken),) if code else (),
    )  # fmt: skip
    return OrderSeen(order, contact, read_at=at)


def earning(world: World) -> World:
    """The world with a programme that gives ten percent from the first minute on."""
    activate(world.runtime, world.shop_id, EARNING, BEGIN)
    return world


def happens(world: World, *seen: OrderSeen) -> Reconciled:
    """Orders are placed, read and pushed for, as on any day."""
    world.clock.forward(minutes=5)
    world.shop.pages.append(list(seen))
    for item in seen:
        world.shop.now_orders[item.order.id] = item
        for use in item.order.codes:
            world.shop.use(use.code)
    return catch_up(world)


def catch_up(world: World) -> Reconciled:
    """Read the shop, and push until its codes are right."""
    found = reconcile(world.runtime, world.shop_id)
    push(world.runtime, world.shop_id)
    return found


def live_codes(world: World) -> dict[str, int]:
    """What each customer can use in the shop now: the face of their code by their address."""
    return {code.holders[0]: code.face for code in world.shop.live()}


def code_of(world: World, email: str) -> str:
    """The code that somebody can use now."""
    return next(code.code for code in world.shop.live() if code.holders == (email,))
