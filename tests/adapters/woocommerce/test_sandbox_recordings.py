"""The toy shop against the real one: the same stories are told again, and every field is compared."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.woocommerce.sandbox.php import php_json
from tests.adapters.recordings import answer, recording, recordings
from tests.adapters.woocommerce.stories import STORIES, body, guest_order, three_pieces_back
from tests.adapters.woocommerce.toy import call, coupon, world

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
HEX = r"[0-9a-f]{32}"
DATED = ("created", "modified", "paid", "completed")
FREE = {
    "cart_hash": HEX,
    "order_key": r"wc_order_\w{13}",
    "customer_user_agent": r".+",
    "avatar_url": r"https://secure\.gravatar\.com/avatar/[0-9a-f]{64}\?s=96&d=mm&r=g",
    "payment_url": r"https?://\S+/checkout/order-pay/\d+/\?pay_for_order=true&key=wc_order_\w{13}",
    "number": r"\d+",
    **dict.fromkeys((f"date_{name}" for name in DATED), MOMENT),
    **dict.fromkeys((f"date_{name}_gmt" for name in DATED), MOMENT),
}
"""Values that differ from shop to shop, and the form that both must have."""

COUNTED = frozenset({"id", "instance_id", "product_id", "variation_id", "parent_id", "customer_id"})
"""Numbers that a shop draws: only their type, and whether there is one, can agree."""


def differences(real: Any, toy: Any, path: str = "") -> Iterator[str]:
    """Where two bodies differ in keys, their order, types, forms or values."""
    name = path.rpartition(".")[2].partition("[")[0]
    if type(real) is not type(toy):
        yield f"{path}: {real!r} is {type(real).__name__}, {toy!r} is {type(toy).__name__}"
    elif isinstance(real, dict):
        if list(real) != list(toy):
            yield f"{path}: fields {list(real)} are {list(toy)}"
        for key in real.keys() & toy.keys():
            yield from differences(real[key], toy[key], f"{path}.{key}")
    elif isinstance(real, list):
        if len(real) != len(toy):
            yield f"{path}: {len(real)} entries are {len(toy)}"
        for place, (left, right) in enumerate(zip(real, toy, strict=False)):
            yield from differences(left, right, f"{path}[{place}]")
    elif not _alike(name, real, toy):
        yield f"{path}: {real!r} is {toy!r}"


def _alike(name: str, real: Any, toy: Any) -> bool:
    if name in COUNTED:
        return bool(real) == bool(toy)
    if name in FREE and real:
        return all(re.fullmatch(FREE[name], text) for text in (real, toy))
    if name in {"href", "permalink"}:
        return _without_numbers(real) == _without_numbers(toy)
    return bool(real == toy)


def _without_numbers(address: str) -> str:
    return re.sub(r"\d+", "N", address.replace("https://", "http://"))


@pytest.mark.parametrize("name", STORIES)
def test_an_order_looks_in_every_field_as_the_real_shop_sent_it(name: str) -> None:
    made = world()
    order = STORIES[name](made)
    real, toy = body(name), json.loads(made.shop.delivery("order.updated", order.id))
    assert list(differences(_comparable(real), _comparable(toy))) == []


def _comparable(shown: dict[str, Any]) -> dict[str, Any]:
    """Without the random values in a checkout's meta data, and with what a code was called by number."""
    for entry in shown["meta_data"]:
        if entry["key"].startswith("_"):
            entry["value"] = re.sub(r"[0-9a-f]{8,32}$", "RANDOM", entry["value"])
    for used in shown["coupon_lines"]:
        for entry in used["meta_data"]:
            entry["value"] = entry["display_value"] = re.sub(r"^\[\d+", "[N", entry["value"])
    return shown


def test_every_recorded_order_has_its_story() -> None:
    orders = {r.name for r in recordings("woocommerce") if r.raw.startswith(b'{"id":') and b'"line_items"' in r.raw}
    assert orders == set(STORIES)


@pytest.mark.parametrize("name", [r.name for r in recordings("woocommerce") if r.signed])
def test_json_is_written_byte_for_byte_as_php_writes_it(name: str) -> None:
    raw = recording("woocommerce", name).raw
    assert php_json(json.loads(raw)) == raw


