import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from responses.matchers import query_param_matcher

from adapters.woocommerce.setup import TOPICS
from bridge.errors import AccessLost, ShopAway
from bridge.ports import CodeRules, Finding, Furnishing, Rate, Tariff
from tests.adapters.recordings import answer
from tests.adapters.woocommerce.shop import REST, client, sent

ADDRESS = "https://konto.example/webhooks/woocommerce/token"
NAME = f"rabattkonto {TOPICS[0]} {hashlib.sha256(b'token').hexdigest()[:8]}"
SITE = {"name": "Laden", "timezone_string": "Europe/Berlin", "gmt_offset": 1}


def webhooks(*topics: str, status: str = "active", address: str = ADDRESS, first: int = 1) -> list[dict[str, Any]]:
    return [
        {"id": first + number, "topic": topic, "status": status, "delivery_url": address}
        for number, topic in enumerate(topics)
    ]


class Laden:
    """A healthy shop; a test changes one thing before it asks."""

    def __init__(self) -> None:
        self.site: Any = SITE
        self.options = {
            "tax/woocommerce_prices_include_tax": "yes",
            "general/woocommerce_calc_taxes": "yes",
            "general/woocommerce_enable_coupons": "yes",
            "products/woocommerce_hold_stock_minutes": "60",
        }
        self.taxes: list[Any] = [{"rate": "7.0000"}, {"rate": "19.0000"}]
        self.webhooks = webhooks(*TOPICS)
        self.status: Any = answer("woocommerce", "rest-system-status.json")
        self.status["environment"]["home_url"] = "https://shop.example"
        self.may_write = True

    def open(self) -> None:
        responses.get("https://shop.example/wp-json/", json=self.site)
        responses.get(f"{REST}/system_status", json=self.status)
        for path, value in self.options.items():
            responses.get(f"{REST}/settings/{path}", json={"id": path.split("/")[1], "value": value})
        responses.get(f"{REST}/taxes", json=self.taxes)
        responses.get(f"{REST}/webhooks", json=self.webhooks)
        refusal = {"code": "woocommerce_rest_authentication_error", "message": "The API key is read only."}
        responses.post(
            f"{REST}/coupons/batch", **({"json": []} if self.may_write else {"json": refusal, "status": 401})
        )

    def check(self, address: str = ADDRESS, *private: str) -> list[Finding]:
        self.open()
        return client(*private).check(address)


@pytest.fixture
def laden() -> Iterator[Laden]:
    with responses.mock:
        yield Laden()


# --- what the shop is ---------------------------------------------------------------------------


def test_the_shop_says_what_it_is(laden: Laden) -> None:
    laden.open()
    seen = client().profile()
    assert (seen.name, seen.currency, seen.timezone, seen.version) == ("Laden", "EUR", "Europe/Berlin", "10.5.0")
    assert (seen.prices_include_tax, seen.highest_rate, seen.codes_enabled) == (True, "19", True)


def test_the_site_is_asked_without_our_key(laden: Laden) -> None:
    laden.open()
    client().profile()
    requests = [call.request for call in responses.calls]
    assert {"Authorization" in request.headers for request in requests if "/wc/" not in str(request.url)} == {False}
    assert {"Authorization" in request.headers for request in requests if "/wc/" in str(request.url)} == {True}


def test_a_shop_that_calculates_no_tax_has_no_highest_rate(laden: Laden) -> None:
    laden.options["general/woocommerce_calc_taxes"] = "no"
    laden.open()
    assert client().profile().highest_rate == "0"


@pytest.mark.parametrize(
    ("offset", "zone"),
    [(0, "UTC"), (1, "Etc/GMT-1"), ("-5", "Etc/GMT+5"), ("5.5", "Etc/GMT-5"), (99, "UTC"), (None, "UTC")],
)
def test_a_shop_with_an_offset_only_gets_the_zone_of_these_hours(laden: Laden, offset: Any, zone: str) -> None:
    laden.site = {**SITE, "timezone_string": "", "gmt_offset": offset}
    laden.open()
    assert client().profile().timezone == zone


@pytest.mark.parametrize("rate", ["a lot", "NaN", "-1", "1e99", None])
def test_a_tax_rate_that_is_none_is_not_believed(laden: Laden, rate: Any) -> None:
    laden.taxes = [{"rate": rate}]
    laden.open()
    with pytest.raises(ShopAway, match="tax rates"):
        client().profile()


@pytest.mark.parametrize("site", [[], None, "x"])
def test_a_site_in_an_unknown_form_is_not_believed(laden: Laden, site: Any) -> None:
    laden.site = site
    laden.open()
    with pytest.raises(ShopAway):
        client().profile()


# --- webhooks -----------------------------------------------------------------------------------


