"""What a merchant should know before a programme is put in force. Pure; hints, not legal advice.

Where they come from: on short expiry BGH 28 November 2017, X ZR 42/16; on referrals § 16 Abs. 2 UWG, no. 14 of the
annex to § 3 Abs. 3 UWG, and UStAE 10.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.domain.programme import Expiry, Programme, Referral
from bridge.domain.tongue import Texts, Tongue

SAFE_MONTHS = 36
"""Expiry that is shorter asks for a typed confirmation."""


_TEXTS: Texts = {
    "expiry": (
        "Guthaben verfällt nach {months} Monaten ([expiry] months). Gerichte haben so kurze Fristen in AGB schon"
        f" verworfen; {SAFE_MONTHS} Monate oder gar kein Verfall sind sicherer. Fragen Sie Ihren Anwalt.",
        "Credit expires after {months} months ([expiry] months). Courts have struck down periods that short"
        f" in standard terms; {SAFE_MONTHS} months or no expiry at all are safer. Ask your lawyer.",
    ),
    "referral": (
        "[referral] ist neu: Guthaben fürs Empfehlen ist Lohn für eine Leistung und kein Rabatt. Es darf nur aus"
        " bezahlten Verkäufen an Kunden entstehen, nie aus Anmeldung oder Anwerbung (§ 16 Abs. 2 UWG), und wird"
        " anders versteuert als Guthaben aus Einkäufen. Fragen Sie vorher Steuerberater und Anwalt.",
        "[referral] is new: credit for recommending is pay for a service, not a discount. It must come from"
        " paid sales to customers only, never from signing up or recruiting (§ 16 Abs. 2 UWG), and is taxed"
        " otherwise than purchase credit. Ask your tax adviser and your lawyer before you switch it on.",
    ),
    "levels": (
        "[referral] hat {count} Ebenen: Je mehr Ebenen, desto genauer prüfen Gerichte, ob der Plan vom Verkauf an"
        " Außenstehende lebt. Eine Ebene und eine Obergrenze (cap_percent_of_paid) sind sicherer.",
        "[referral] has {count} levels: the more levels, the more closely courts look whether the"
        " plan lives from sales to outsiders. One level and a cap (cap_percent_of_paid) are safer.",
    ),
    "own turnover": (
        "[referral] own_turnover verlangt von Partnern zu kaufen, um zu verdienen. Eine Kaufpflicht ist ein Merkmal"
        " von Schneeballsystemen (Nr. 14 des Anhangs zu § 3 Abs. 3 UWG); nutzen Sie sie nur mit Zustimmung Ihres"
        " Anwalts.",
        "[referral] own_turnover asks partners to buy in order to earn. A duty to buy is a mark of pyramid"
        " schemes (no. 14 of the annex to § 3 Abs. 3 UWG); keep it off unless your lawyer agrees.",
    ),
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One hint. Where ``confirm`` is set, the programme is only taken once somebody has typed it."""

    sentence: str
    confirm: str = ""


def cautions(programme: Programme, before: Programme | None, language: str = "en") -> tuple[Caution, ...]:
    """The hints for a programme that follows another one, None for the first; in “de” or “en”.

    What has to be typed to confirm one is the same in both languages.
    """
    tongue = Tongue(language, programme.currency, _TEXTS)
    expiry = before.expiry if before is not None else None
    referral = before.referral if before is not None else None
    return (*_expiry(programme.expiry, expiry, tongue), *_referral(programme.referral, referral, tongue))


def _expiry(rule: Expiry | None, known: Expiry | None, tongue: Tongue) -> Iterator[Caution]:
    """What was confirmed once need not be confirmed with every version after it."""
    if rule is not None and rule.months < SAFE_MONTHS and rule != known:
        yield Caution(tongue.say("expiry", months=rule.months), confirm=f"{rule.months} months")


def _referral(rule: Referral | None, known: Referral | None, tongue: Tongue) -> Iterator[Caution]:
    if rule is None:
        return
    if known is None:
        yield Caution(tongue.say("referral"))
    if len(rule.levels) > 1 and (known is None or len(known.levels) < len(rule.levels)):
        yield Caution(tongue.say("levels", count=len(rule.levels)))
    if rule.own_turnover is not None and (known is None or known.own_turnover != rule.own_turnover):
        yield Caution(tongue.say("own turnover"))
