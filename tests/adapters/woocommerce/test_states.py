"""The paid table: what a status means by itself, by the merchant's answer, and by a guess that books nothing."""

from datetime import UTC, datetime

import pytest

import adapters
from adapters.woocommerce.states import COLLECTED_LATER, USUAL, meaning, state
from bridge.domain.orders import Order, State
from bridge.ports import Means, Ruling, ShopTerms

STAMP = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "method", "paid", "expected"),
    [
        ("pending", "stripe", False, State.OPEN),
        ("on-hold", "bacs", False, State.OPEN),
        ("processing", "stripe", True, State.PAID),
        ("processing", "stripe", False, State.OPEN),
        ("processing", "", False, State.OPEN),
        ("processing", "bacs", False, State.PAID),
        ("processing", "cheque", False, State.PAID),
        ("completed", "cod", False, State.PAID),
        ("refunded", "stripe", True, State.PAID),
        ("cancelled", "stripe", True, State.CANCELLED),
        ("failed", "stripe", False, State.FAILED),
        ("trash", "stripe", True, State.GONE),
        ("checkout-draft", "", False, State.DRAFT),
        ("auto-draft", "", False, State.DRAFT),
        ("at-the-printers", "", True, None),
    ],
)
def test_the_table_of_states(status: str, method: str, paid: bool, expected: State | None) -> None:
    assert state(status, method, STAMP if paid else None) is expected


@pytest.mark.parametrize("method", sorted(COLLECTED_LATER))
def test_what_is_collected_later_is_paid_only_when_completed(method: str) -> None:
    assert state("processing", method, STAMP) is State.OPEN
    assert state("completed", method, STAMP) is State.PAID
    assert meaning("processing", method).means is Means.OPEN


def test_an_answer_for_the_method_goes_before_one_for_all_others() -> None:
    rulings = (Ruling("shipped", "", Means.PAID), Ruling("shipped", "cod", Means.OPEN))
    assert state("shipped", "stripe", None, rulings) is State.PAID
    assert state("shipped", "cod", None, rulings) is State.OPEN


def test_an_answer_goes_before_what_is_usual() -> None:
    assert state("processing", "cod", STAMP, (Ruling("processing", "cod", Means.PAID),)) is State.PAID
    assert state("completed", "invoice", STAMP, (Ruling("completed", "", Means.IGNORED),)) is State.IGNORED


@pytest.mark.parametrize("status", ["cancelled", "refunded", "trash", "checkout-draft"])
def test_what_the_shop_has_fixed_cannot_be_answered(status: str) -> None:
    ruling = (Ruling(status, "", Means.PAID),)
    assert state(status, "stripe", STAMP, ruling) is state(status, "stripe", STAMP)
    assert meaning(status, "stripe", ruling).source == "default"


@pytest.mark.parametrize(
    ("status", "guess"),
    [
        ("shipped", Means.PAID),
        ("versendet", Means.PAID),
        ("partial-payment", Means.OPEN),
        ("awaiting-shipment", Means.OPEN),
        ("quote-request", Means.IGNORED),
        ("xyz", Means.OPEN),
    ],
)
def test_a_plugins_status_is_only_guessed_at(status: str, guess: Means) -> None:
    found = meaning(status, "stripe")
    assert (found.means, found.source) == (guess, "suggestion")


@pytest.mark.parametrize(("status", "method"), USUAL)
def test_the_table_shows_what_the_states_do(status: str, method: str) -> None:
    found = meaning(status, method)
    assert found.source == "default"
    assert state(status, method, STAMP) is {Means.OPEN: State.OPEN, Means.PAID: State.PAID}[found.means]


def test_a_known_order_is_judged_anew_and_a_deleted_one_stays_deleted() -> None:
    platform, terms = adapters.load("woocommerce"), ShopTerms("EUR", paid=(Ruling("shipped", "", Means.PAID),))
    order = Order("1", "1", "EUR", State.OPEN, STAMP, STAMP, (), status="shipped", method="stripe")
    gone = Order("1", "1", "EUR", State.GONE, STAMP, STAMP, (), status="shipped", method="stripe")
    assert platform.state(order, terms) is State.PAID
    assert platform.state(order, ShopTerms("EUR")) is None
    assert platform.state(gone, terms) is State.GONE
