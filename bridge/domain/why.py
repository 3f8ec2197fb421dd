"""Why an entry is what it is: its structured explanation as one sentence, in German or English. Pure.

What stands in an explanation is decided where it is made (``earning``, ``bonus``, ``targets``); here it is only
put into words. Amounts are minor units.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from bridge.domain.money import decimals
from bridge.domain.targets import Why

_TEXTS: Mapping[str, tuple[str, str]] = {
    "pieces": ("{pieces} × {article} × {each} = {amount}",) * 2,
    "pieces, lowered": (
        "{pieces} × {article} × {each}, im Verhältnis zum Bezahlten {amount}",
        "{pieces} × {article} × {each}, in proportion to what was paid {amount}",
    ),
    "percent": ("{article}: {percent} von {of} = {amount}", "{article}: {percent} of {of} = {amount}"),
    "percent, net": (
        "{article}: {percent} von {of} netto = {amount}",
        "{article}: {percent} of {of} net = {amount}",
    ),
    "level": (
        "Empfehlung, Ebene {level}: {percent} von {of} = {uncapped}",
        "Referral, level {level}: {percent} of {of} = {uncapped}",
    ),
    "capped": (", begrenzt auf {amount}", ", capped at {amount}"),
    "rounded": (", gerundet auf {amount}", ", rounded to {amount}"),
    "redemption": ("In Bestellung {number} verrechnet", "Counted in order {number}"),
    "redemption, by somebody else": (
        "Mit Ihrem Code in einer Bestellung verrechnet",
        "Counted in an order with your code",
    ),
    "turnover": (
        "Umsatzbonus {period}: {amount} ab {minimum} Einkaufswert",
        "Turnover bonus {period}: {amount} from {minimum} of purchases on",
    ),
    "turnover, percent": (
        "Umsatzbonus {period}: {percent} von {turnover} Einkaufswert = {amount}",
        "Turnover bonus {period}: {percent} of {turnover} of purchases = {amount}",
    ),
    "regularity": (
        "Treuebonus: bis {period} in {periods} {spans} jeweils mindestens {orders}-mal bestellt, {amount}",
        "Loyalty bonus: ordered at least {orders} × in each of {periods} {spans} up to {period}, {amount}",
    ),
    "first_order": ("Bonus für die erste Bestellung: {amount}", "Bonus for the first order: {amount}"),
    "membership": ("Mitgliedschaft, {month}: {amount}", "Membership, {month}: {amount}"),
    "expiry": ("Verfallen: {amount} nicht rechtzeitig eingelöst", "Expired: {amount} not redeemed in time"),
    "adjustment": ("Korrektur: {amount}", "Adjustment: {amount}"),
    "opening": ("Übernommenes Guthaben: {amount}", "Credit taken over: {amount}"),
    "transfer": ("Vom Gastkonto übernommen", "Taken over from the guest account"),
    "dates": ("Nur die Fristen ändern sich", "Only the dates change"),
    "returned": (
        "{article}, {pieces} Stück zurückgegeben: {delta}",
        "{article}, {pieces} returned: {delta}",
    ),
    "given back": ("Guthaben aus Bestellung {number} zurück: {delta}", "Credit back from order {number}: {delta}"),
    "given back, by somebody else": (
        "Mit Ihrem Code verrechnetes Guthaben zurück: {delta}",
        "Credit that was counted with your code is back: {delta}",
    ),
    "expired less": ("Verfall zum Teil zurückgenommen: {delta}", "Expiry partly taken back: {delta}"),
    "difference": ("Neu berechnet: {now}; Unterschied {delta}", "Calculated anew: {now}; difference {delta}"),
    "undone": (
        "Zurückgebucht: Der Grund für diese Buchung ist entfallen",
        "Taken back: the reason for this entry no longer applies",
    ),
    "undone accrual": (
        "Zurückgebucht: Die Position zählt nicht mehr",
        "Taken back: the order line no longer counts",
    ),
    "undone referral": (
        "Empfehlung zurückgebucht: Die Bestellung zählt nicht mehr",
        "Referral taken back: the order no longer counts",
    ),
    "undone bonus": (
        "Bonus zurückgebucht: Die Bedingung ist nicht mehr erfüllt",
        "Bonus taken back: its condition is no longer met",
    ),
    "undone redemption": (
        "Guthaben zurück: In der Bestellung wird es nicht mehr verrechnet",
        "Credit back: it is no longer counted in the order",
    ),
    "undone expiry": ("Verfall zurückgenommen", "Expiry taken back"),
    "article": ("Artikel", "Article"),
    "half_year": ("{number}. Halbjahr {year}", "half-year {number} of {year}"),
    "month, one": ("Monat", "month"),
    "month, many": ("Monaten nacheinander", "consecutive months"),
    "quarter, one": ("Quartal", "quarter"),
    "quarter, many": ("Quartalen nacheinander", "consecutive quarters"),
    "half_year, one": ("Halbjahr", "half-year"),
    "half_year, many": ("Halbjahren nacheinander", "consecutive half-years"),
    "year, one": ("Jahr", "year"),
    "year, many": ("Jahren nacheinander", "consecutive years"),
    "unknown": ("Buchung ohne nähere Angabe", "Entry without further details"),
}
"""Every wording, German and English side by side. The words are those of the glossary."""


class _Tongue:
    """One language and one currency: how texts, amounts and periods are said."""

    def __init__(self, language: str, currency: str) -> None:
        self.language = "en" if language == "en" else "de"
        self.currency = currency

    def say(self, name: str, **values: object) -> str:
        return _TEXTS[name][self.language == "en"].format(**values)

    def money(self, amount: int) -> str:
        value = Decimal(amount).scaleb(-decimals(self.currency))
        # Babel writes the hyphen of a keyboard; beside figures stands a minus.
        return format_currency(value, self.currency, locale=self.language).replace("-", "−")

    def percent(self, text: str) -> str:
        space = "\u00a0" if self.language == "de" else ""
        return f"{format_decimal(Decimal(text), locale=self.language, decimal_quantization=False)}{space}%"

    def article(self, why: Why) -> str:
        return why["article"] or self.say("article")

    def period(self, label: str) -> str:
        """``2026-03``, ``2026-Q1``, ``2026-H1`` or ``2026`` in words."""
        year, _, part = label.partition("-")
        if part.startswith("H"):
            return self.say("half_year", number=part[1:], year=year)
        if part.startswith("Q"):
            return format_date(date(int(year), int(part[1:]) * 3, 1), "QQQQ yyyy", locale=self.language)
        if part:
            return format_date(date(int(year), int(part), 1), "LLLL yyyy", locale=self.language)
        return year

    def spans(self, span: str, count: int) -> str:
        return self.say(f"{span}, {'one' if count == 1 else 'many'}")


def sentence(why: Why, language: str, currency: str, reason: str = "") -> str:
    """The explanation as one sentence, in “en” or else in “de”.

    ``reason`` is the erasable text of the entry, if it has one. An explanation of a shape that is not known,
    as a later version may have written it, becomes a neutral sentence: the entry is right whatever is said.
    """
    said = _said(why, _Tongue(language, currency))
    return f"{said} – {reason}" if reason else said


def _said(why: Why, tongue: _Tongue) -> str:
    try:
        return RENDERERS[why["what"]](why, tongue)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return tongue.say("unknown")


def _pieces(why: Why, tongue: _Tongue) -> str:
    name = "pieces" if why["pieces"] * why["each"] == why["amount"] else "pieces, lowered"
    each, amount = tongue.money(why["each"]), tongue.money(why["amount"])
    return tongue.say(name, pieces=why["pieces"], article=tongue.article(why), each=each, amount=amount)


def _percent(why: Why, tongue: _Tongue) -> str:
    return tongue.say(
        "percent, net" if why["basis"] == "net" else "percent",
        article=tongue.article(why),
        percent=tongue.percent(why["percent"]),
        of=tongue.money(why["of"]),
        amount=tongue.money(why["amount"]),
    )


def _level(why: Why, tongue: _Tongue) -> str:
    said = tongue.say(
        "level",
        level=why["level"],
        percent=tongue.percent(why["percent"]),
        of=tongue.money(why["of"]),
        uncapped=tongue.money(why["uncapped"]),
    )
    if why["amount"] == why["uncapped"]:
        return said
    bound = "capped" if why["amount"] < why["uncapped"] else "rounded"
    return said + tongue.say(bound, amount=tongue.money(why["amount"]))


def _redemption(why: Why, tongue: _Tongue) -> str:
    """Somebody else's order number is nobody's business but theirs."""
    if not why["own"]:
        return tongue.say("redemption, by somebody else")
    return tongue.say("redemption", number=why["number"])


def _turnover(why: Why, tongue: _Tongue) -> str:
    period, amount = tongue.period(why["period"]), tongue.money(why["amount"])
    if not why["percent"]:
        return tongue.say("turnover", period=period, amount=amount, minimum=tongue.money(why["minimum"]))
    percent, turnover = tongue.percent(why["percent"]), tongue.money(why["turnover"])
    return tongue.say("turnover, percent", period=period, percent=percent, turnover=turnover, amount=amount)


def _regularity(why: Why, tongue: _Tongue) -> str:
    return tongue.say(
        "regularity",
        period=tongue.period(why["period"]),
        periods=why["periods"],
        spans=tongue.spans(why["span"], why["periods"]),
        orders=why["orders"],
        amount=tongue.money(why["amount"]),
    )


def _membership(why: Why, tongue: _Tongue) -> str:
    return tongue.say("membership", month=tongue.period(why["month"]), amount=tongue.money(why["amount"]))


def _amount(why: Why, tongue: _Tongue) -> str:
    return tongue.say(why["what"], amount=tongue.money(why["amount"]))


def _plain(why: Why, tongue: _Tongue) -> str:
    return tongue.say(why["what"])


def _difference(why: Why, tongue: _Tongue) -> str:
    now, delta = why["now"], why["delta"]
    if name := _coming_back(now, delta):
        return tongue.say(name, number=now.get("number"), delta=tongue.money(delta))
    if pieces := _returned_pieces(now, delta):
        article = tongue.article(now)
        return tongue.say("returned", article=article, pieces=pieces, delta=tongue.money(delta))
    if now["what"] == "redemption" or delta == now["amount"]:
        return _said(now, tongue)
    return tongue.say("difference", now=_said(now, tongue), delta=tongue.money(delta))


def _coming_back(now: Mapping[str, Any], delta: int) -> str:
    """The wording for credit that was used or had expired and is there again; empty where it is not that."""
    if delta < 0 or now["what"] not in {"redemption", "expiry"}:
        return ""
    if now["what"] == "expiry":
        return "expired less"
    return "given back" if now["own"] else "given back, by somebody else"


def _returned_pieces(now: Mapping[str, Any], delta: int) -> int:
    """How many pieces came back, where the difference is that of whole pieces; otherwise 0."""
    if now["what"] != "pieces" or delta >= 0 or -delta % now["each"]:
        return 0
    pieces: int = -delta // now["each"]
    return pieces if pieces <= now["returned"] else 0


def _undone(why: Why, tongue: _Tongue) -> str:
    name = f"undone {why.get('kind', '')}"
    return tongue.say(name if name in _TEXTS else "undone")


RENDERERS: Mapping[str, Callable[[Why, _Tongue], str]] = {
    "pieces": _pieces,
    "percent": _percent,
    "level": _level,
    "redemption": _redemption,
    "turnover": _turnover,
    "regularity": _regularity,
    "first_order": _amount,
    "membership": _membership,
    "expiry": _amount,
    "adjustment": _amount,
    "opening": _amount,
    "transfer": _plain,
    "dates": _plain,
    "difference": _difference,
    "undone": _undone,
}
"""Who puts which explanation into words."""
