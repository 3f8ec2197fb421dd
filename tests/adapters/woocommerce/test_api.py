import json
from datetime import timedelta
from typing import Any

import pytest
import responses
from responses.matchers import query_param_matcher

from adapters.woocommerce.api import WooShop
from adapters.woocommerce.customers import read_customer
from bridge.domain.orders import State
from bridge.errors import AccessLost, ShopAway
from bridge.ports import Access, CodeRef, CodeWrite, CustomerView, OrderGone, OrderSeen, Unreadable
from tests.adapters.recordings import answer
from tests.adapters.woocommerce.bodies import TERMS, order_body
from tests.adapters.woocommerce.shop import NOW, REST, asked, client, sent


def batch_answer(path: str, **results: list[Any]) -> None:
    responses.post(f"{REST}{path}/batch", json=results)


# --- orders -------------------------------------------------------------------------------------


@responses.activate
def test_orders_are_answered_in_the_order_asked_and_deleted_ones_are_gone() -> None:
    responses.get(
        f"{REST}/orders",
        json=[order_body(id=2)],
        match=[query_param_matcher({"status": "any"}, strict_match=False)],
    )
    responses.get(f"{REST}/orders", json=[order_body(id=3, status="trash")])
    found = client().orders(["1", "2", "3", "2"])
    assert found[0] == OrderGone("1", read_at=NOW)
    assert [each.order.id for each in found[1:] if isinstance(each, OrderSeen)] == ["2", "3", "2"]
    assert isinstance(found[2], OrderSeen)
    assert (found[2].order.state, found[2].read_at) == (State.GONE, NOW)
    assert (asked(0)["include"], asked(0)["per_page"]) == ("1,2,3", "100")
    assert (asked(1)["include"], asked(1)["status"]) == ("1,3", "trash")


@responses.activate
def test_a_page_of_orders_is_read_with_all_its_refunds_in_one_more_request() -> None:
    bodies = [order_body(id=1, refunds=[{"id": 71}]), order_body(id=2), order_body(id=3, refunds=[{"id": 72}])]
    responses.get(f"{REST}/orders", json=bodies)
    responses.get(f"{REST}/refunds", json=[{"id": 72, "amount": "2.00"}, {"id": 71, "amount": "1.00"}])
    found = client().orders(["1", "2", "3"])
    assert [each.order.refund_without_lines for each in found if isinstance(each, OrderSeen)] == [100, 0, 200]
    assert [each.lacks for each in found if isinstance(each, OrderSeen)] == [(), (), ()]
    assert asked(1)["include"] == "71,72"
    assert len(responses.calls) == 2


@responses.activate
def test_a_refund_that_was_deleted_meanwhile_gives_nothing_back() -> None:
    responses.get(f"{REST}/orders", json=[order_body(refunds=[{"id": 71}])])
    responses.get(f"{REST}/refunds", json=[])
    (found,) = client().orders(["51"])
    assert isinstance(found, OrderSeen)
    assert (found.order.refund_without_lines, found.lacks) == (0, ())


@responses.activate
def test_one_order_that_makes_no_sense_holds_up_no_other() -> None:
    responses.get(f"{REST}/orders", json=[order_body(id=1, status="odd"), order_body(id=2)])
    first, second = client().orders(["1", "2"])
    assert isinstance(first, Unreadable)
    assert first.order == "1"
    assert isinstance(second, OrderSeen)


@responses.activate
def test_one_refund_that_makes_no_sense_holds_up_no_other() -> None:
    responses.get(f"{REST}/orders", json=[order_body(id=1, refunds=[{"id": 71}]), order_body(id=2)])
    responses.get(f"{REST}/refunds", json=[{"id": 71, "amount": "a lot"}])
    first, second = client().orders(["1", "2"])
    assert isinstance(first, Unreadable)
    assert isinstance(second, OrderSeen)


