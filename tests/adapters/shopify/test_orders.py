"""Orders in bodies of our own: what the recorded ones do not show."""

import json
from decimal import Decimal
from typing import Any

import pytest

from adapters.shopify import PLATFORM
from bridge.domain.orders import Order, State
from bridge.ports import (
    Contact,
    CustomerHint,
    CustomersMerged,
    Envelope,
    Nothing,
    OrderSeen,
    Ruling,
    ShopTerms,
    Unreadable,
)
from bridge.ports.terms import Means
from tests.adapters.shopify.toy import World

TERMS = ShopTerms("EUR")


def line(number: int = 1, price: str = "10.00", quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": "Tee",
        "price": price,
        "quantity": quantity,
        "product_id": 5,
        "variant_id": 6,
        **more,
    }


def body(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    stamps = dict.fromkeys(("created_at", "updated_at", "processed_at"), "2026-11-20T15:17:49+01:00")
    basics = {"id": 7, "name": "#1007", "currency": "EUR", "taxes_included": True, "financial_status": "paid"}
    return {**basics, **stamps, "line_items": list(lines) or [line()], **more}


def read(order: dict[str, Any], topic: str = "orders/updated", terms: ShopTerms = TERMS) -> Any:
    return PLATFORM.understand(Envelope(topic), json.dumps(order).encode(), terms)


def order(*lines: dict[str, Any], **more: Any) -> Order:
    seen = read(body(*lines, **more))
    assert isinstance(seen, OrderSeen), seen
    return seen.order


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, State.OPEN),
        ("pending", State.OPEN),
        ("authorized", State.OPEN),
        ("partially_paid", State.OPEN),
        ("expired", State.OPEN),
        ("paid", State.PAID),
        ("partially_refunded", State.PAID),
        ("refunded", State.PAID),
        ("voided", State.CANCELLED),
    ],
)
def test_the_financial_status_says_whether_money_came(status: str | None, state: State) -> None:
    assert order(financial_status=status).state is state


def test_a_status_nobody_explained_waits_for_the_merchant() -> None:
    seen = read(body(financial_status="in_limbo"))
    assert isinstance(seen, Unreadable)
    assert seen.unknown == ("in_limbo", "")


def test_the_merchants_word_counts_for_goods_on_account() -> None:
    terms = ShopTerms("EUR", paid=(Ruling("pending", "Invoice", Means.PAID),))
    assert (
        read(body(financial_status="pending", payment_gateway_names=["Invoice"]), terms=terms).order.state
        is State.PAID
    )
    assert read(body(financial_status="pending"), terms=terms).order.state is State.OPEN


def test_net_prices_get_their_tax_on_top_and_credit_is_gross() -> None:
    tax = [{"rate": 0.19, "price": "1.71"}]
    parts = [{"amount": "1.00", "discount_application_index": 0}]
    found = order(
        line(tax_lines=tax, discount_allocations=parts),
        taxes_included=False,
        discount_applications=[{"type": "discount_code", "code": "GUTHABEN-x"}],
    )
    (only,) = found.lines
    assert (only.paid, only.net, only.tax, only.credit) == (1071, 900, "19", 119)
    assert [(use.code, use.face) for use in found.codes] == [("guthaben-x", 100)]


def test_a_tip_is_no_article() -> None:
    tip = line(2, "3.00", product_id=None, variant_id=None)
    assert [each.id for each in order(line(), tip, total_tip_received="3.00").lines] == ["1"]
    assert [each.id for each in order(line(), tip).lines] == ["1", "2"]


def test_pieces_that_an_edit_took_away_are_given_back_without_a_refund() -> None:
    (only,) = order(line(quantity=4, current_quantity=3)).lines
    assert (only.paid, only.refunded_quantity, only.refunded) == (4000, 1, 1000)


def test_a_refund_in_another_currency_is_never_booked_from_its_body() -> None:
    refund = {
        "id": 1,
        "transactions": [{"kind": "refund", "status": "success", "amount": "12.00", "currency": "USD"}],
    }
    assert read(body(refunds=[refund])).lacks == ("transactions",)


def test_a_refund_that_failed_gave_nothing_back() -> None:
    refund = {
        "id": 1,
        "transactions": [{"kind": "refund", "status": "failure", "amount": "2.00", "currency": "EUR"}],
    }
    assert order(refunds=[refund]).refund_without_lines == 0


