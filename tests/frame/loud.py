"""A whole story with everything that can be logged: lines go to stderr, what must not be in them to stdout.

Run by ``test_silence`` in a process of its own, as logging is set up once per process.
"""

import json
import random
from datetime import timedelta

from sqlmodel import select

from bridge import logs
from bridge.app import web
from bridge.services import backup, keys, privacy, users, ways_in, work
from bridge.services.adjust import adjust
from bridge.services.connect import unseal
from bridge.services.contact import load_shop
from bridge.services.reconcile import reconcile
from bridge.services.settlement import Settlement
from bridge.storage.models import Account, Delivery
from tests.bridge.test_races import HALF, Race
from tests.simulation.woocommerce import HOOK, KEY, SECRET
from tests.simulation.world import World, open_world

ADDRESSES = ("anna@kunden.example", "gast@gaeste.example", "neu@kunden.example")
PASSWORD = "a password that nobody guesses"
REASON = "late parcel to Musterweg 7"


def tell() -> None:
    """The story, and what its log is to be searched for."""
    logs.set_up("DEBUG", "json")
    with open_world(random.Random(1), HALF.text) as world:
        race = Race(world)
        _shop_around(race)
        _knock(world)
        _break(race)
        _keep_house(race)
        told = {"secrets": _secrets(world), "addresses": [*ADDRESSES, "Muster"], "bodies": _bodies(world)}
        print(json.dumps(told))


def _shop_around(race: Race) -> None:
    order = race.spend("stripe")
    race.shop.checkout(ADDRESSES[1], [(race.tee, 1)], method="stripe")
    race.settle()
    race.shop.refund(order, amount=100)
    race.shop.change_email(race.anna, ADDRESSES[2])
    race.settle()


def _knock(world: World) -> None:
    """Wrong and odd requests at every door."""
    users.add_user(world.runtime, "berta", PASSWORD)
    browser = web(world.runtime).test_client()
    shop = load_shop(world.runtime, world.shop_id)
    for headers in ({}, {"X-WC-Webhook-Signature": "wrong"}, {"X-WC-Webhook-Signature": SECRET}):
        body = json.dumps({"id": 1, "billing": {"email": ADDRESSES[0]}})
        browser.post(f"/webhooks/woocommerce/{shop.token}", data=body, headers=headers)
    browser.post("/login", data={"name": "berta", "password": PASSWORD + "!"})
    browser.post("/login", data={"name": ADDRESSES[0], "password": PASSWORD})
    for link in _links(world):
        browser.get(link.removeprefix(world.runtime.settings.public_url))
    browser.get("/in/mail/nothing")


def _break(race: Race) -> None:
    """The shop fails in every way, and so does our own code, quoting what it worked on."""
    for fault in (
        "server_error",
        "too_many",
        "html",
        "unauthorized",
        "away",
        "truncated",
        "wrong_shape",
        "redirect",
    ):
        setattr(race.shop.faults, fault, 1)
        reconcile(race.world.runtime, race.world.shop_id)
        race.world.clock.forward(hours=2)
    settling = Settlement.take

    def broken(*_: object) -> None:
        raise ValueError(f"cannot settle the order of {ADDRESSES[0]} with {HOOK}")

    Settlement.take = broken  # type: ignore[method-assign, assignment]
    race.spend_if_possible()
    race.settle()
    Settlement.take = settling  # type: ignore[method-assign]


def _keep_house(race: Race) -> None:
    runtime, shop_id = race.world.runtime, race.world.shop_id
    adjust(runtime, shop_id, str(race.anna.id), 500, REASON, "berta")
    backup.backup(runtime)
    keys.rotate(runtime)
    privacy.erase(runtime, privacy.find(runtime, shop_id, str(race.anna.id)))
    race.world.clock.forward(hours=25)
    reconcile(runtime, shop_id, full=True)
    work.until_empty(runtime)


def _secrets(world: World) -> list[str]:
    shop = load_shop(world.runtime, world.shop_id)
    access = unseal(world.runtime, shop)
    ways = [link.rpartition("/")[2] for link in _links(world)]
    return [KEY, SECRET, HOOK, PASSWORD, REASON, shop.token, *access.webhook, *ways]


def _links(world: World) -> list[str]:
    """The links into their accounts that customers would find in mails."""
    return [
        ways_in.link(world.runtime, account.token, ADDRESSES[0], timedelta(days=7)) for account in _accounts(world)
    ]


def _bodies(world: World) -> list[str]:
    """What only the raw messages of the shop hold."""
    with world.runtime.db.reading() as session:
        kept = [bytes(body) for body in session.exec(select(Delivery.body))]
    assert any(b"line_items" in body for body in kept)
    return ["line_items", "billing", "date_modified_gmt"]


def _accounts(world: World) -> list[Account]:
    with world.runtime.db.reading() as session:
        return list(session.exec(select(Account)))


if __name__ == "__main__":
    tell()
