"""A whole bridge beside a toy Shopify: what the platform alone does, and what becomes of it here."""

import html
import json
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from sqlmodel import col, select

from adapters.shopify.connection import Connection
from adapters.shopify.sandbox import Customer, Order, ToyShop
from adapters.shopify.signature import sign_query
from bridge.domain.orders import State
from bridge.errors import Refused
from bridge.pages import proxy
from bridge.ports import Token
from bridge.services import keys, requests, ways_in, work
from bridge.services.adjust import adjust
from bridge.services.connect import unseal
from bridge.services.contact import load_shop
from bridge.services.programmes import activate
from bridge.services.push import push
from bridge.services.reconcile import reconcile
from bridge.services.shop_tokens import KeptTokens
from bridge.services.shops import storefront_lacks
from bridge.services.verify import verify
from bridge.services.webhooks import keep_healthy
from bridge.storage.models import Account, Case, Delivery, Entry, Offer, OrderState, Person, Shop, ShopToken
from tests.simulation.shopify import SECRET, ShopifySite
from tests.simulation.world import World, open_world

HALF = '[programme]\ncurrency = "EUR"\navailable_after_days = 0\n[[earn]]\nid = "half"\npercent = "50"\n'


class Bridge:
    """The simulator's world, told what to do by hand."""

    def __init__(self, world: World) -> None:
        self.world, self.site = world, world.sites[0]
        self.toy: ToyShop = world.shop
        self.toy.settings = replace(self.toy.settings, theme=False)
        self.runtime = world.runtime
        self.shop_id = world.shop_id
        self.tee = self.toy.add_product("Tee", "20.00", sku="TEE")
        self.anna = self.toy.register("anna@kunden.example", "Anna", "Muster")

    def settle(self) -> None:
        """Let every message arrive, and everything be done that follows."""
        while self.toy.run_queue():
            pass
        assert work.until_empty(self.runtime) == []

    def buy(self, who: Customer | str, count: int = 1, **more: Any) -> Order:
        order = self.toy.checkout(who, [(self.tee, count)], **more)
        self.world.clock.forward(seconds=2)
        self.settle()
        return order

    def rows(self, table: type[Any]) -> list[Any]:
        with self.runtime.db.reading() as session:
            return list(session.exec(select(table)))

    def balance(self, customer: Customer) -> int:
        with self.runtime.db.reading() as session:
            account = select(Account).join(Person, col(Person.account_id) == col(Account.id))
            return session.exec(account.where(Person.customer == str(customer.id))).one().balance

    def live(self) -> list[tuple[str, int]]:
        return [(held.holders[0], held.amount) for held in self.site.codes() if held.live]

    def cases(self) -> list[str]:
        return [case.sentence for case in self.rows(Case) if case.closed_at is None]

    def is_sound(self) -> bool:
        return verify(self.runtime) == []


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    with open_world(random.Random(7), HALF, kind=ShopifySite) as world:
        yield Bridge(world)


# --- codes ----------------------------------------------------------------------------------------