def test_amounts_may_be_numbers_and_odd_ones_are_unreadable() -> None:
    assert order(line(price=Decimal("10.5").__float__())).lines[0].paid == 1050  # type: ignore[arg-type]
    for odd in (True, None, "10,00", "1e5", {"amount": "1"}):
        assert isinstance(read(body(line(price=odd))), Unreadable)  # type: ignore[arg-type]


def test_an_edit_that_names_our_code_is_a_use_of_it() -> None:
    parts = [{"amount": "2.00", "discount_application_index": 0}]
    found = order(
        line(discount_allocations=parts),
        discount_applications=[{"type": "manual", "title": "Guthaben-x", "description": "Guthaben-x"}],
    )
    assert [(use.code, use.face) for use in found.codes] == [("guthaben-x", 200)]


def test_only_an_untouched_unpaid_order_may_be_lowered() -> None:
    pending = {"financial_status": "pending"}
    assert order(**pending).adjustable
    packed, renewal = {"fulfillment_status": "partial"}, {"source_name": "subscription_contract"}
    declined = {"note_attributes": [{"name": "rabattkonto_declined", "value": "1"}]}
    for more in (packed, renewal, declined):
        assert not order(**pending, **more).adjustable
    assert not order().adjustable


def test_a_contact_comes_from_wherever_it_stands() -> None:
    assert read(body(email="", contact_email="a@b.example")).contact == Contact("a@b.example")
    buyer = {"id": 9, "first_name": "Anna", "last_name": None, "email": "c@d.example"}
    assert read(body(customer=buyer)).contact == Contact("c@d.example", "Anna")


def test_customers_become_one_only_when_the_merge_was_completed() -> None:
    names = (("kept", 1), ("deleted", 2))
    gids = {f"admin_graphql_api_customer_{name}_id": f"gid://shopify/Customer/{n}" for name, n in names}
    assert read({**gids, "status": "completed"}, "customers/merge") == CustomersMerged("1", "2")
    assert isinstance(read({**gids, "status": "in_progress"}, "customers/merge"), Nothing)
    tagged = {"customerId": "gid://shopify/Customer/9", "tags": ["vip"]}
    assert read(tagged, "customer.tags_removed") == CustomerHint("9")


# --- through the toy ------------------------------------------------------------------------------


@pytest.mark.parametrize("gateway", ["gift_card", "shopify_store_credit"])
def test_what_was_paid_with_older_money_earns_nothing(gateway: str) -> None:
    world = World(shipping=0)
    bought = world.shop.checkout(world.anna, [(world.tee, 2)], method="shopify_payments")
    bought.payments[0].amount = 3000
    bought.payments.append(type(bought.payments[0])("sale", 1000, gateway))
    bought.gateways.append(gateway)
    world.shop.fulfil(bought)
    told = world.newest()
    assert told.lacks == ("transactions",)
    (whole,) = world.client().complete([told])
    assert isinstance(whole, OrderSeen)
    assert [each.paid for each in whole.order.lines] == [3000]
    world.shop.refund(bought, {bought.lines[0].id: 1})
    (half,) = world.client().orders([str(bought.id)])
    assert isinstance(half, OrderSeen)
    assert [(each.paid, each.refunded) for each in half.order.lines] == [(3000, 1500)]


def test_a_body_and_an_answer_tell_the_same_order() -> None:
    world = World()
    world.client().write_codes([world.code()])
    bought = world.shop.checkout(world.anna, [(world.tee, 2), (world.pin, 3)], codes=["guthaben-x"], tip=200)
    world.shop.refund(bought, {bought.lines[1].id: 2}, shipping=True)
    told = world.newest()
    (read_,) = world.client().orders([str(bought.id)])
    assert isinstance(read_, OrderSeen)
    assert read_.order == told.order
    assert (read_.contact, read_.lacks) == (told.contact, told.lacks)


def test_tags_and_companies_are_groups_and_no_comma_makes_two_of_one() -> None:
    world = World()
    world.anna.tags, world.anna.companies = ["vip", "b2b"], ["Muster, Sohn GmbH"]
    (seen,) = world.client().customers([str(world.anna.id)])
    assert seen.group == "vip, b2b, Muster  Sohn GmbH"
    assert not seen.verified
