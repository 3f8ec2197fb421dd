"""Money: one rounding, splits that lose nothing, amounts as they are typed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.money import decimals, half_up, minor, parse, plain, split


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.5", 1),
        ("1.5", 2),
        ("2.5", 3),
        ("-0.5", -1),
        ("-2.5", -3),
        ("2.49", 2),
        ("-2.49", -2),
        ("7", 7),
        ("0", 0),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, rounded: int) -> None:
    assert half_up(Fraction(value)) == rounded


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (1000, [3, 1], [750, 250]),
        (100, [1, 1, 1], [34, 33, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (5, [0, 1], [0, 5]),
        (0, [0, 0], [0, 0]),
        (1, [Fraction(1, 3), Fraction(2, 3)], [0, 1]),
        (0, [], []),
    ],
)
def test_a_split_follows_the_largest_remainder_and_ties_go_to_the_earlier_part(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert split(total, weights) == parts


def test_nothing_can_be_split_over_parts_that_weigh_nothing() -> None:
    with pytest.raises(ValueError, match="weigh nothing"):
        split(1, [0, 0])


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_a_split_loses_nothing_and_strays_less_than_a_unit(total: int, weights: list[int]) -> None:
    if not sum(weights):
        weights[0] = 1
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part - Fraction(total * weight, sum(weights))) < 1 for part, weight in zip(parts, weights, strict=True)
    )


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3)])
def test_every_currency_has_its_own_decimals(currency: str, places: int) -> None:
    assert decimals(currency) == places


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("1.50", "EUR", 150), ("1.5", "EUR", 150), ("-2", "EUR", -200), ("1500", "JPY", 1500), ("0.001", "KWD", 1)],
)
def test_a_typed_amount_is_read_to_the_minor_unit(text: str, currency: str, amount: int) -> None:
    assert parse(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "hint"),
    [("1,50", "like “1.50”"), ("", "not an amount"), ("NaN", "not an amount"), ("Infinity", "not an amount"),
     ("1.505", "more places than EUR"), ("a", "not an amount")],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        parse(text, "EUR")


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_survives_being_written_and_read(amount: int, currency: str) -> None:
    assert parse(plain(amount, currency), currency) == amount


def test_amounts_are_written_with_all_decimals() -> None:
    assert (plain(350, "EUR"), plain(-5, "EUR"), plain(350, "JPY")) == ("3.50", "-0.05", "350")


@pytest.mark.parametrize(("text", "amount"), [("8.4034", 840), ("8.405", 841), ("-8.405", -841), ("9", 900)])
def test_what_a_shop_states_with_more_places_is_rounded_once(text: str, amount: int) -> None:
    assert minor(Decimal(text), "EUR") == amount
