"""Explaining an order: what each line earned by which rule, and for everything else why not."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.domain.earning import Facts, targets
from bridge.domain.explain import Explanation, Reason, explain
from bridge.domain.explained import Explainer
from bridge.domain.levels import Sponsor
from bridge.domain.orders import Line, Order, State
from bridge.domain.programme import Version
from bridge.domain.targets import Kind
from bridge.errors import NotFound
from bridge.services.explain import explain_order
from bridge.services.scenario.run import Teller
from bridge.services.scenario.story import read
from tests.builders import line, order, programme

RULES = """
[[exclude]]
category = ["books"]
[[earn]]
id = "tee"
sku = ["TEE"]
amount = "1.50"
[[earn]]
id = "big"
minimum_order = "500.00"
percent = "5"
[[earn]]
id = "rest"
percent = "3"
[[earn]]
id = "extra"
also = true
tag = "new"
amount = "0.50"
"""


def facts(rules: str = RULES, **values: Any) -> Facts:
    return Facts(**{"buyer": 1, "version": Version(1, None, programme(rules)), "prefix": "shop:1"} | values)


def of(*lines: Line, rules: str = RULES, **values: Any) -> Explanation:
    return explain(order(*lines), facts(rules, **values))


def reasons(found: Explanation) -> dict[str, str]:
    return {rule.rule: rule.reason or str(rule.amount) for rule in found.lines[0].rules}


def test_each_rule_says_what_it_gave_or_why_not() -> None:
    found = of(line(paid=2000, quantity=2))
    assert reasons(found) == {
        "tee": "300",
        "big": Reason.MINIMUM,
        "rest": Reason.LATER,
        "extra": Reason.NOT_MEANT,
    }
    assert (found.lines[0].amount, found.lines[0].reason) == (300, None)


def test_the_order_value_that_was_needed_is_said_with_what_it_was() -> None:
    (_, minimum, *_) = of(line(paid=2000)).lines[0].rules
    assert (minimum.needed, minimum.reached) == (50000, 2000)


def test_the_credit_typed_on_an_article_comes_before_the_rules() -> None:
    item = line(paid=2000)
    typed = replace(item, article=replace(item.article, credit=70))
    assert reasons(of(typed)) == {
        "article": "70",
        "tee": Reason.LATER,
        "big": Reason.MINIMUM,
        "rest": Reason.LATER,
        "extra": Reason.NOT_MEANT,
    }


def test_an_excluded_article_names_the_rule_that_excludes_it() -> None:
    found = of(line(categories=("books",))).lines[0]
    assert (found.reason, found.exclusion, found.rules) == (Reason.EXCLUDED, 1, ())
    words = Explainer("en", "EUR", programme(RULES))
    assert words.line(found) == (
        "Excluded by rule 1: Articles of the category books: no credit is earned, and none can be used."
    )


def test_a_line_that_was_given_back_entirely_says_so() -> None:
    found = of(line(paid=2000, refunded=2000, refunded_quantity=1)).lines[0]
    assert (found.amount, found.reason) == (0, Reason.RETURNED)


def test_a_line_that_no_rule_fits_says_so() -> None:
    found = of(line(), rules='[[earn]]\nid = "mug"\nsku = "MUG"\namount = "1.00"').lines[0]
    assert (found.amount, found.reason) == (0, Reason.NO_RULE)


def test_a_share_of_less_than_half_a_cent_is_said_to_be_rounded() -> None:
    found = of(line(paid=10), rules='[[earn]]\nid = "all"\npercent = "3"')
    assert reasons(found) == {"all": Reason.ROUNDED}


@pytest.mark.parametrize(
    ("change", "known", "reason"),
    [
        ({"test": True}, {}, Reason.TEST),
        ({"state": State.OPEN}, {}, Reason.OPEN),
        ({"state": State.CANCELLED}, {}, Reason.CANCELLED),
        ({"state": State.FAILED}, {}, Reason.FAILED),
        ({"state": State.GONE}, {}, Reason.GONE),
        ({}, {"buyer": 0, "employee": True}, Reason.NOBODY),
        ({}, {"employee": True}, Reason.EMPLOYEE),
        ({}, {"stopped": True}, Reason.STOPPED),
    ],
)
def test_an_order_that_earns_nothing_says_why(
    change: dict[str, Any], known: dict[str, Any], reason: Reason
) -> None:
    told = replace(order(line()), **change)
    found = explain(told, facts(**known))
    assert (found.reason, found.lines[0].reason, found.lines[0].amount) == (reason, reason, 0)
    assert Explainer("de", "EUR", None).whole(found) != ""
    assert [t for t in targets(told, facts(**known)) if t.key.kind is Kind.ACCRUAL] == []


def test_an_order_from_before_the_first_version_says_so() -> None:
    found = explain(order(line()), None)
    assert (found.reason, found.version) == (Reason.BEFORE, None)


def test_sponsors_say_whether_they_were_capped_or_do_not_qualify() -> None:
    rules = RULES + '[referral]\nlevels = ["50", "20"]\ncap_percent_of_paid = "5"\n'
    upline = (Sponsor(2, True), Sponsor(3, False))
    found = of(line(paid=1000), rules=rules, upline=upline).lines[0].sponsors
    assert [(s.account, s.level, s.amount, s.reason) for s in found] == [
        (2, 1, 50, Reason.CAPPED),
        (3, 0, 0, Reason.UNQUALIFIED),
    ]


def test_what_is_explained_is_what_is_booked() -> None:
    rules = RULES + '[referral]\nlevels = ["50", "20"]\n'
    told: Order = order(
        line("1", 3000, 2), line("2", 99, sku="MUG", tags=("new",)), line("3", 500, categories=("books",))
    )
    known = facts(rules, upline=(Sponsor(2, True), Sponsor(3, True)))
    found = explain(told, known)
    earned = {Kind.ACCRUAL: 0, Kind.REFERRAL: 0}
    for target in targets(told, known):
        earned[target.key.kind] += target.amount
    assert earned[Kind.ACCRUAL] == sum(item.amount for item in found.lines)
    assert earned[Kind.REFERRAL] == sum(s.amount for item in found.lines for s in item.sponsors)


STORY = """
[programme]
currency = "EUR"
available_after_days = 0
[[earn]]
id = "all"
percent = "10"
[referral]
levels = ["50"]
[people.ada]
[people.bea]
sponsor = "ada"
[[event]]
at = 2026-03-02T10:00:00+01:00
order = { id = "1001", customer = "bea", state = "paid", lines = [{ id = "1", sku = "TEE", paid = "20.00" }] }
"""


def test_a_stored_order_is_explained_by_its_number() -> None:
    teller = Teller(read(STORY))
    list(teller.tell())
    (found,) = [item.as_json() for item in explain_order(teller.runtime, teller.shop_id, "1001", "en")]
    with pytest.raises(NotFound, match="1002"):
        explain_order(teller.runtime, teller.shop_id, "1002")
    teller.close()
    assert (found["earned"], found["version"], found["reason"]) == ("2.00", 1, None)
    (only,) = found["lines"]
    assert only["rules"][0]["sentence"] == "all: TEE: 10% of €20.00 = €2.00"
    assert only["sponsors"][0]["sentence"].endswith("Referral, level 1: 50% of €2.00 = €1.00")