def test_a_delivery_carries_the_recorded_headers() -> None:
    made = world()
    guest_order(made)
    sent = made.arrive()[0]
    real = recording("woocommerce", "rest-guest-pending-order-created").headers
    transport = {"Host", "Accept-Encoding", "Connection", "Content-Length"}
    assert list(sent.headers) == [name for name in real if name not in transport]
    same = ("User-Agent", "Content-Type", "X-WC-Webhook-Source", "X-WC-Webhook-Topic", "X-WC-Webhook-Resource")
    assert {name: sent.headers[name] for name in same} == {name: real[name] for name in same}
    assert re.fullmatch(HEX, sent.headers["X-WC-Webhook-Delivery-ID"])


def test_a_customer_looks_as_recorded_when_made_and_when_the_address_changes() -> None:
    made = world()
    real = body("customer-customer-created")
    wanted = ("email", "first_name", "last_name", "username", "billing")
    shown = call(made, "POST", "customers", {field: real[field] for field in wanted})
    assert list(differences(real, shown)) == []
    made.shop.change_email(made.shop.customers[shown["id"]], "dora.neu@kunden.example")
    changed = json.loads(made.shop.delivery("customer.updated", shown["id"]))
    assert list(differences(body("customer-email-changed-customer-updated"), changed)) == []


def test_a_coupon_looks_as_recorded() -> None:
    made = world()
    shown = coupon(made, description="Guthaben", date_expires="2027-12-31T23:59:59")
    assert list(differences(body("coupon-coupon-created"), shown)) == []


def test_products_and_variations_look_as_recorded() -> None:
    made = world()
    book = json.loads(made.shop.delivery("product.updated", made["ROMAN-1"].id))
    assert list(differences(body("product-updated"), book)) == []
    variation = json.loads(made.shop.delivery("product.updated", made["HOODIE-M-blau"].id))
    assert list(differences(body("product-variation-updated"), variation)) == []
    parent = next(each for each in answer("woocommerce", "rest-products-include.json") if each["id"] == 15)
    shown = call(made, "GET", f"products/{made['HOODIE'].id}")
    assert list(shown) == list(parent)
    assert list(differences(parent["attributes"], shown["attributes"])) == []


@pytest.mark.parametrize(
    ("recorded", "path", "sku"),
    [
        ("rest-variations.json", "products/{parent}/variations", "HOODIE-L-grau"),
        ("rest-variations-include.json", "variations", "HOODIE-M-blau"),
    ],
)
def test_lists_of_variations_look_as_recorded(recorded: str, path: str, sku: str) -> None:
    made = world()
    shown = call(made, "GET", path.format(parent=made["HOODIE"].id))
    real = next(each for each in answer("woocommerce", recorded) if each["sku"] == sku)
    toy = next(each for each in shown if each["sku"] == sku)
    assert list(differences(real, toy)) == []


def test_refunds_look_as_recorded_under_their_order_and_over_all_orders() -> None:
    made = world()
    order = three_pieces_back(made)
    under = call(made, "GET", f"orders/{order.id}/refunds")
    assert list(differences(_origins(answer("woocommerce", "rest-order-refunds.json")), _origins(under))) == []
    over = call(made, "GET", "refunds", include=str(order.refunds[0].id))
    assert list(over[0]) == list(answer("woocommerce", "rest-refunds-include.json")[0])
    assert over[0]["parent_id"] == order.id


def _origins(shown: Any) -> Any:
    for line in shown[0]["line_items"]:
        for entry in line["meta_data"]:
            entry["value"] = entry["display_value"] = "N" if entry["value"].isdigit() else entry["value"]
    return shown


def test_webhooks_and_errors_look_as_recorded() -> None:
    made = world()
    hook = next(each for each in call(made, "GET", "webhooks", per_page=100) if each["topic"] == "coupon.created")
    real = next(each for each in answer("woocommerce", "rest-webhooks.json") if each["topic"] == "coupon.created")
    assert list(hook) == list(real)
    assert hook["hooks"] == real["hooks"]
    coupon(made)
    assert coupon(made, code="GUT-ANNA-1") == answer("woocommerce", "rest-coupon-exists.json")["body"]


def test_the_status_answers_what_the_bridge_reads() -> None:
    real, toy = answer("woocommerce", "rest-system-status.json"), call(world(), "GET", "system_status")
    for part in ("environment", "settings"):
        assert toy[part].keys() <= real[part].keys()
    assert toy["environment"].keys() == real["environment"].keys()