@responses.activate
@pytest.mark.parametrize("odd", [{}, {"orders": []}, [7], [None], [{}], [{"id": "1"}], "x", None])
def test_an_answer_in_a_wrong_shape_never_makes_an_order_gone(odd: Any) -> None:
    responses.get(f"{REST}/orders", json=odd)
    with pytest.raises(ShopAway):
        client().orders(["1"])


@responses.activate
def test_two_hundred_and_fifty_orders_cost_three_requests() -> None:
    for start in (1, 101, 201):
        ids = range(start, min(start + 100, 251))
        wanted = query_param_matcher({"include": ",".join(map(str, ids))}, strict_match=False)
        responses.get(f"{REST}/orders", json=[order_body(id=order) for order in ids], match=[wanted])
    assert len(client().orders([str(order) for order in range(1, 251)])) == 250
    assert len(responses.calls) == 3


@responses.activate
def test_what_is_no_id_of_this_shop_asks_for_nothing() -> None:
    assert client().orders([]) == []
    assert client().orders(["", "abc"]) == [OrderGone("", NOW), OrderGone("abc", NOW)]
    assert len(responses.calls) == 0


@responses.activate
def test_changed_orders_come_from_the_recorded_page_complete() -> None:
    page = answer("woocommerce", "rest-orders-page.json")
    trash = query_param_matcher({"status": "trash"}, strict_match=False)
    responses.get(f"{REST}/orders", json=[], match=[trash])
    responses.get(f"{REST}/orders", json=page)
    (found,) = client().changed_since(NOW - timedelta(hours=1))
    assert [each.order.id for each in found if isinstance(each, OrderSeen)] == [str(body["id"]) for body in page]
    assert {each.read_at for each in found if isinstance(each, OrderSeen)} == {NOW}
    assert asked(0) | asked(1) == {
        "status": asked(1)["status"],
        "orderby": "modified",
        "order": "asc",
        "modified_after": "2026-11-22T04:59:59",
        "dates_are_gmt": "true",
        "page": "1",
        "per_page": "100",
    }


# --- catalogue and people -----------------------------------------------------------------------


@responses.activate
def test_a_translation_takes_categories_and_credit_of_its_original() -> None:
    languages = {"de": 10, "en": 25}
    english = {"id": 25, "name": "Mug", "sku": "MUG", "translations": languages, "categories": []}
    german = {
        "id": 10,
        "name": "Becher",
        "sku": "MUG",
        "translations": languages,
        "categories": [{"name": "Küche", "slug": "kueche"}],
        "meta_data": [{"id": 1, "key": "_rabattkonto_credit", "value": "1.50"}],
    }
    responses.get(f"{REST}/products", json=[english])
    responses.get(f"{REST}/products", json=[german])
    (article,) = client().articles(["25"])
    assert (article.id, article.name, article.categories, article.credit) == ("25", "Mug", ("kueche", "Küche"), 150)
    assert article.originals == ("10",)


@responses.activate
def test_a_translated_variation_names_both_its_originals() -> None:
    translated = {"id": 25, "type": "variable", "translations": {"de": 10, "en": 25}}
    variation = {"id": 26, "type": "variation", "parent_id": 25, "translations": {"de": 11, "en": 26}}
    responses.get(f"{REST}/products", json=[])
    responses.get(f"{REST}/variations", json=[variation])
    responses.get(f"{REST}/products", json=[translated])
    responses.get(f"{REST}/products", json=[{"id": 10, "type": "variable"}])
    (article,) = client().articles(["26"])
    assert (article.product, article.variation, article.originals) == ("25", "26", ("11", "10"))


