"""Why: every explanation that the ledger writes is a sentence in German and in English."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.why import RENDERERS, sentence

BRIDGE = Path(__file__).parents[2] / "bridge"
ROOMS = ("domain", "storage", "services")
UNKNOWN = {"de": "Buchung ohne nähere Angabe", "en": "Entry without further details"}

PIECES = {"what": "pieces", "article": "T-Shirt Rot", "pieces": 2, "each": 150, "amount": 300, "returned": 0}
ONE_BACK = {**PIECES, "pieces": 1, "amount": 150, "returned": 1}
PERCENT = {"what": "percent", "article": "Hose", "percent": "2.5", "of": 999, "basis": "gross", "amount": 25}
LEVEL = {"what": "level", "level": 2, "percent": "20", "of": 600, "uncapped": 120, "amount": 120}
USED = {"what": "redemption", "own": True, "number": "1002"}
USED_BY_OTHERS = {"what": "redemption", "own": False, "number": "1002"}
TURNOVER = {"what": "turnover", "period": "2026-Q1", "span": "quarter", "minimum": 10000, "turnover": 12000}
EXPIRED = {"what": "expiry", "amount": 200}


def difference(now: Mapping[str, Any], delta: int) -> dict[str, Any]:
    return {"what": "difference", "delta": delta, "now": now}


SAID = [
    (PIECES, "2 × T-Shirt Rot × 1,50 € = 3,00 €", "2 × T-Shirt Rot × €1.50 = €3.00"),
    ({**PIECES, "article": ""}, "2 × Artikel × 1,50 € = 3,00 €", "2 × Article × €1.50 = €3.00"),
    (
        {**PIECES, "amount": 225},
        "2 × T-Shirt Rot × 1,50 €, im Verhältnis zum Bezahlten 2,25 €",
        "2 × T-Shirt Rot × €1.50, in proportion to what was paid €2.25",
    ),
    (
        difference(ONE_BACK, -150),
        "T-Shirt Rot, 1 Stück zurückgegeben: −1,50 €",
        "T-Shirt Rot, 1 returned: −€1.50",
    ),
    (
        difference({**ONE_BACK, "amount": 120}, -180),
        "Neu berechnet, 1 Stück zurückgegeben: 1 × T-Shirt Rot × 1,50 €, im Verhältnis zum Bezahlten 1,20 €; "
        "Unterschied −1,80 €",
        "Calculated anew, 1 returned: 1 × T-Shirt Rot × €1.50, in proportion to what was paid €1.20; "
        "difference −€1.80",
    ),
    (difference(PIECES, 300), "2 × T-Shirt Rot × 1,50 € = 3,00 €", "2 × T-Shirt Rot × €1.50 = €3.00"),
    (PERCENT, "Hose: 2,5 % von 9,99 € = 0,25 €", "Hose: 2.5% of €9.99 = €0.25"),
    ({**PERCENT, "basis": "net"}, "Hose: 2,5 % von 9,99 € netto = 0,25 €", "Hose: 2.5% of €9.99 net = €0.25"),
    (
        difference(PERCENT, -10),
        "Neu berechnet: Hose: 2,5 % von 9,99 € = 0,25 €; Unterschied −0,10 €",
        "Calculated anew: Hose: 2.5% of €9.99 = €0.25; difference −€0.10",
    ),
    (
        difference({**PERCENT, "returned": 1}, -25),
        "Neu berechnet, 1 Stück zurückgegeben: Hose: 2,5 % von 9,99 € = 0,25 €; Unterschied −0,25 €",
        "Calculated anew, 1 returned: Hose: 2.5% of €9.99 = €0.25; difference −€0.25",
    ),
    (LEVEL, "Empfehlung, Ebene 2: 20 % von 6,00 € = 1,20 €", "Referral, level 2: 20% of €6.00 = €1.20"),
    (
        {**LEVEL, "amount": 90},
        "Empfehlung, Ebene 2: 20 % von 6,00 € = 1,20 €, begrenzt auf 0,90 €",
        "Referral, level 2: 20% of €6.00 = €1.20, capped at €0.90",
    ),
    (
        {**LEVEL, "uncapped": 0, "amount": 1},
        "Empfehlung, Ebene 2: 20 % von 6,00 € = 0,00 €, gerundet auf 0,01 €",
        "Referral, level 2: 20% of €6.00 = €0.00, rounded to €0.01",
    ),
    (
        difference({**PERCENT, "of": 0, "amount": 0}, -25),
        "Hose erstattet, zurückgebucht: −0,25 €",
        "Hose refunded, taken back: −€0.25",
    ),
    (USED, "In Bestellung 1002 verrechnet", "Counted in order 1002"),
    (difference(USED, -100), "In Bestellung 1002 verrechnet", "Counted in order 1002"),
    (difference(USED, 750), "Guthaben aus Bestellung 1002 zurück: 7,50 €", "Credit back from order 1002: €7.50"),
    (
        {**TURNOVER, "percent": "5", "amount": 600},
        "Umsatzbonus 1. Quartal 2026: 5 % von 120,00 € Einkaufswert = 6,00 €",
        "Turnover bonus 1st quarter 2026: 5% of €120.00 of purchases = €6.00",
    ),
    (
        {**TURNOVER, "period": "2026-H2", "percent": "", "amount": 600},
        "Umsatzbonus 2. Halbjahr 2026: 6,00 € ab 100,00 € Einkaufswert",
        "Turnover bonus half-year 2 of 2026: €6.00 from €100.00 of purchases on",
    ),
    (
        {"what": "regularity", "orders": 2, "periods": 3, "span": "month", "period": "2026-03", "amount": 500},
        "Treuebonus: bis März 2026 in 3 Monaten nacheinander jeweils mindestens 2-mal bestellt, 5,00 €",
        "Loyalty bonus: ordered at least 2 × in each of 3 consecutive months up to March 2026, €5.00",
    ),
    (
        {"what": "regularity", "orders": 9, "periods": 1, "span": "year", "period": "2026", "amount": 500},
        "Treuebonus: bis 2026 in 1 Jahr jeweils mindestens 9-mal bestellt, 5,00 €",
        "Loyalty bonus: ordered at least 9 × in each of 1 year up to 2026, €5.00",
    ),
    (
        {"what": "first_order", "amount": 500},
        "Bonus für die erste Bestellung: 5,00 €",
        "Bonus for the first order: €5.00",
    ),
    (
        {"what": "membership", "month": "2026-03", "amount": 500},
        "Mitgliedschaft, März 2026: 5,00 €",
        "Membership, March 2026: €5.00",
    ),
    (EXPIRED, "Verfallen: 2,00 € nicht rechtzeitig eingelöst", "Expired: €2.00 not redeemed in time"),
    (
        difference(EXPIRED, 300),
        "Verfall zum Teil zurückgenommen: 3,00 €",
        "Expiry partly taken back: €3.00",
    ),
    ({"what": "opening", "amount": 1000}, "Übernommenes Guthaben: 10,00 €", "Credit taken over: €10.00"),
    ({"what": "adjustment", "amount": -150}, "Korrektur: −1,50 €", "Adjustment: −€1.50"),
    ({"what": "transfer", "kind": "opening"}, "Vom Gastkonto übernommen", "Taken over from the guest account"),
    ({"what": "dates"}, "Nur die Fristen ändern sich", "Only the dates change"),
    (
        {"what": "undone"},
        "Zurückgebucht: Der Grund für diese Buchung ist entfallen",
        "Taken back: the reason for this entry no longer applies",
    ),
    ({"what": "undone", "kind": "expiry"}, "Verfall zurückgenommen", "Expiry taken back"),
]


@pytest.mark.parametrize(("why", "german", "english"), SAID)
def test_an_explanation_reads(why: dict[str, Any], german: str, english: str) -> None:
    assert sentence(why, "de", "EUR").replace("\u00a0", " ") == german
    assert sentence(why, "en", "EUR") == english


@pytest.mark.parametrize("why", [USED_BY_OTHERS, difference(USED_BY_OTHERS, 750), difference(USED_BY_OTHERS, -1)])
@pytest.mark.parametrize("language", ["de", "en"])
def test_an_order_of_somebody_else_is_not_named(why: dict[str, Any], language: str) -> None:
    said = sentence(why, language, "EUR")
    assert "Code" in said or "code" in said
    assert "1002" not in said


def test_amounts_have_the_decimals_of_their_currency() -> None:
    assert sentence({"what": "expiry", "amount": 1500}, "en", "JPY") == "Expired: ¥1,500 not redeemed in time"


def test_a_reason_is_appended() -> None:
    said = sentence({"what": "adjustment", "amount": 500}, "de", "EUR", "Kulanz")
    assert said == "Korrektur: 5,00\u00a0€ – Kulanz"


STRANGE: list[dict[str, Any]] = [
    {},
    {"what": "wonder"},
    {"what": ["pieces"]},
    {"what": "pieces"},
    {"what": "percent", "percent": "x"},
    {"what": "membership", "month": "2026-13", "amount": 1},
    {"what": "membership", "month": 3, "amount": 1},
    {"what": "difference", "delta": 1, "now": 7},
]


@pytest.mark.parametrize("why", STRANGE)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_shape_that_is_not_known_is_a_plain_sentence(why: dict[str, Any], language: str) -> None:
    assert sentence(why, language, "EUR") == UNKNOWN[language]


# --- nothing is forgotten ---------------------------------------------------------------------------


def written() -> Iterator[str]:
    """The name of every explanation that entries are given, from the syntax trees."""
    for path in (path for room in ROOMS for path in (BRIDGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "what":
                        assert isinstance(value, ast.Constant), f"{path}:{node.lineno} hides what it explains"
                        yield str(value.value)


def test_every_explanation_that_is_written_can_be_said() -> None:
    assert set(written()) == set(RENDERERS)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_explanation_that_can_be_said_is_tried_here(language: str) -> None:
    tried = {why["what"] for why, _, _ in SAID if sentence(why, language, "EUR") != UNKNOWN[language]}
    assert tried == set(RENDERERS)
