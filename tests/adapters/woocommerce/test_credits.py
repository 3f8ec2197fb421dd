from hypothesis import given
from hypothesis import strategies as st

from adapters.woocommerce.credits import shares, worths

AMOUNTS = st.lists(st.integers(0, 100_000), min_size=1, max_size=8)


@given(AMOUNTS, st.integers(0, 500_000))
def test_codes_never_took_more_than_stated_nor_more_than_shown(stated: list[int], shown: int) -> None:
    found = worths(stated, shown)
    assert sum(found) == min(sum(stated), shown)
    assert all(took <= said for took, said in zip(found, stated, strict=True))


@given(AMOUNTS, AMOUNTS)
def test_every_code_is_found_on_the_lines_to_the_cent_and_no_line_gives_more_than_it_shows(
    stated: list[int], discounts: list[int]
) -> None:
    taken = worths(stated, sum(discounts))
    parts = shares(taken, discounts)
    assert [sum(part) for part in parts] == taken
    assert all(amount >= 0 for part in parts for amount in part)
    for position, discount in enumerate(discounts):
        assert sum(part[position] for part in parts) <= discount


@given(AMOUNTS)
def test_a_single_code_owning_the_discount_is_never_spread_anew(discounts: list[int]) -> None:
    assert shares([sum(discounts)], discounts) == [discounts]
