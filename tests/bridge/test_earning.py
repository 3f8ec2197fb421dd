"""What an order earns and redeems, as its state and the facts about it say."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bridge.domain.earning import Facts, kept, lapses_at, last_day, targets, turnover, wholly_returned
from bridge.domain.orders import Order, State
from bridge.domain.programme import Expiry, Programme, Version
from bridge.domain.targets import Kind, Target
from tests.builders import BERLIN, at, line, order, programme

ANNA, BEN = 1, 2
TEN_PERCENT = '[[earn]]\nid = "all"\npercent = "10"\n'
PER_PIECE = '[[earn]]\nid = "tee"\nsku = "TEE"\namount = "1.50"\n'


def facts(rules: Programme, **values: Any) -> Facts:
    owners = {"guthaben-a": ANNA, "guthaben-b": BEN}
    return Facts(buyer=ANNA, version=Version(1, None, rules), prefix="shop:1", **{"owners": owners} | values)


def wanted(told: Order, rules: Programme, **values: Any) -> list[Target]:
    return targets(told, facts(rules, **values))


def sums(told: Order, rules: Programme | str, **values: Any) -> dict[str, int]:
    rules = programme(rules) if isinstance(rules, str) else rules
    return {t.key.source.removeprefix("shop:1/order:1001"): t.amount for t in wanted(told, rules, **values)}


# --- how much ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "refunded", "amount"),
    [
        (10000, 0, 1000),
        (999, 0, 100),
        (995, 0, 100),
        (994, 0, 99),
        (5, 0, 1),
        (4, 0, 0),
        (10000, 3333, 667),
        (0, 0, 0),
    ],
)
def test_a_percentage_is_of_what_was_paid_and_kept_half_up(paid: int, refunded: int, amount: int) -> None:
    assert sums(order(line(paid=paid, refunded=refunded)), TEN_PERCENT) == {"/line:1/rule:all": amount}


def test_a_net_percentage_is_of_the_net_in_the_same_proportion() -> None:
    rules = programme(TEN_PERCENT, basics='available_after_days = 0\nearn_basis = "net"')
    assert sums(order(line(paid=11900, net=10000)), rules) == {"/line:1/rule:all": 1000}
    assert sums(order(line(paid=11900, net=10000, refunded=5950)), rules) == {"/line:1/rule:all": 500}


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({"paid": 6000, "quantity": 3}, 450),
        ({"paid": 6000, "quantity": 3, "refunded_quantity": 1, "refunded": 2000}, 300),
        ({"paid": 6000, "quantity": 3, "refunded_quantity": 3, "refunded": 6000}, 0),
        # money given back without a piece lowers the amount in proportion, half up
        ({"paid": 6000, "quantity": 3, "refunded": 3000}, 225),
        ({"paid": 6000, "quantity": 3, "refunded": 1}, 450),
        # a piece back for less than its share of the money never raises what the others earn
        ({"paid": 6000, "quantity": 3, "refunded_quantity": 1, "refunded": 500}, 300),
        # credit that paid everything leaves the pieces
        ({"paid": 0, "quantity": 3, "credit": 6000}, 450),
        ({"paid": 0, "quantity": 3, "credit": 6000, "refunded_quantity": 1}, 300),
    ],
)
def test_an_amount_is_per_piece_kept(values: dict[str, Any], amount: int) -> None:
    assert sums(order(line(**values)), PER_PIECE)["/line:1/rule:tee"] == amount


@pytest.mark.parametrize(
    ("without_lines", "left"), [(0, [6000, 4000]), (1000, [5400, 3600]), (1, [5999, 4000]), (99999, [0, 0])]
)
def test_a_refund_without_lines_is_spread_by_the_money_kept(without_lines: int, left: list[int]) -> None:
    told = order(line("1", 6000), line("2", 4000), refund_without_lines=without_lines)
    lines = kept(told, programme(TEN_PERCENT), "")
    assert [item.money for item in lines] == left
    assert turnover(lines) == sum(left)
    assert wholly_returned(lines) == (sum(left) == 0)


# --- which rule -------------------------------------------------------------------------------------

TWO = PER_PIECE + TEN_PERCENT


def test_the_first_rule_that_matches_wins() -> None:
    told = order(line("1"), line("2", sku="COAT"))
    assert sums(told, TWO) == {"/line:1/rule:tee": 150, "/line:2/rule:all": 1000}


def test_a_rule_with_also_adds_to_whatever_matched_and_stands_alone() -> None:
    extra = '[[earn]]\nid = "extra"\npercent = "1"\nalso = true\n'
    told = order(line("1"), line("2", sku="COAT"))
    assert sums(told, extra + PER_PIECE) == {
        "/line:1/rule:tee": 150,
        "/line:1/rule:extra": 100,
        "/line:2/rule:extra": 100,
    }


def test_the_credit_typed_on_the_article_goes_before_every_rule_without_also() -> None:
    told = order(line("1", 6000, 3))
    typed = replace(told.lines[0], article=replace(told.lines[0].article, credit=70))
    assert sums(replace(told, lines=(typed,)), TWO) == {"/line:1/rule:article": 210}


@pytest.mark.parametrize(
    ("matcher", "matches"),
    [
        ('sku = "TEE"', True),
        ('sku = ["COAT", "TEE"]', True),
        ('sku = "TEE"\ncategory = "sale"', False),
        ('sku = "TEE"\ncategory = "shirts"', True),
        ('category = ["sale", "shirts"]', True),
        ('tag = "new"', True),
        ('tag = "old"', False),
        ('product = "7"', True),
        ('product = "71"', True),
        ('product = "8"', False),
        ('group = "club"', True),
        ('group = ["staff"]', False),
        ('minimum_order = "100.00"', True),
        ('minimum_order = "100.01"', False),
    ],
)
def test_all_matchers_that_are_given_must_match(matcher: str, matches: bool) -> None:
    told = order(line(product="7", variation="71", categories=("shirts",), tags=("new", "blue")))
    rule = f'[[earn]]\nid = "a"\npercent = "10"\n{matcher}\n'
    assert bool(sums(told, rule, group="club")) == matches


def test_the_minimum_order_counts_what_was_kept_of_excluded_lines_too() -> None:
    rule = TEN_PERCENT.replace("percent", 'minimum_order = "100.00"\npercent') + '[[exclude]]\nsku = "BOOK"\n'
    told = order(line("1", 6000), line("2", 4000, sku="BOOK"))
    assert sums(told, rule) == {"/line:1/rule:all": 600}
    assert sums(order(line("1", 6000), line("2", 4000, sku="BOOK", refunded=1)), rule) == {}


@pytest.mark.parametrize(("says", "earns"), [("", False), ("earn = false", True), ("use = false", False)])
def test_an_exclusion_says_from_what(says: str, earns: bool) -> None:
    assert bool(sums(order(line()), TEN_PERCENT + f'[[exclude]]\nsku = "TEE"\n{says}\n')) == earns


# --- who and when -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in State if state is not State.PAID])
def test_only_a_paid_order_earns(state: State) -> None:
    assert sums(order(line(), state=state), TEN_PERCENT) == {}


@pytest.mark.parametrize("values", [{"employee": True}, {"stopped": True}])
def test_employees_and_a_stopped_budget_earn_nothing_but_redeem(values: dict[str, bool]) -> None:
    told = order(line(paid=100, credit=300))
    assert sums(told, TEN_PERCENT, **values) == {"": -300}


def test_a_test_order_books_nothing_at_all() -> None:
    assert sums(order(line(paid=100, credit=300), test=True), TEN_PERCENT) == {}


def test_credit_becomes_usable_so_many_days_after_the_first_payment() -> None:
    rules = programme(TEN_PERCENT + "[expiry]\nmonths = 12\n", basics="available_after_days = 14")
    (found,) = wanted(order(line()), rules, paid_at=at("2026-03-20 10:00"))
    assert (found.usable_at, found.expires_on) == (at("2026-04-03 10:00"), date(2027, 4, 3))
    assert (found.happened_at, found.version, found.order) == (at("2026-03-20 10:00"), 1, "1001")


@pytest.mark.parametrize(
    ("expiry", "day"),
    [
        (None, None),
        (Expiry(months=12), date(2027, 3, 2)),
        (Expiry(months=12, end_of_year=True), date(2027, 12, 31)),
    ],
)
def test_the_last_day_counts_from_the_day_of_becoming_usable(expiry: Expiry | None, day: date | None) -> None:
    assert last_day(at("2026-03-02 23:59"), expiry, BERLIN) == day


def test_credit_lapses_at_the_midnight_after_its_last_day() -> None:
    assert lapses_at(date(2026, 12, 31), BERLIN) == at("2027-01-01 00:00")


# --- redemption -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "booked"), [(s, s in {State.OPEN, State.PAID}) for s in State])
def test_credit_on_an_order_counts_as_soon_as_it_is_placed(state: State, booked: bool) -> None:
    assert bool(sums(order(line(paid=700, credit=300), state=state), "")) == booked


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({"paid": 700, "credit": 300}, 300),
        ({"paid": 700, "credit": 300, "refunded": 700, "refunded_quantity": 1}, 0),
        ({"paid": 700, "credit": 301, "refunded": 350}, 151),
        # pieces without money given back keep their credit
        ({"paid": 600, "quantity": 2, "credit": 300, "refunded_quantity": 1}, 300),
        # where credit paid everything, pieces decide
        ({"paid": 0, "quantity": 3, "credit": 300, "refunded_quantity": 1}, 200),
    ],
)
def test_the_credit_of_a_line_is_kept_in_the_proportion_of_its_money(values: dict[str, Any], amount: int) -> None:
    assert sums(order(line(**values)), "") == {"": -amount}


def test_credit_is_booked_on_the_account_that_the_code_was_issued_to() -> None:
    told = order(line("1", 700, credit=300), line("2", 700, credit=200, code="GUTHABEN-B"))
    found = wanted(told, programme())
    assert {(t.key.account, t.key.kind, t.amount) for t in found} == {
        (ANNA, Kind.REDEMPTION, -300),
        (BEN, Kind.REDEMPTION, -200),
    }
    assert {t.key.account: t.why["own"] for t in found} == {ANNA: True, BEN: False}


def test_a_code_of_nobody_redeems_nothing() -> None:
    assert sums(order(line(paid=700, credit=300, code="guthaben-x")), "") == {}
