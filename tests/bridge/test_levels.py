"""What sponsors earn: levels, lost places, compression, and the cap on all of them together."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.earning import Facts, targets
from bridge.domain.levels import Sponsor, shares
from bridge.domain.programme import Programme, Version
from bridge.domain.targets import Kind
from tests.builders import line, order, programme


def rules(levels: str = '"20", "10", "5"', more: str = "", earn: str = "") -> Programme:
    return programme(f"{earn}\n[referral]\nlevels = [{levels}]\n{more}\n")


def upline(*qualified: bool) -> tuple[Sponsor, ...]:
    """Accounts 11, 12, … from the nearest up."""
    return tuple(Sponsor(11 + i, q) for i, q in enumerate(qualified))


def paid_out(rules_: Programme, sponsors: tuple[Sponsor, ...], base: int, paid: int) -> dict[int, tuple[int, int]]:
    """(level, minor units) by account."""
    return {a: (level, amount) for level, a, amount, _ in shares(rules_, sponsors, Fraction(base), paid)}


def test_each_level_has_its_own_rate_nearest_first() -> None:
    assert paid_out(rules(), upline(True, True, True), 600, 6000) == {11: (1, 120), 12: (2, 60), 13: (3, 30)}


def test_levels_end_where_the_rates_or_the_sponsors_end() -> None:
    assert paid_out(rules('"20"'), upline(True, True), 600, 6000) == {11: (1, 120)}
    assert paid_out(rules(), upline(True), 600, 6000) == {11: (1, 120)}
    assert paid_out(programme(), upline(True), 600, 6000) == {}


def test_without_compression_the_level_of_who_does_not_qualify_is_lost() -> None:
    assert paid_out(rules(), upline(False, True, True), 600, 6000) == {12: (2, 60), 13: (3, 30)}


def test_with_compression_the_next_one_up_takes_the_level() -> None:
    found = paid_out(rules(more="compression = true"), upline(False, True, True), 600, 6000)
    assert found == {12: (1, 120), 13: (2, 60)}


@pytest.mark.parametrize(
    ("cap", "base", "paid", "amounts"),
    [
        ("10", 600, 6000, [120, 60, 30]),  # 2.10 of 6.00 stays whole
        ("2", 600, 6000, [69, 34, 17]),  # 1.20 in proportion 20 : 10 : 5
        ("0", 600, 6000, [0, 0, 0]),
        # the exact 3.5 are above the cap of 3, although 2 + 1 + 1 would be rounded differently
        ("5", 10, 60, [2, 1, 0]),
        # exactly at the cap nothing is scaled: each share is rounded half up by itself
        ("35", 10, 10, [2, 1, 1]),
    ],
)
def test_the_cap_scales_all_levels_together(cap: str, base: int, paid: int, amounts: list[int]) -> None:
    capped = rules(more=f'cap_percent_of_paid = "{cap}"')
    found = paid_out(capped, upline(True, True, True), base, paid)
    assert [amount for _, amount in found.values()] == amounts


def test_ties_of_the_largest_remainder_go_to_the_nearer_level() -> None:
    capped = rules('"10", "10"', 'cap_percent_of_paid = "1"')
    assert paid_out(capped, upline(True, True), 1000, 100) == {11: (1, 1), 12: (2, 0)}


def test_lost_levels_do_not_count_towards_the_cap() -> None:
    capped = rules('"10", "10"', 'cap_percent_of_paid = "1"')
    assert paid_out(capped, upline(False, True), 1000, 10000) == {12: (2, 100)}


def test_the_reason_names_what_the_share_would_have_been() -> None:
    capped = rules('"20"', 'cap_percent_of_paid = "1"')
    ((_, _, amount, why),) = shares(capped, upline(True), Fraction(600), 6000)
    assert (amount, why) == (
        60,
        {"what": "level", "level": 1, "percent": "20", "of": 600, "uncapped": 120, "amount": 60},
    )


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 100),
)
def test_all_levels_together_never_exceed_the_cap_by_more_than_their_rounding(
    rates: list[int], base: int, paid: int, cap: int
) -> None:
    capped = rules(", ".join(f'"{r}"' for r in rates), f'cap_percent_of_paid = "{cap}"')
    found = list(shares(capped, upline(*[True] * len(rates)), Fraction(base), paid))
    total, exact = sum(amount for _, _, amount, _ in found), Fraction(base * sum(rates), 100)
    bound = (paid * cap * 2 + 100) // 200
    assert all(amount >= 0 for _, _, amount, _ in found)
    assert total == bound if exact > bound else total <= exact + Fraction(len(rates), 2)


# --- on an order ------------------------------------------------------------------------------------

TEN_PERCENT = '[[earn]]\nid = "all"\npercent = "10"\n'


def referrals(rules_: Programme, *lines: object, employee: bool = False) -> dict[str, int]:
    told = order(*lines)  # type: ignore[arg-type]
    facts = Facts(1, Version(1, None, rules_), "shop:1", upline=upline(True), employee=employee)
    found = [t for t in targets(told, facts) if t.key.kind is Kind.REFERRAL]
    return {t.key.source.removeprefix("shop:1/order:1001/"): t.amount for t in found}


def test_a_share_of_the_accrual_follows_every_rule_of_the_line() -> None:
    earn = TEN_PERCENT + '[[earn]]\nid = "extra"\npercent = "5"\nalso = true\n'
    assert referrals(rules('"20"', earn=earn), line(paid=10000)) == {"line:1/level:1": 300}


def test_a_share_of_what_was_paid_needs_no_accrual() -> None:
    assert referrals(rules('"20"', 'base = "paid"'), line(paid=10000)) == {"line:1/level:1": 2000}


def test_a_share_of_what_was_paid_follows_the_basis_but_its_cap_is_gross() -> None:
    net = programme(
        '[referral]\nbase = "paid"\nlevels = ["20"]\ncap_percent_of_paid = "10"\n',
        basics='available_after_days = 0\nearn_basis = "net"',
    )
    assert referrals(net, line(paid=11900, net=10000)) == {"line:1/level:1": 1190}


def test_an_excluded_line_earns_sponsors_nothing() -> None:
    excluded = rules('"20"', 'base = "paid"\n[[exclude]]\nsku = "BOOK"')
    assert referrals(excluded, line("1", 10000), line("2", 10000, sku="BOOK")) == {"line:1/level:1": 2000}


def test_an_employees_order_earns_nobody_anything() -> None:
    assert referrals(rules('"20"', 'base = "paid"'), line(paid=10000), employee=True) == {}


def test_a_share_shrinks_with_what_is_given_back() -> None:
    told = line(paid=10000, quantity=2, refunded_quantity=1, refunded=5000)
    assert referrals(rules('"20"', earn=TEN_PERCENT), told) == {"line:1/level:1": 100}
