from typing import Any

import pytest

from adapters.documents import Unclear, document, typed
from adapters.woocommerce.orders import read_order
from adapters.woocommerce.refunds import apply_refunds
from adapters.woocommerce.shapes import RefundBody
from bridge.domain.orders import Order
from bridge.ports import OrderSeen, ShopTerms
from tests.adapters.recordings import answer, recording
from tests.adapters.woocommerce.bodies import line, read


def back(number: int | str, quantity: int, total: str, tax: str = "0.00") -> dict[str, Any]:
    """A refund's line; its own id is never the ordered line's."""
    return {
        "id": 900,
        "quantity": quantity,
        "total": total,
        "total_tax": tax,
        "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": str(number)}],
    }


def refund(amount: str, *lines: dict[str, Any], **other: Any) -> RefundBody:
    return typed(RefundBody, {"id": 70, "parent_id": 51, "amount": amount, "line_items": list(lines), **other})


@pytest.fixture
def order() -> Order:
    return read(line_items=[line(1, "30.00", "30.00", quantity=3), line(2, "20.00", "20.00")])


def given_back(order: Order, *refunds: RefundBody) -> tuple[list[tuple[int, int]], int]:
    after = apply_refunds(order, refunds)
    return [(each.refunded_quantity, each.refunded) for each in after.lines], after.refund_without_lines


def test_by_lines(order: Order) -> None:
    assert given_back(order, refund("10.00", back(1, -1, "-10.00"))) == ([(1, 1000), (0, 0)], 0)


def test_an_amount_without_lines(order: Order) -> None:
    assert given_back(order, refund("7.50")) == ([(0, 0), (0, 0)], 750)


def test_the_whole_order_by_its_status(order: Order) -> None:
    assert given_back(order, refund("54.90", reason="Order fully refunded.")) == ([(0, 0), (0, 0)], 5490)


@pytest.mark.parametrize("amount", ["", "0.00"])
def test_a_quantity_without_amount(order: Order, amount: str) -> None:
    assert given_back(order, refund(amount, back(1, -2, "0.00"))) == ([(2, 0), (0, 0)], 0)


def test_several_refunds_of_one_line_add_up(order: Order) -> None:
    one = refund("10.00", back(1, -1, "-8.40", "-1.60"))
    assert given_back(order, one, one) == ([(2, 2000), (0, 0)], 0)


def test_lines_and_more_money_than_the_lines(order: Order) -> None:
    assert given_back(order, refund("12.00", back(2, -1, "-10.00"))) == ([(0, 0), (1, 1000)], 200)


def test_refunded_shipping_and_fees_are_no_rest(order: Order) -> None:
    shipping, fee = [back("", 0, "-4.12", "-0.78")], [back("", 0, "-2.00")]
    found = given_back(order, refund("16.90", back(1, -1, "-10.00"), shipping_lines=shipping, fee_lines=fee))
    assert found == ([(1, 1000), (0, 0)], 0)


def test_a_refund_of_the_net_only_gives_back_the_net_only(order: Order) -> None:
    assert given_back(order, refund("8.40", back(1, -1, "-8.40"))) == ([(1, 840), (0, 0)], 0)


def test_a_line_that_was_removed_since_takes_its_refund_with_it(order: Order) -> None:
    assert given_back(order, refund("10.00", back(99, -1, "-10.00"))) == ([(0, 0), (0, 0)], 0)


def test_a_refund_that_adds_up_wrongly_gives_back_no_negative_rest(order: Order) -> None:
    assert given_back(order, refund("5.00", back(1, -1, "-10.00"))) == ([(1, 1000), (0, 0)], 0)


def test_an_amount_that_is_none_is_unclear(order: Order) -> None:
    with pytest.raises(Unclear, match="not a number"):
        apply_refunds(order, [refund("a lot")])


@pytest.mark.parametrize(
    ("delivery", "refunds", "expected"),
    [
        ("refund-admin-lines-order-updated", "rest-order-refunds.json", [(2, 3998), (1, 649)]),
        ("refund-full-by-lines-order-updated", "rest-order-refunds-full.json", [(2, 3998), (1, 2100)]),
    ],
)
def test_recorded_refunds_match_their_recorded_orders(
    delivery: str, refunds: str, expected: list[tuple[int, int]]
) -> None:
    seen = read_order(document(recording("woocommerce", delivery).raw), ShopTerms("EUR"))
    assert isinstance(seen, OrderSeen)
    bodies = [typed(RefundBody, body) for body in answer("woocommerce", refunds)]
    assert given_back(seen.order, *bodies) == (expected, 0)
    assert [str(body.id) for body in bodies] == list(seen.lacks)