def test_credit_comes_off_the_next_order_and_its_rest_lives_on(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    assert bridge.live() == [(str(bridge.anna.id), 1000)]
    pin = bridge.toy.add_product("Pin", "6.49")
    (code,) = [held.code for held in bridge.site.codes() if held.live]
    order = bridge.toy.checkout(bridge.anna, [(pin, 1)], codes=[code], method="manual")
    bridge.settle()
    offers = [(offer.state, offer.face, offer.taken) for offer in bridge.rows(Offer)]
    assert offers == [("retired", 649, 649), ("live", 351, 0)]
    bridge.toy.cancel(order)
    bridge.settle()
    assert bridge.live() == [(str(bridge.anna.id), 1000)]
    assert bridge.is_sound()


def test_a_changed_account_costs_one_mutation(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    bridge.buy(bridge.anna)
    sent: list[str] = []
    real = Connection.change

    def told(shop: Connection, name: str, **more: object) -> Any:
        sent.append(name)
        return real(shop, name, **more)

    monkeypatch.setattr(Connection, "change", told)
    bridge.buy(bridge.anna)
    assert sorted(sent) == ["ChangeCode", "WriteMetafields"]
    assert bridge.live() == [(str(bridge.anna.id), 2000)]


def test_a_guest_waits_for_an_account_without_a_case(bridge: Bridge) -> None:
    activate(bridge.runtime, bridge.shop_id, HALF + "[redeem]\nguests = true\n")
    bridge.buy("gast@gaeste.example")
    assert (bridge.live(), bridge.cases()) == ([], [])


def test_limits_become_a_smallest_basket(bridge: Bridge) -> None:
    activate(bridge.runtime, bridge.shop_id, HALF + '[redeem]\nmax_share_percent = "25"\n')
    bridge.buy(bridge.anna)
    (code,) = bridge.toy.discounts.values()
    assert (code.amount, code.minimum) == (1000, 4000)
    bridge.toy.discounts[code.id].minimum = 0
    reconcile(bridge.runtime, bridge.shop_id, full=True)
    bridge.settle()
    assert code.minimum == 4000


def test_what_a_code_cannot_say_is_refused_at_once(bridge: Bridge) -> None:
    by_group = HALF + '[[exclude]]\nsku = "TEE"\ngroup = "reseller"\nearn = false\n'
    with pytest.raises(Refused, match="group"):
        activate(bridge.runtime, bridge.shop_id, by_group)
    bridge.toy.collections.clear()
    with pytest.raises(Refused, match="collection"):
        activate(bridge.runtime, bridge.shop_id, HALF + '[[exclude]]\nsku = "TEE"\nearn = false\n')


def test_an_unpaid_order_is_lowered_by_an_edit_and_its_customer_is_told(bridge: Bridge) -> None:
    activate(bridge.runtime, bridge.shop_id, HALF + "[redeem]\nopen_orders = true\n")
    bridge.buy(bridge.anna)
    order = bridge.buy(bridge.anna, count=3, method="manual")
    assert [part.amount for line in order.lines for part in line.parts] == [1000]
    assert len(order.notes) == 1
    assert "54,90" in order.notes[0]  # the parcel is to be paid, too
    kinds = {entry.kind: entry.amount for entry in bridge.rows(Entry)}
    assert kinds["redemption"] == -1000
    assert [offer.state for offer in bridge.rows(Offer)] == ["retired"]
    assert bridge.is_sound()


# --- deliveries -----------------------------------------------------------------------------------


def test_the_same_message_twice_is_settled_once_and_another_topic_of_one_event_is_not_dropped(
    bridge: Bridge,
) -> None:
    bridge.toy.faults.double = 100
    bridge.buy(bridge.anna)
    told = [(row.topic, row.state) for row in bridge.rows(Delivery) if row.topic.startswith("orders/")]
    topics = ("orders/create", "orders/paid", "orders/updated")
    assert sorted(told) == sorted((topic, state) for topic in topics for state in ("settled", "ignored"))
    assert bridge.balance(bridge.anna) == 1000


def test_a_copy_of_the_shop_is_set_aside(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    bridge.toy.settings = replace(bridge.toy.settings, domain="copy.myshopify.com")
    bridge.buy(bridge.anna)
    assert {row.state for row in bridge.rows(Delivery) if "copy" in row.origin} == {"attention"}
    bridge.world.clock.forward(minutes=5)
    reconcile(bridge.runtime, bridge.shop_id)
    assert bridge.balance(bridge.anna) == 2000


def test_deleted_subscriptions_are_made_anew(bridge: Bridge) -> None:
    bridge.settle()
    lost = [number for number, hook in bridge.toy.webhooks.items() if hook.topic.startswith("ORDERS")]
    for number in lost:
        del bridge.toy.webhooks[number]
    bridge.world.clock.forward(hours=1)
    (sentence,) = keep_healthy(bridge.runtime, bridge.shop_id)
    assert "orders/paid" in sentence
    assert "ORDERS_PAID" in {hook.topic for hook in bridge.toy.webhooks.values()}
    bridge.world.clock.forward(hours=1)
    assert keep_healthy(bridge.runtime, bridge.shop_id) == []


def test_merged_customers_share_one_account(bridge: Bridge) -> None:
    other = bridge.toy.register("anna2@kunden.example", "Anna", "Muster")
    bridge.buy(bridge.anna)
    bridge.buy(other)
    bridge.toy.merge(bridge.anna, other)
    bridge.settle()
    assert bridge.balance(bridge.anna) == 2000
    assert bridge.live() == [(str(bridge.anna.id), 2000)]
    assert bridge.is_sound()


def test_credit_spent_before_a_merge_follows_although_the_order_was_told_first(bridge: Bridge) -> None:
    other = bridge.toy.register("anna2@kunden.example", "Anna", "Muster")
    bridge.buy(bridge.anna)
    bridge.buy(other)
    (code,) = [held.code for held in bridge.site.codes() if held.live and held.holders == (str(other.id),)]
    order = bridge.buy(other, codes=[code])
    bridge.toy.merge(bridge.anna, other)
    (merged,), bridge.toy.waiting = bridge.toy.waiting, []
    bridge.toy.fulfil(order)
    bridge.settle()
    bridge.toy.waiting = [merged]
    bridge.settle()
    assert bridge.is_sound()
    assert bridge.balance(bridge.anna) == 1500


def test_a_late_message_that_names_who_was_merged_away_does_not_take_the_code_along(bridge: Bridge) -> None:
    other = bridge.toy.register("anna2@kunden.example", "Anna", "Muster")
    order = bridge.buy(bridge.anna)
    bridge.toy.fulfil(order)
    late, bridge.toy.waiting = bridge.toy.waiting, []
    bridge.toy.merge(other, bridge.anna)
    bridge.settle()
    bridge.toy.waiting = late
    bridge.settle()
    adjust(bridge.runtime, bridge.shop_id, str(other.id), 100, "goodwill", "test")
    bridge.settle()
    assert bridge.live() == [(str(other.id), 1100)]
    assert bridge.cases() == []


def test_that_the_snippet_is_in_the_theme_is_not_claimed(bridge: Bridge) -> None:
    assert "cannot be seen" in storefront_lacks(bridge.runtime, load_shop(bridge.runtime, bridge.shop_id))


def test_an_uninstalled_app_is_a_case(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    bridge.toy.uninstall()
    while bridge.toy.run_queue():
        pass
    work.until_empty(bridge.runtime)
    assert any("uninstalled" in sentence or "Dev Dashboard" in sentence for sentence in bridge.cases())


def test_a_deleted_order_is_looked_for_and_given_back(bridge: Bridge) -> None:
    order = bridge.buy(bridge.anna)
    bridge.toy.delete(order)
    bridge.settle()
    assert bridge.balance(bridge.anna) == 0
    assert [row.state for row in bridge.rows(OrderState)] == [State.GONE.value]


def test_tags_are_groups_and_a_message_about_them_sends_us_to_the_shop(bridge: Bridge) -> None:
    vip = '[[earn]]\nid = "vip"\ngroup = "vip"\npercent = "20"\nalso = true\n'
    rules = HALF.replace('percent = "50"', 'percent = "10"') + vip
    activate(bridge.runtime, bridge.shop_id, rules)
    bridge.toy.tag(bridge.anna, "b2b", "vip")
    bridge.settle()
    bridge.buy(bridge.anna)
    assert bridge.balance(bridge.anna) == 600


# --- what the law lets people ask for -------------------------------------------------------------


def test_a_request_to_be_forgotten_is_carried_out_and_can_be_proven(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    bridge.toy.ask_for_data("customers/redact", bridge.anna)
    bridge.settle()
    (person,) = bridge.rows(Person)
    assert (person.email, person.name) == ("", "")
    (request,) = requests.list_requests(bridge.runtime, bridge.shop_id)
    assert (request.wish, request.customer, request.email) == ("erase", str(bridge.anna.id), "")
    assert request.done_at is not None
    assert "was erased" in request.outcome
    assert bridge.live() == []
    assert bridge.is_sound()


def test_a_request_for_data_waits_for_a_person_and_is_closed_by_the_answer(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    bridge.toy.ask_for_data("customers/data_request", bridge.anna)
    bridge.settle()
    (request,) = requests.list_requests(bridge.runtime, bridge.shop_id)
    assert request.done_at is None
    assert any(f"person answer {request.id}" in sentence for sentence in bridge.cases())
    done = requests.answered(bridge.runtime, bridge.shop_id, request.id or 0, "the owner")
    assert done.outcome == "Handed out by the owner."
    assert not any("person answer" in sentence for sentence in bridge.cases())


def test_a_request_about_somebody_unknown_is_answered_too(bridge: Bridge) -> None:
    stranger = bridge.toy.register("fremd@kunden.example")
    bridge.toy.waiting.clear()
    bridge.toy.ask_for_data("customers/redact", stranger)
    bridge.settle()
    (request,) = requests.list_requests(bridge.runtime, bridge.shop_id)
    assert request.outcome.startswith("Nothing to erase")


def test_the_whole_shop_is_forgotten_only_once_it_does_not_answer_any_more(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    for uninstalled in (False, True):
        if uninstalled:
            bridge.toy.uninstall()
            with bridge.runtime.db.transaction() as session:
                session.delete(session.get_one(ShopToken, bridge.shop_id))
        bridge.toy._by_configuration("shop/redact", {"shop_domain": bridge.toy.settings.domain})
        while bridge.toy.run_queue():
            pass
        work.until_empty(bridge.runtime)
    second, first = requests.list_requests(bridge.runtime, bridge.shop_id)
    assert first.outcome.startswith("Nothing was erased")
    assert second.outcome.startswith("1 accounts were erased")
    assert [shop.status for shop in bridge.rows(Shop)] == ["removed"]


# --- tokens ---------------------------------------------------------------------------------------


def test_one_process_renews_a_token_and_the_others_take_it_over(bridge: Bridge) -> None:
    asked: list[int] = []
    until = datetime(2027, 1, 1, tzinfo=UTC)

    def ask() -> Token:
        asked.append(1)
        return Token(f"shpat_{len(asked)}", until + timedelta(hours=len(asked)))

    (shop,) = bridge.rows(Shop)
    kept = [KeptTokens(bridge.runtime, bridge.shop_id, shop.token) for _ in range(4)]
    known = kept[0].current()
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda each: each.renew(known, ask).value, kept))
    assert (len(asked), len(found)) == (1, 1)
    assert kept[3].current() == Token("shpat_1", until + timedelta(hours=1))


def test_a_kept_token_is_sealed(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    (row,) = bridge.rows(ShopToken)
    assert b"shpat_" not in row.sealed
    assert next(iter(bridge.toy.tokens)).encode() not in row.sealed


def test_a_new_secret_is_taken_and_what_the_old_one_signed_still_counts(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    old = bridge.toy.settings.client_secret
    bridge.toy.settings = replace(bridge.toy.settings, client_secret="shpss_fresh")
    bridge.toy.tokens.clear()
    keys.enter_access(bridge.runtime, bridge.shop_id, bridge.toy.settings.client_id, "shpss_fresh", "")
    (shop,) = bridge.rows(Shop)
    assert unseal(bridge.runtime, shop).webhook == ("shpss_fresh", old)
    bridge.buy(bridge.anna)
    assert bridge.balance(bridge.anna) == 2000


# --- the theme asks -------------------------------------------------------------------------------


def asked(bridge: Bridge, secret: str = SECRET, what: str = "account", **changes: str) -> Any:
    """What the app proxy passes on, signed by Shopify; the answer."""
    app = Flask("proxy")
    app.register_blueprint(proxy.blueprint(bridge.runtime))
    query = {
        "shop": "storm.myshopify.com",
        "path_prefix": "/apps/rabattkonto",
        "timestamp": str(int(bridge.world.clock.now.timestamp())),
        "logged_in_customer_id": str(bridge.anna.id),
        **changes,
    }
    signature = sign_query({name: [value] for name, value in query.items()}, secret)
    (shop,) = bridge.rows(Shop)
    path = f"/proxy/shopify/{shop.token}/{what}?{urlencode({**query, 'signature': signature})}"
    return app.test_client().get(path)


def led_to(answer: Any) -> str:
    """Where the page leads, by itself and by its link."""
    (way,) = set(re.findall(r'(?:url=|href=")([^"]+)"', answer.text))
    return html.unescape(way)


def test_the_theme_is_told_balance_and_code_of_whoever_is_logged_in(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    answer = asked(bridge, customer="someone-else").get_json()
    (code,) = [held.code for held in bridge.site.codes() if held.live]
    assert answer["code"] == code
    assert answer["statement"] == f"https://credit.example/in?shop={bridge.shop_id}"
    assert answer.pop("plain") == "10.00"
    assert json.loads(bridge.anna.metafields["rabattkonto", "account"]) == answer


@pytest.mark.parametrize(
    "changes", [{"logged_in_customer_id": ""}, {"logged_in_customer_id": "12345"}], ids=["nobody", "a stranger"]
)
def test_nobody_else_is_told_anything(bridge: Bridge, changes: dict[str, str]) -> None:
    bridge.buy(bridge.anna)
    answer = asked(bridge, **changes)
    assert (answer.status_code, answer.get_json()) == (200, {})


def test_a_request_that_the_shop_did_not_sign_just_now_is_refused(bridge: Bridge) -> None:
    assert asked(bridge, secret="guessed").status_code == 401
    stale = bridge.world.clock.now - timedelta(seconds=91)
    assert asked(bridge, timestamp=str(int(stale.timestamp()))).status_code == 401
    assert asked(bridge, timestamp="").status_code == 401
    assert asked(bridge, shop="other.myshopify.com").status_code == 401


def test_whoever_is_logged_in_at_the_shop_is_let_in_once(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    answer = asked(bridge, what="statement", customer="someone-else")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    way = urlsplit(led_to(answer))
    assert way.netloc == "credit.example"
    given = dict(parse_qsl(way.query))
    token = way.path.removeprefix("/in/")
    account = ways_in.by_shop(bridge.runtime, token, given["customer"], given["at"], given["sig"])
    assert account in {row.token for row in bridge.rows(Account)}
    assert given["customer"] == str(bridge.anna.id)
    with pytest.raises(ways_in.Stale):
        ways_in.by_shop(bridge.runtime, token, given["customer"], given["at"], given["sig"])


def test_whoever_is_not_logged_in_can_ask_for_a_mail(bridge: Bridge) -> None:
    answer = asked(bridge, what="statement", logged_in_customer_id="")
    assert led_to(answer) == f"https://credit.example/in?shop={bridge.shop_id}"


def test_the_way_in_is_refused_to_whom_the_shop_did_not_sign_for(bridge: Bridge) -> None:
    assert asked(bridge, what="statement", secret="guessed").status_code == 401
    stale = bridge.world.clock.now - timedelta(seconds=91)
    assert asked(bridge, what="statement", timestamp=str(int(stale.timestamp()))).status_code == 401


def test_a_push_without_anything_to_do_asks_for_nothing(bridge: Bridge) -> None:
    bridge.buy(bridge.anna)
    before = bridge.toy.throttle.spent
    assert push(bridge.runtime, bridge.shop_id).written == 0
    assert bridge.toy.throttle.spent == before