@responses.activate
def test_variations_are_found_beside_products_and_take_their_categories() -> None:
    product = {
        "id": 15,
        "type": "variable",
        "categories": [{"name": "Hoodies", "slug": "hoodies"}],
        "meta_data": [{"key": "_rabattkonto_credit", "value": "2,00"}],
    }
    other = query_param_matcher({"include": "10,16,17"}, strict_match=False)
    responses.get(f"{REST}/products", json=[{"id": 10, "sku": "TS-ROT"}], match=[other])
    responses.get(f"{REST}/products", json=[product])
    responses.get(f"{REST}/variations", json=answer("woocommerce", "rest-variations-include.json"))
    found = client().articles(["10", "16", "17"])
    assert {(each.id, each.product, each.categories, each.credit) for each in found} == {
        ("10", "10", (), None),
        ("16", "15", ("hoodies", "Hoodies"), 200),
        ("17", "15", ("hoodies", "Hoodies"), 200),
    }
    assert len(responses.calls) == 3


@responses.activate
def test_staff_are_customers_too() -> None:
    responses.get(f"{REST}/customers", json=answer("woocommerce", "rest-customers-by-email.json"))
    (found,) = client().customers(["4"])
    assert (found.id, found.contact.email, asked(0)["role"]) == ("4", "clara@kunden.example", "all")


@pytest.mark.parametrize("key", ["rabattkonto_unconfirmed", "_woocommerce_activation"])
def test_whom_germanized_waits_for_is_unconfirmed_and_nobody_else_is_proven(key: str) -> None:
    mark = {"id": 0, "key": key, "value": "yes"}
    waiting = read_customer({"id": 4, "email": "clara@kunden.example", "meta_data": [mark]})
    other = read_customer({"id": 5, "email": "dora@kunden.example", "meta_data": []})
    assert [(seen.unconfirmed, seen.verified) for seen in (waiting, other)] == [(True, False), (False, False)]


@pytest.mark.parametrize(
    ("proven", "verified"),
    [
        ("Anna@Kunden.example ", True),
        ("anna@before.example", False),
        ("", False),
        (["anna@kunden.example"], False),
        (None, False),
    ],
)
def test_a_mailbox_is_proven_while_the_proven_address_is_the_customers(proven: object, verified: bool) -> None:
    body = {"id": 4, "email": "anna@kunden.example", "meta_data": [{"key": "rabattkonto_mailbox", "value": proven}]}
    assert read_customer(body).verified is verified


def test_an_empty_address_is_never_proven() -> None:
    assert not read_customer({"id": 4, "meta_data": [{"key": "rabattkonto_mailbox", "value": ""}]}).verified


# --- codes --------------------------------------------------------------------------------------

CODE = CodeRef("rk-probe-1", "312")
NEW = CodeRef("guthaben-new")


def write(ref: CodeRef = NEW, **other: Any) -> CodeWrite:
    return CodeWrite(**{"ref": ref, "face": 825, "holders": ("anna@kunden.example",), "owner": "acc-1", **other})


def coupon_body(**other: Any) -> dict[str, Any]:
    return {**answer("woocommerce", "rest-coupons-by-code.json")[0], **other}


@responses.activate
def test_a_recorded_code_is_read_by_its_name() -> None:
    responses.get(f"{REST}/coupons", json=answer("woocommerce", "rest-coupons-by-code.json"))
    found = client().codes([CodeRef("rk-probe-1")])["rk-probe-1"]
    assert (found.external_id, found.face, found.holders, found.owner) == (
        "312",
        1234,
        ("clara@kunden.example",),
        "acc-1",
    )
    assert (found.uses, found.limit, found.expired) == (0, 1, False)
    assert asked(0)["code"] == "rk-probe-1"


