"""The terms answer what somebody asks who knows nothing else, and announce what will change."""

from typing import Any

import pytest

from bridge.domain.programme import Timeline, Version
from bridge.domain.terms import Terms, terms, terms_at
from tests.builders import at, programme

SPACE = "\u00a0"


def written(rules: str, language: str = "de", basics: str = "available_after_days = 0") -> str:
    return told(terms(Version(1, None, programme(rules, basics)), language=language))


def told(found: Terms) -> str:
    return found.as_text().replace(SPACE, " ")


QUESTIONS: list[Any] = [
    ("how much for which article", '[[earn]]\nid = "a"\nsku = ["A", "B"]\namount = "1.50"', "", [
        "1. Artikel mit der Artikelnummer A oder B: 1,50 € je Stück.",
        "Ein Betrag je Stück gilt in voller Höhe, auch wenn Sie mit Guthaben bezahlen.",
    ]),
    ("which rule counts",
     '[[earn]]\nid = "a"\ncategory = "x"\npercent = "5"\n[[earn]]\nid = "b"\npercent = "2"', "", [
        "1. Artikel aus der Kategorie x: 5 % vom bezahlten Preis.",
        "2. Alle Artikel: 2 % vom bezahlten Preis.",
        "Es gilt die erste Regel, die auf ihn passt",
    ]),
    ("what is always added", '[[earn]]\nid = "a"\nalso = true\ntag = "neu"\namount = "1.00"', "", [
        "Zusätzlich – Artikel mit dem Schlagwort neu: 1,00 € je Stück.", "kommt immer dazu",
    ]),
    ("which matchers together", '[[earn]]\nid = "a"\nsku = "A"\ntag = "neu"\ngroup = "vip"\npercent = "1"', "", [
        "Artikel mit der Artikelnummer A und mit dem Schlagwort neu, nur für Kunden der Gruppe vip: 1 %",
    ]),
    ("from which order value on", '[[earn]]\nid = "a"\nminimum_order = "50.00"\npercent = "2.5"', "", [
        "Alle Artikel: 2,5 % vom bezahlten Preis (ab 50,00 € Bestellwert).",
        "ausgeschlossene Artikel eingerechnet", "wird übersprungen",
    ]),
    ("what a percentage is taken of", '[[earn]]\nid = "a"\npercent = "3"', "", [
        "Preis mit Steuer nach allen Rabatten", "mit Guthaben bezahlen", "ab der Hälfte nach oben",
    ]),
    ("net", '[[earn]]\nid = "a"\npercent = "3"', 'earn_basis = "net"\navailable_after_days = 0', [
        "3 % vom bezahlten Nettopreis", "Preis ohne Steuer",
    ]),
    ("an article's own credit", '[[earn]]\nid = "a"\npercent = "3"', "", [
        "Steht beim Artikel selbst ein Guthaben, gilt dieses je Stück anstelle der ersten passenden Regel.",
    ]),
    ("when it can be used", "", "available_after_days = 14", ["14 Tage nach der Zahlung der Bestellung einlösbar"]),
    ("when at once", "", "", ["sobald die Bestellung bezahlt ist"]),
    ("how it is used", '[redeem]\nminimum = "2.00"\nmax_share_percent = "50"\nmin_payable = "5.00"', "", [
        "von selbst abgezogen", "Eingelöst wird ab 2,00 € Guthaben.",
        "höchstens 50 % vom Wert der Artikel", "Mindestens 5,00 € jeder Bestellung zahlen Sie selbst.",
    ]),
    ("what is excluded", '[[exclude]]\ncategory = "books"\n[[exclude]]\nsku = "G"\nearn = false', "", [
        "Artikel aus der Kategorie books: kein Guthaben, und Guthaben kann dafür nicht eingelöst werden.",
        "Artikel mit der Artikelnummer G: Guthaben kann dafür nicht eingelöst werden.",
    ]),
    ("a bonus for turnover",
     '[[bonus]]\nid = "q"\nkind = "turnover"\nperiod = "quarter"\nminimum = "300.00"\namount = "10.00"', "", [
         "Kaufen Sie in einem Quartal für mindestens 300,00 € ein, erhalten Sie 10,00 € Guthaben, "
         "sobald die Summe erreicht ist.",
     ]),
    ("a bonus in percent at the end",
     '[[bonus]]\nid = "y"\nkind = "turnover"\nperiod = "year"\nminimum = "1000.00"\npercent = "2"\n'
     'award = "period_end"', "", ["2 % dieses Einkaufswerts als Guthaben, wenn der Zeitraum zu Ende ist."]),
    ("a bonus for regular orders",
     '[[bonus]]\nid = "r"\nkind = "regularity"\nperiod = "month"\norders = 2\nperiods = 3\namount = "5.00"', "", [
         "Bestellen Sie in 3 Monaten nacheinander jeweils mindestens 2-mal, erhalten Sie 5,00 € Guthaben",
     ]),
    ("a membership", '[[bonus]]\nid = "m"\nkind = "membership"\nsku = ["CLUB"]\namount = "2.00"\nmonths = 12', "", [
        "Mit der Mitgliedschaft (Artikelnummer CLUB) erhalten Sie 12 Monate lang 2,00 € Guthaben im Monat",
    ]),
    ("what sponsors earn", '[referral]\nlevels = ["50", "20"]\ncap_percent_of_paid = "10"', "", [
        "Ebene 1: 50 % des Guthabens, das der Käufer für den Artikel erhält.", "Ebene 2: 20 %",
        "auf 10 % des bezahlten Preises (brutto) begrenzt", "nie für das Anmelden",
    ]),
    ("how long it lasts", "[expiry]\nmonths = 36\nend_of_year = true", "", [
        "36 Monate lang einlösen", "bis zum 31. Dezember desselben Jahres", "bleiben Ihnen noch 90 Tage",
    ]),
    ("that it never expires", "", "", ["Ihr Guthaben verfällt nicht."]),
    ("what a return does", "", "", [
        "genau das Guthaben zurückgebucht, das Sie für die zurückgegebenen Stücke erhalten haben",
        "Sie müssen nichts zahlen.",
    ]),
    ("cash", "", "", ["Guthaben ist nicht auszahlbar, nicht übertragbar und kann nicht gekauft werden."]),
    ("a budget that stops", '[budget]\nmax_percent_of_turnover = "5"\nperiod = "month"\naction = "stop"', "", [
        "Kostet das Programm in einem Monat mehr als 5 % des Umsatzes", "kein Guthaben",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "basics", "answers"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_the_terms_answer(rules: str, basics: str, answers: list[str]) -> None:
    text = written(rules, basics=basics or "available_after_days = 0")
    assert [answer for answer in answers if answer not in text] == []


@pytest.mark.parametrize(("rules", "basics", "_answers"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_both_languages_say_the_same_parts(rules: str, basics: str, _answers: list[str]) -> None:
    version = Version(1, None, programme(rules, basics or "available_after_days = 0"))
    german, english = terms(version, language="de"), terms(version, language="en")
    shapes = [[(len(s.paragraphs), len(s.items)) for s in found.sections] for found in (german, english)]
    assert shapes[0] == shapes[1]
    assert "Guthaben" not in told(english)


def test_a_warning_of_the_merchant_is_no_business_of_customers() -> None:
    assert "Budget" not in written('[budget]\nmax_percent_of_turnover = "5"\nperiod = "month"')


def test_what_changes_is_announced_with_its_day() -> None:
    now, later = programme('[[earn]]\nid = "a"\npercent = "3"'), programme('[[earn]]\nid = "a"\npercent = "2"')
    timeline = Timeline([Version(1, None, now), Version(2, at("2026-07-01 00:00"), later)])
    found = terms_at(timeline, at("2026-06-01 12:00"), "de")
    assert found is not None
    assert found.sections[-1].heading == "Was sich ab 1. Juli 2026 ändert"
    assert "Künftig: Alle Artikel: 2" in found.sections[-1].items[0]
    assert "2 % vom" not in told(Terms("", found.sections[:-1]))


def test_a_version_that_has_begun_is_no_longer_announced() -> None:
    now, later = programme('[[earn]]\nid = "a"\npercent = "3"'), programme('[[earn]]\nid = "a"\npercent = "2"')
    timeline = Timeline([Version(1, None, now), Version(2, at("2026-07-01 00:00"), later)])
    found = terms_at(timeline, at("2026-07-01 00:00"), "de")
    assert found is not None
    assert "2 % vom bezahlten Preis" in told(found)
    assert "ändert" not in told(found)
    assert "Das gilt für Bestellungen ab 1. Juli 2026." in told(found)


def test_without_a_programme_there_are_no_terms() -> None:
    assert terms_at(Timeline([]), at("2026-06-01 12:00"), "de") is None
