"""Comparing two programmes: what changes, for whom, in sentences."""

import pytest

from bridge.domain.compare import compare
from tests.builders import programme

TEE = '[[earn]]\nid = "tee"\nsku = ["TEE"]\namount = "1.50"\n'
REST = '[[earn]]\nid = "rest"\npercent = "3"\n'
FIRM = '[[earn]]\nid = "firm"\ngroup = ["business"]\npercent = "1"\n'


def said(before: str, after: str, language: str = "de") -> list[str]:
    found = compare(programme(before), programme(after), language)
    return [f"{d.whom} – {d.sentence}" for d in found]


def test_programmes_that_say_the_same_differ_in_nothing() -> None:
    assert said(TEE + REST, TEE + REST) == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (REST, REST.replace('"3"', '"2.5"'),
         "All customers – Until now: All articles: 3% of the price paid. "
         "From then on: All articles: 2.5% of the price paid."),
        (TEE + REST, REST,
         "All customers – No longer: Articles with the article number TEE: €1.50 per piece."),
        (REST, TEE + REST,
         "All customers – New, as rule 1 of 2: Articles with the article number TEE: €1.50 per piece."),
        (TEE + REST, REST + TEE,
         "All customers – The order of the rules changes: rest, tee. The first one that fits counts."),
        (REST, FIRM + REST,
         "Customers of the group business – New, as rule 1 of 2: All articles, only for customers of the group "
         "business: 1% of the price paid."),
        ("", "[expiry]\nmonths = 36\n",
         "All customers – Until now: Your credit does not expire. From then on: You can redeem your credit for "
         "36 months from the day on which it becomes available."),
        ("", '[referral]\nlevels = ["10"]\n',
         "Partners – New: Level 1: 10% of the credit that the buyer earns for the article."),
        ('[referral]\nlevels = ["10"]\ncap_percent_of_paid = "5"\n', '[referral]\nlevels = ["10"]\n',
         "Partners – No longer: All levels together are capped at 5% of the price paid (gross) and are lowered in "
         "proportion."),
        ("", '[redeem]\nmin_payable = "5.00"\n',
         "All customers – New: At least €5.00 of every order remains for you to pay."),
        ("", '[[exclude]]\ncategory = ["books"]\n',
         "All customers – New: Articles of the category books: no credit is earned, and none can be used."),
        ("", '[budget]\nmax_percent_of_turnover = "5"\nperiod = "month"\n',
         "The merchant – Until now: no budget. From then on: If the programme costs more than 5% of the turnover "
         "in a month, the merchant is warned; nothing changes for customers."),
        ('[[bonus]]\nid = "b"\nkind = "first_order"\namount = "5.00"\n', "",
         "All customers – No longer: For your first paid order you earn €5.00 of credit."),
    ],
)  # fmt: skip
def test_what_changes_is_said_with_those_for_whom(before: str, after: str, sentence: str) -> None:
    assert said(before, after, "en") == [sentence]


def test_a_rule_for_a_group_that_becomes_one_for_all_concerns_everybody() -> None:
    found = compare(programme(FIRM), programme(FIRM.replace('group = ["business"]\n', "")), "en")
    assert [d.whom for d in found] == ["All customers"]


def test_a_level_that_changes_leaves_the_other_levels_unsaid() -> None:
    found = said('[referral]\nlevels = ["10", "5"]\n', '[referral]\nlevels = ["10", "4"]\n')
    assert len(found) == 2
    assert "Ebene 1" not in " ".join(found)


def test_the_basics_are_compared_too() -> None:
    before = programme(basics='available_after_days = 0\nearn_basis = "gross"\nname = "Bonus"')
    after = programme(basics='available_after_days = 14\nearn_basis = "net"\nname = "Rabatt"')
    found = [d.sentence for d in compare(before, after, "en")]
    assert len(found) == 3
    assert "14 days after the order was paid" in found[1]
    assert "without tax" in found[2]