@responses.activate
def test_codes_with_known_ids_are_read_together() -> None:
    responses.get(f"{REST}/coupons", json=[coupon_body(), coupon_body(id=313, code="RK-2")])
    assert set(client().codes([CODE, CodeRef("rk-2", "313")])) == {"rk-probe-1", "rk-2"}
    assert asked(0)["include"] == "312,313"
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"date_expires_gmt": "2026-11-22T05:59:59"}, "expired", True),
        ({"date_expires_gmt": "2026-11-22T06:00:00"}, "expired", True),
        ({"date_expires_gmt": "2026-11-22T06:00:01"}, "expired", False),
        ({"status": "draft"}, "expired", True),
        ({"discount_type": "percent", "amount": "90"}, "face", 0),
        ({"usage_limit": None}, "limit", None),
        ({"usage_count": 1}, "uses", 1),
        ({"email_restrictions": []}, "holders", ()),
        ({"meta_data": []}, "owner", ""),
        ({"meta_data": [{"key": "_rabattkonto", "value": {"a": 1}}]}, "owner", ""),
    ],
)
def test_what_a_merchant_did_to_a_code_is_seen(change: dict[str, Any], field: str, value: Any) -> None:
    responses.get(f"{REST}/coupons", json=[coupon_body(**change)])
    assert getattr(client().codes([CODE])["rk-probe-1"], field) == value


@responses.activate
def test_a_new_code_is_good_for_one_order_of_one_customer() -> None:
    batch_answer("/coupons", create=[coupon_body(id=400, code="guthaben-new", amount="8.25")], update=[])
    (done,) = client().write_codes([write()])
    assert sent(0)["create"] == [
        {
            "code": "guthaben-new",
            "amount": "8.25",
            "discount_type": "fixed_cart",
            "usage_limit": 1,
            "individual_use": False,
            "email_restrictions": ["anna@kunden.example"],
            "meta_data": [{"key": "_rabattkonto", "value": "acc-1"}],
        }
    ]
    assert done.ref == CodeRef("guthaben-new", "400")
    assert done.now is not None
    assert done.now.face == 825


@responses.activate
def test_a_retired_code_expires_long_ago_with_what_its_order_took() -> None:
    batch_answer("/coupons", create=[], update=[coupon_body(amount="6.49")])
    client().write_codes([write(CODE, face=649, expired=True, holders=())])
    (update,) = sent(0)["update"]
    assert (update["id"], update["amount"], update["date_expires"]) == (312, "6.49", "2000-01-02T00:00:00")
    assert "email_restrictions" not in update
    assert "code" not in update


@responses.activate
@pytest.mark.parametrize("holders", [(), ("",), ("anna@kunden.example", " ")])
def test_a_code_open_to_everybody_is_never_sent(holders: tuple[str, ...]) -> None:
    (done,) = client().write_codes([write(holders=holders)])
    assert "anybody" in done.refusal
    assert len(responses.calls) == 0


@responses.activate
def test_every_write_gets_its_own_answer() -> None:
    exists = {"id": 0, "error": answer("woocommerce", "rest-coupon-exists.json")["body"]}
    gone = {"id": 9, "error": {"code": "woocommerce_rest_shop_coupon_invalid_id", "message": "Invalid ID."}}
    refused = {"id": 0, "error": {"code": "rest_invalid_param", "message": "Invalid parameter(s): amount"}}
    created = coupon_body(id=400, code="guthaben-new")
    batch_answer("/coupons", create=[exists, refused, created, {}], update=[gone])
    done = client().write_codes(
        [
            write(CodeRef("guthaben-a")),
            write(CodeRef("guthaben-b", "9")),
            write(holders=()),
            write(CodeRef("guthaben-c")),
            write(),
            write(CodeRef("guthaben-d")),
        ]
    )
    assert [each.exists for each in done] == [True, False, False, False, False, False]
    assert [each.gone for each in done] == [False, True, False, False, False, False]
    assert [bool(each.refusal) for each in done] == [False, False, True, True, False, True]
    assert [each.ref.external_id for each in done] == ["", "9", "", "", "400", ""]