def test_registering_makes_every_webhook_anew_before_it_removes_the_old(laden: Laden) -> None:
    foreign = webhooks("order.created", address="https://other.example", first=90)
    laden.webhooks = webhooks("order.created", "order.updated", address=ADDRESS + "/") + foreign
    laden.open()
    responses.post(f"{REST}/webhooks", json={"id": 50}, status=201)
    removed = [responses.delete(f"{REST}/webhooks/{number}", json={}) for number in (1, 2)]
    assert client().register(ADDRESS, "secret-1") == list(TOPICS)
    made = [sent(position) for position, call in enumerate(responses.calls) if call.request.method == "POST"]
    assert [each["topic"] for each in made] == list(TOPICS)
    assert {(each["secret"], each["delivery_url"]) for each in made} == {("secret-1", ADDRESS)}
    assert [each.call_count for each in removed] == [1, 1]
    methods = [str(call.request.method) for call in responses.calls]
    assert methods == ["GET", *["POST"] * len(TOPICS), "DELETE", "DELETE"]


def test_unregistering_leaves_the_webhooks_of_others(laden: Laden) -> None:
    laden.webhooks = webhooks("order.created") + webhooks(
        "order.created", address="https://other.example", first=90
    )
    laden.open()
    removed = responses.delete(f"{REST}/webhooks/1", json={}, match=[query_param_matcher({"force": "true"})])
    client().unregister(ADDRESS)
    assert removed.call_count == 1


# --- findings -----------------------------------------------------------------------------------


def test_a_healthy_shop_has_no_findings(laden: Laden) -> None:
    assert laden.check() == []


def only(findings: list[Finding]) -> Finding:
    (found,) = findings
    assert found.sentence
    assert found.remedy
    return found


def test_coupons_switched_off_are_found(laden: Laden) -> None:
    laden.options["general/woocommerce_enable_coupons"] = "no"
    assert only(laden.check()).subject == "codes"


def test_a_key_that_may_only_read_is_found(laden: Laden) -> None:
    laden.may_write = False
    assert only(laden.check()).subject == "key"


def test_a_missing_webhook_is_named(laden: Laden) -> None:
    laden.webhooks = webhooks(*TOPICS[1:])
    assert "order.created" in only(laden.check()).sentence


def test_a_stopped_webhook_is_named(laden: Laden) -> None:
    laden.webhooks = webhooks(*TOPICS[1:]) + webhooks(TOPICS[0], status="disabled", first=90)
    assert "order.created" in only(laden.check()).sentence


def test_webhooks_of_ours_that_point_elsewhere_are_found_and_removed(laden: Laden) -> None:
    turned = {
        "id": 70,
        "topic": TOPICS[0],
        "name": NAME,
        "status": "active",
        "delivery_url": "https://evil.example",
    }
    laden.webhooks = [*webhooks(*TOPICS), turned]
    laden.open()
    assert "another address" in only(client().check(ADDRESS)).sentence
    responses.post(f"{REST}/webhooks", json={"id": 50}, status=201)
    removed = [responses.delete(f"{REST}/webhooks/{each['id']}", json={}) for each in laden.webhooks]
    client().register(ADDRESS, "secret-1")
    assert {each.call_count for each in removed} == {1}


def test_webhooks_of_another_installation_are_left_alone(laden: Laden) -> None:
    other = {"id": 70, "topic": TOPICS[0], "name": NAME, "status": "active", "delivery_url": ADDRESS + "-2"}
    laden.webhooks = [*webhooks(*TOPICS), {**other, "name": f"rabattkonto {TOPICS[0]} 00000000"}]
    laden.open()
    assert client().unsound(ADDRESS) == []


def test_a_topic_that_is_told_twice_is_found(laden: Laden) -> None:
    laden.webhooks = [*webhooks(*TOPICS), *webhooks(TOPICS[2], first=90)]
    assert f"twice about: {TOPICS[2]}" in only(laden.check()).sentence


def test_a_stopped_webhook_beside_a_running_one_is_only_double(laden: Laden) -> None:
    laden.webhooks = [*webhooks(*TOPICS), *webhooks(TOPICS[2], status="disabled", first=90)]
    assert "twice" in only(laden.check()).sentence


def test_net_prices_are_explained_and_are_not_serious(laden: Laden) -> None:
    laden.options["tax/woocommerce_prices_include_tax"] = "no"
    found = only(laden.check())
    assert (found.subject, found.serious) == ("prices", False)


def test_a_timer_that_is_switched_off_is_found(laden: Laden) -> None:
    laden.status["environment"]["wp_cron"] = False
    found = only(laden.check())
    assert (found.subject, found.serious) == ("cron", False)


def test_another_plugin_that_gives_credit_is_named(laden: Laden) -> None:
    laden.status["active_plugins"] = [{"plugin": "woo-wallet/woo-wallet.php"}, {"plugin": "akismet/akismet.php"}]
    assert "TeraWallet" in only(laden.check()).sentence


@pytest.mark.parametrize(
    ("home", "subjects"), [("https://www.shop.example", ["home"]), ("http://shop.example/", [])]
)
def test_a_shop_that_goes_by_another_name_is_found(laden: Laden, home: str, subjects: list[str]) -> None:
    laden.status["environment"]["home_url"] = home
    assert [found.subject for found in laden.check()] == subjects


