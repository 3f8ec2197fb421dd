"""Why an entry is what it is: its structured explanation as one sentence, in German or English. Pure.

What stands in an explanation is decided where it is made (``earning``, ``bonus``, ``targets``); here it is only
put into words. Amounts are minor units.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from babel.dates import format_date

from bridge.domain.targets import Why
from bridge.domain.tongue import Tongue
from bridge.domain.why_texts import TEXTS


def sentence(why: Why, language: str, currency: str, reason: str = "") -> str:
    """The explanation as one sentence, in “en” or else in “de”.

    ``reason`` is the erasable text of the entry, if it has one. An explanation of a shape that is not known,
    as a later version may have written it, becomes a neutral sentence: the entry is right whatever is said.
    """
    said = _said(why, Tongue("en" if language == "en" else "de", currency, TEXTS))
    return f"{said} – {reason}" if reason else said


def _said(why: Why, tongue: Tongue) -> str:
    try:
        return RENDERERS[why["what"]](why, tongue)
    except (LookupError, AttributeError, TypeError, ValueError, ArithmeticError):
        return tongue.say("unknown")


def _pieces(why: Why, tongue: Tongue) -> str:
    name = "pieces" if why["pieces"] * why["each"] == why["amount"] else "pieces, lowered"
    each, amount = tongue.money(why["each"]), tongue.money(why["amount"])
    return tongue.say(name, pieces=why["pieces"], article=_article(why, tongue), each=each, amount=amount)


def _percent(why: Why, tongue: Tongue) -> str:
    return tongue.say(
        "percent, net" if why["basis"] == "net" else "percent",
        article=_article(why, tongue),
        percent=_share(why, tongue),
        of=tongue.money(why["of"]),
        amount=tongue.money(why["amount"]),
    )


def _level(why: Why, tongue: Tongue) -> str:
    said = tongue.say(
        "level",
        level=why["level"],
        percent=_share(why, tongue),
        of=tongue.money(why["of"]),
        uncapped=tongue.money(why["uncapped"]),
    )
    if why["amount"] == why["uncapped"]:
        return said
    bound = "capped" if why["amount"] < why["uncapped"] else "rounded"
    return said + tongue.say(bound, amount=tongue.money(why["amount"]))


def _redemption(why: Why, tongue: Tongue) -> str:
    """Somebody else's order number is nobody's business but theirs."""
    if not why["own"]:
        return tongue.say("redemption, by somebody else")
    return tongue.say("redemption", number=why["number"])


def _turnover(why: Why, tongue: Tongue) -> str:
    period, amount = _period(why["period"], tongue), tongue.money(why["amount"])
    if not why["percent"]:
        return tongue.say("turnover", period=period, amount=amount, minimum=tongue.money(why["minimum"]))
    percent, turnover = _share(why, tongue), tongue.money(why["turnover"])
    return tongue.say("turnover, percent", period=period, percent=percent, turnover=turnover, amount=amount)


def _regularity(why: Why, tongue: Tongue) -> str:
    return tongue.say(
        "regularity",
        period=_period(why["period"], tongue),
        periods=why["periods"],
        spans=tongue.say(f"{why['span']}, {'one' if why['periods'] == 1 else 'many'}"),
        orders=why["orders"],
        amount=tongue.money(why["amount"]),
    )


def _membership(why: Why, tongue: Tongue) -> str:
    return tongue.say("membership", month=_period(why["month"], tongue), amount=tongue.money(why["amount"]))


def _amount(why: Why, tongue: Tongue) -> str:
    return tongue.say(why["what"], amount=tongue.money(why["amount"]))


def _plain(why: Why, tongue: Tongue) -> str:
    return tongue.say(why["what"])


def _difference(why: Why, tongue: Tongue) -> str:
    now, delta = why["now"], why["delta"]
    if name := _coming_back(now, delta):
        return tongue.say(name, number=now.get("number"), delta=tongue.money(delta))
    if pieces := _returned_pieces(now, delta):
        article = _article(now, tongue)
        return tongue.say("returned", article=article, pieces=pieces, delta=tongue.money(delta))
    if now["what"] == "percent" and delta < 0 and not now["amount"]:
        return tongue.say("refunded", article=_article(now, tongue), delta=tongue.money(delta))
    if now["what"] == "redemption" or delta == now["amount"]:
        return _said(now, tongue)
    returned = now.get("returned", 0) if delta < 0 else 0
    name = "difference, returned" if returned else "difference"
    return tongue.say(name, pieces=returned, now=_said(now, tongue), delta=tongue.money(delta))


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


def _undone(why: Why, tongue: Tongue) -> str:
    name = f"undone {why.get('kind', '')}"
    return tongue.say(name if name in TEXTS else "undone")


def _article(why: Why, tongue: Tongue) -> str:
    return why["article"] or tongue.say("article")


def _share(why: Why, tongue: Tongue) -> str:
    return tongue.percent(Fraction(why["percent"]) / 100)


def _period(label: str, tongue: Tongue) -> str:
    """``2026-03``, ``2026-Q1``, ``2026-H1`` or ``2026`` in words."""
    year, _, part = label.partition("-")
    if part.startswith("H"):
        return tongue.say("half_year", number=part[1:], year=year)
    if part.startswith("Q"):
        return format_date(date(int(year), int(part[1:]) * 3, 1), "QQQQ yyyy", locale=tongue.language)
    return format_date(date(int(year), int(part), 1), "LLLL yyyy", locale=tongue.language) if part else year


RENDERERS: Mapping[str, Callable[[Why, Tongue], str]] = {
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
