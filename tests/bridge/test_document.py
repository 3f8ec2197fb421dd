"""The programme document: what it means, and that every mistake is named with its line and a hint."""

from fractions import Fraction

import pytest

from bridge.domain.document import ProgrammeError, build, read
from bridge.domain.programme import Turnover
from tests.builders import programme

FULL = """\
[programme]
name = "Treue"
currency = "EUR"
timezone = "Europe/Vienna"
available_after_days = 14
earn_basis = "net"

[[earn]]
id = "shirts"
sku = "TEE"
category = ["shirts", "sale"]
minimum_order = "20.00"
amount = "1.50"

[[earn]]
id = "all"
percent = "2.5"
also = true

[[bonus]]
id = "spring"
kind = "turnover"
period = "half_year"
minimum = "100.00"
percent = "5"

[referral]
levels = ["20", "5"]
cap_percent_of_paid = "10"
own_turnover = { period = "month", minimum = "50.00" }

[expiry]
months = 24

[[exclude]]
tag = "book"
use = false
"""


def test_a_document_becomes_rules() -> None:
    rules = read(FULL)
    shirts, everything = rules.earn
    assert (shirts.sku, shirts.category, shirts.amount, shirts.minimum_order) == (
        ("TEE",),
        ("shirts", "sale"),
        150,
        2000,
    )
    assert (everything.percent, everything.also) == (Fraction(1, 40), True)
    assert isinstance(rules.bonus[0], Turnover)
    assert rules.referral is not None
    assert rules.referral.levels == (Fraction(1, 5), Fraction(1, 20))
    assert (rules.zone.key, rules.reads_catalogue, rules.reads_groups) == ("Europe/Vienna", True, False)


def test_what_is_left_out_has_its_default() -> None:
    rules = programme(basics="")
    assert (rules.programme.available_after_days, rules.programme.earn_basis) == (14, "gross")
    assert (rules.redeem.automatic, rules.redeem.guests, rules.redeem.open_orders) == (True, False, False)
    assert rules.expiry is None


EARN = '[[earn]]\nid = "a"\n'
BONUS = '[[bonus]]\nid = "a"\n'