@responses.activate
def test_a_hundred_and_one_writes_are_two_requests() -> None:
    def answer_all(request: Any) -> tuple[int, dict[str, str], str]:
        created = [coupon_body(code=each["code"]) for each in json.loads(request.body)["create"]]
        return 200, {}, json.dumps({"create": created, "update": []})

    responses.add_callback("POST", f"{REST}/coupons/batch", answer_all)
    done = client().write_codes([write(CodeRef(f"guthaben-{number}")) for number in range(101)])
    assert [each.now.code for each in done if each.now] == [f"guthaben-{number}" for number in range(101)]
    assert [len(sent(position)["create"]) for position in (0, 1)] == [100, 1]


@responses.activate
@pytest.mark.parametrize("odd", [[], {}, {"create": []}, {"create": {}, "update": []}])
def test_a_batch_that_is_not_answered_item_by_item_is_looked_at_again(odd: Any) -> None:
    responses.post(f"{REST}/coupons/batch", json=odd)
    with pytest.raises(ShopAway):
        client().write_codes([write()])


@responses.activate
def test_the_customers_meta_data_is_written_together_and_failures_are_named() -> None:
    error = {"id": 5, "error": {"code": "woocommerce_rest_invalid_id", "message": "Invalid ID."}}
    batch_answer("/customers", update=[answer("woocommerce", "rest-customer-meta.json"), error])
    views = [CustomerView(each, "8,25 €", "8,25 €", "guthaben-x", "https://konto.example") for each in ("4", "5")]
    assert client().show(views) == ["5"]
    shown = {"balance": "8,25 €", "usable": "8,25 €", "code": "guthaben-x", "statement": "https://konto.example"}
    assert sent(0)["update"][0] == {"id": 4, "meta_data": [{"key": "rabattkonto", "value": shown}]}


# --- the way in ---------------------------------------------------------------------------------


@responses.activate
def test_a_withdrawn_key_is_said_with_the_shops_own_words() -> None:
    recorded = answer("woocommerce", "rest-wrong-secret.json")
    responses.get(f"{REST}/orders", json=recorded["body"], status=recorded["status"])
    with pytest.raises(AccessLost, match="Consumer secret is invalid"):
        client().orders(["1"])


@responses.activate
def test_over_plain_http_requests_are_signed_and_the_secret_stays_here() -> None:
    responses.get("http://laden.local/wp-json/wc/v3/orders", json=[order_body(id=1)])
    access = Access("http://laden.local", "ck_1", "cs_1", private=frozenset({"laden.local"}))
    WooShop(access, TERMS).orders(["1"])
    header = responses.calls[0].request.headers["Authorization"]
    text = header.decode() if isinstance(header, bytes) else str(header)
    assert text.startswith("OAuth ")
    assert 'oauth_signature_method="HMAC-SHA256"' in text
    assert "cs_1" not in text


@responses.activate
def test_issued_codes_are_those_with_our_meta_key_page_by_page() -> None:
    ours = {"id": 1, "code": "guthaben-a", "amount": "5.00", "meta_data": [{"key": "_rabattkonto", "value": "t"}]}
    first = [{**ours, "id": number, "code": f"guthaben-{number}"} for number in range(1, 101)]
    responses.get(f"{REST}/coupons", json=first, match=[query_param_matcher({"page": "1"}, strict_match=False)])
    responses.get(f"{REST}/coupons", json=[{**ours, "id": 200}, {"id": 201, "code": "sommer", "amount": "?"}])
    pages = list(client().issued(NOW - timedelta(days=1)))
    assert [len(page) for page in pages] == [100, 1]
    assert pages[1][0].owner == "t"
    assert (asked(0)["after"], asked(0)["dates_are_gmt"]) == ("2026-11-21T05:59:59", "true")


@responses.activate
def test_a_customer_with_nothing_to_show_loses_our_meta_data() -> None:
    batch_answer("/customers", update=[{"id": 7}])
    assert client().show([CustomerView.nothing("7")]) == []
    assert sent(0) == {"update": [{"id": 7, "meta_data": [{"key": "rabattkonto", "value": None}]}]}