@pytest.mark.parametrize(("version", "enough"), [("8.7.2", False), ("8.8.0", True), ("10.5.0", True), ("", False)])
def test_rules_per_basket_need_a_woocommerce_that_lets_a_plugin_keep_them(
    laden: Laden, version: str, enough: bool
) -> None:
    laden.status["active_plugins"] = [{"plugin": "rabattkonto/rabattkonto.php"}]
    laden.status["environment"]["version"] = version
    laden.open()
    assert (client().unkept(CodeRules(share="50")) == "") is enough


@pytest.mark.parametrize("minutes", ["", "0"])
def test_an_older_shop_that_holds_no_stock_is_found_but_not_serious(laden: Laden, minutes: str) -> None:
    laden.options["products/woocommerce_hold_stock_minutes"] = minutes
    laden.status["environment"]["version"] = "9.5.1"
    assert not only(laden.check()).serious


def test_a_newer_shop_holds_codes_even_where_it_holds_no_stock(laden: Laden) -> None:
    laden.options["products/woocommerce_hold_stock_minutes"] = ""
    laden.status["environment"]["version"] = "9.5.2"
    assert laden.check() == []


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/hook", "https://localhost/hook", "https://konto.example:9000/x"]
)
def test_an_address_that_wordpress_refuses_is_found(laden: Laden, address: str) -> None:
    laden.webhooks = webhooks(*TOPICS, address=address)
    assert only(laden.check(address)).subject == "address"


@pytest.mark.parametrize("address", ["http://127.0.0.1:8890/hook", "http://192.168.1.20/hook"])
def test_an_inner_address_beside_a_shop_that_was_allowed_is_one_note(laden: Laden, address: str) -> None:
    laden.webhooks = webhooks(*TOPICS, address=address)
    found = only(laden.check(address, "shop.example"))
    assert (found.subject, found.serious) == ("address", False)
    assert "companion plugin" in found.remedy


def test_the_shops_own_host_is_always_delivered_to(laden: Laden) -> None:
    address = "https://shop.example/konto/hook"
    laden.webhooks = webhooks(*TOPICS, address=address)
    assert laden.check(address) == []


def test_unencrypted_deliveries_are_found_but_are_not_serious(laden: Laden) -> None:
    address = "http://konto.example/hook"
    laden.webhooks = webhooks(*TOPICS, address=address)
    assert not only(laden.check(address)).serious


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (401, {"code": "woocommerce_rest_authentication_error", "message": "Consumer key is invalid."}, "new key"),
        (404, {"code": "rest_no_route", "message": "No route was found."}, "permalink"),
        (301, {}, "final address"),
        (503, {}, "Open the shop in a browser"),
        (400, {"code": "x", "message": "No."}, "log"),
    ],
)
def test_a_broken_connection_is_the_only_finding(laden: Laden, status: int, body: Any, remedy: str) -> None:
    responses.get(f"{REST}/system_status", json=body, status=status)
    found = only(client().check(ADDRESS))
    assert found.subject == "connection"
    assert remedy in found.remedy


# --- what the companion plugin is told ------------------------------------------------------------

FURNISHING = Furnishing(
    Tariff(
        name="Rabatt-Konto",
        typed=True,
        days=14,
        rates=(Rate({"sku": ("TEE",)}, amount=150), Rate({}, minimum_order=5000, percent="2.5", also=True)),
        excluded=({"category": ("Sale",)},),
    ),
    "https://konto.example/in/token",
    "k3y",
)


def test_the_plugin_is_told_the_tariff_in_texts(laden: Laden) -> None:
    responses.post(f"{REST}/rabattkonto", json={})
    assert client().furnish(FURNISHING)
    told = sent(0)
    assert (told["way_in"], told["key"]) == ("https://konto.example/in/token", "k3y")
    assert told["tariff"] == {
        "name": "Rabatt-Konto",
        "typed": True,
        "basis": "gross",
        "days": 14,
        "rates": [
            {"only": {"sku": ["TEE"]}, "minimum_order": "0.00", "amount": "1.50", "percent": "", "also": False},
            {"only": {}, "minimum_order": "50.00", "amount": "", "percent": "2.5", "also": True},
        ],
        "excluded": [{"category": ["Sale"]}],
    }


def test_a_shop_without_the_plugin_is_not_told_and_nothing_is_wrong(laden: Laden) -> None:
    responses.post(f"{REST}/rabattkonto", json={"code": "rest_no_route", "message": "No route."}, status=404)
    assert not client().furnish(FURNISHING)


def test_a_key_that_may_only_read_is_no_missing_plugin(laden: Laden) -> None:
    refusal = {"code": "woocommerce_rest_authentication_error", "message": "The API key is read only."}
    responses.post(f"{REST}/rabattkonto", json=refusal, status=401)
    with pytest.raises(AccessLost):
        client().furnish(FURNISHING)


def test_the_key_is_not_in_the_representation() -> None:
    assert "k3y" not in repr(FURNISHING)