REFUSED = [
    # under [programme], which stands on line 1; the currency stands on line 2
    ("", "available_after_days = -1", 3, "programme.available_after_days", "greater than or equal to 0"),
    ("", 'available_after_days = "14"', 3, "programme.available_after_days", "integer"),
    ("", 'earn_basis = "brutto"', 3, "programme.earn_basis", "'gross' or 'net'"),
    ("", 'timezone = "Berlin"', 3, "programme.timezone", "like “Europe/Berlin”"),
    ("", 'curency = "EUR"', 3, "programme.curency", "did you mean “currency”"),
    # tables, which begin on line 5
    ("[erning]", "", 5, "erning", "did you mean “earn”"),
    (EARN + 'percnt = "3"', "", 7, "earn[1].percnt", "did you mean “percent”"),
    (EARN + "percent = 3", "", 7, "earn[1].percent", "write it in quotes"),
    (EARN + 'percent = "101"', "", 7, "earn[1].percent", "outside 0 to 100"),
    (EARN + 'percent = "-1"', "", 7, "earn[1].percent", "outside 0 to 100"),
    (EARN + 'percent = "3 %"', "", 7, "earn[1].percent", "like “2.5”"),
    (EARN + 'percent = "NaN"', "", 7, "earn[1].percent", "like “2.5”"),
    (EARN + "amount = 1.5", "", 7, "earn[1].amount", "write it in quotes"),
    (EARN + 'amount = "1,50"', "", 7, "earn[1].amount", "like “1.50”"),
    (EARN + 'amount = "1.505"', "", 7, "earn[1].amount", "more places than EUR"),
    (EARN + 'amount = "-1.50"', "", 7, "earn[1].amount", "cannot be negative"),
    (EARN, "", 5, "earn[1]", "either amount or percent"),
    (EARN + 'amount = "1.00"\npercent = "3"', "", 5, "earn[1]", "either amount or percent"),
    (EARN + 'percent = "3"\nalso = "yes"', "", 8, "earn[1].also", "boolean"),
    (EARN + 'percent = "3"\nsku = 7', "", 8, "earn[1].sku", "tuple"),
    ('[[earn]]\npercent = "3"', "", 5, "earn[1].id", "missing"),
    ('[[earn]]\nid = "a b"\npercent = "3"', "", 6, "earn[1].id", "match pattern"),
    ('[[earn]]\nid = "article"\npercent = "3"', "", 5, "earn[1]", "kept for the credit typed on the article"),
    (EARN + 'percent = "3"\n' + EARN + 'percent = "4"', "", 0, "document", "names two [[earn]] rules"),
    (EARN + 'percent = "3"\n[[earn]]\nid = "b"\npercnt = "3"', "", 10, "earn[2].percnt", "did you mean"),
    (BONUS + 'kind = "turnovr"', "", 7, "bonus[1].kind", "turnovr"),
    (BONUS + 'kind = "turnover"\nperiod = "week"\nminimum = "1"\namount = "1"', "", 8, "bonus[1].period", "month"),
    (BONUS + 'kind = "turnover"\nperiod = "month"\nminimum = "1"', "", 5, "bonus[1]", "either amount or percent"),
    (BONUS + 'kind = "first_order"', "", 5, "bonus[1].amount", "missing"),
    (BONUS + 'kind = "first_order"\namount = "1"\nmonths = 3', "", 9, "bonus[1].months", "not known for this kind"),
    (
        BONUS + 'kind = "regularity"\nperiod = "month"\norders = 0\nperiods = 1\namount = "1"',
        "", 9, "bonus[1].orders", "greater than or equal to 1",
    ),
    (BONUS + 'kind = "membership"\nsku = "C"\namount = "1"\nmonths = 121', "", 10, "bonus[1].months", "120"),
    ("[referral]\nlevels = []", "", 6, "referral.levels", "at least 1"),
    ('[referral]\nlevels = ["20", "120"]', "", 6, "referral.levels[2]", "outside 0 to 100"),
    (
        '[referral]\nlevels = ["20"]\nown_turnover = { period = "month", minium = "5" }',
        "", 7, "referral.own_turnover.minium", "did you mean “minimum”",
    ),
    ('[redeem]\nautomatic = "yes"', "", 6, "redeem.automatic", "boolean"),
    ("[expiry]\nmonths = 0", "", 6, "expiry.months", "greater than or equal to 1"),
    ("[expiry]\nmonths = 1.5", "", 6, "expiry.months", "integer"),
    ("[[exclude]]\nuse = false", "", 5, "exclude[1]", "at least one of sku"),
    (
        '[budget]\nmax_percent_of_turnover = "5"\nperiod = "month"\naction = "panic"',
        "", 8, "budget.action", "'warn' or 'stop'",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "basics", "line", "where", "hint"), REFUSED)
def test_a_mistake_is_named_with_its_line_and_a_hint(
    rules: str, basics: str, line: int, where: str, hint: str
) -> None:
    with pytest.raises(ProgrammeError) as refused:
        read(f'[programme]\ncurrency = "EUR"\n{basics}\n\n{rules}')
    found = {problem.where: problem for problem in refused.value.problems}
    assert where in found, str(refused.value)
    assert found[where].line == line
    assert hint in found[where].sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "programme: the table [programme] is missing"),
        ("programme = 3", "the table [programme] is missing"),
        ("[programme]\nname = 'x'", "line 1, programme.currency: “None” is not a currency"),
        ('[programme]\ncurrency = "EURO"', "line 2, programme.currency: “EURO” is not a currency"),
        ("[programme]\ncurrency = 7", "line 2, programme.currency: “7” is not a currency"),
        ("[programme]\ncurrency\n[expiry]", "line 2, document: this is not valid TOML"),
    ],
)
def test_a_document_without_its_beginning_is_refused(text: str, said: str) -> None:
    with pytest.raises(ProgrammeError) as refused:
        read(text)
    assert said in str(refused.value)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(ProgrammeError) as refused:
        read('[programme]\ncurrency = "EUR"\n[expiry]\nmonths = 0\n[[earn]]\nid = "a"\npercent = 3\n')
    assert [problem.line for problem in refused.value.problems] == [7, 4]


def test_a_parsed_document_without_its_text_names_no_lines() -> None:
    with pytest.raises(ProgrammeError) as refused:
        build({"programme": {"currency": "EUR"}, "expiry": {"months": 0}})
    assert str(refused.value).startswith("expiry.months: ")
