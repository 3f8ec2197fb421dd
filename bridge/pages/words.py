"""How values are written on pages: amounts, moments and states in the visitor's language."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import dates, numbers
from flask import Blueprint
from flask_babel import (
    format_decimal,
    format_percent,
    get_timezone,
    gettext,
    lazy_gettext,
)

from bridge.domain import money
from bridge.pages.language import spoken

STATES = {
    "received": lazy_gettext("received"),
    "waiting": lazy_gettext("waits for the shop"),
    "settled": lazy_gettext("settled"),
    "ignored": lazy_gettext("not needed"),
    "attention": lazy_gettext("needs attention"),
}

MOODS = {
    "fine": lazy_gettext("Everything works."),
    "cases": lazy_gettext("It works; some cases wait for your decision."),
    "away": lazy_gettext("The shop does not answer at the moment. Nothing is lost: we ask again by ourselves."),
    "resting": lazy_gettext("This shop is not active: nothing is booked for it at the moment."),
    "broken": lazy_gettext("The shop refuses us. Please look at the open cases below."),
}

KINDS = {
    "accrual": lazy_gettext("credit"),
    "bonus": lazy_gettext("bonus"),
    "referral": lazy_gettext("referral"),
    "redemption": lazy_gettext("redemption"),
    "expiry": lazy_gettext("expiry"),
    "adjustment": lazy_gettext("entry by hand"),
    "opening": lazy_gettext("opening balance"),
    "transfer": lazy_gettext("transfer"),
}

ROLES = {
    "viewer": lazy_gettext("Viewer: sees everything, changes nothing"),
    "bookkeeper": lazy_gettext("Bookkeeper: books and decides"),
    "admin": lazy_gettext("Admin: everything, logins and connections too"),
}

ROLE_NAMES = {
    "viewer": lazy_gettext("Viewer"),
    "bookkeeper": lazy_gettext("Bookkeeper"),
    "admin": lazy_gettext("Admin"),
}

DEEDS = {
    "logged in": lazy_gettext("logged in"),
    "logged out": lazy_gettext("logged out"),
    "login added": lazy_gettext("login added"),
    "role changed to viewer": lazy_gettext("role changed to viewer"),
    "role changed to bookkeeper": lazy_gettext("role changed to bookkeeper"),
    "role changed to admin": lazy_gettext("role changed to admin"),
    "password reset": lazy_gettext("password reset"),
    "sessions ended": lazy_gettext("sessions ended"),
    "session ended": lazy_gettext("session ended"),
    "login closed": lazy_gettext("login closed"),
    "login opened again": lazy_gettext("login opened again"),
    "own password changed": lazy_gettext("own password changed"),
    "address for alarms changed": lazy_gettext("address for alarms changed"),
    "first login made": lazy_gettext("first login made"),
    "webhooks made anew": lazy_gettext("webhooks made anew"),
    "shop connected": lazy_gettext("shop connected"),
    "paid table answered": lazy_gettext("paid table answered"),
    "programme activated": lazy_gettext("programme activated"),
    "went live": lazy_gettext("went live"),
    "comparison asked for": lazy_gettext("comparison asked for"),
    "messages replayed": lazy_gettext("messages replayed"),
    "message replayed": lazy_gettext("message replayed"),
    "figures asked for": lazy_gettext("figures asked for"),
    "access entered": lazy_gettext("access entered"),
    "case closed": lazy_gettext("case closed"),
    "entry by hand": lazy_gettext("entry by hand"),
    "entry proposed": lazy_gettext("entry proposed"),
    "proposed entry agreed to": lazy_gettext("proposed entry agreed to"),
    "proposed entry refused": lazy_gettext("proposed entry refused"),
    "limit for entries by hand changed": lazy_gettext("limit for entries by hand changed"),
    "account put on hold": lazy_gettext("account put on hold"),
    "account let go": lazy_gettext("account let go"),
    "mailbox taken as proven": lazy_gettext("mailbox taken as proven"),
    "simulation asked for": lazy_gettext("simulation asked for"),
    "credit of articles set": lazy_gettext("credit of articles set"),
    "credit of articles imported": lazy_gettext("credit of articles imported"),
    "question answered": lazy_gettext("question answered"),
    "token made": lazy_gettext("token made"),
    "token revoked": lazy_gettext("token revoked"),
    "shop left": lazy_gettext("shop left"),
    "shop resumed": lazy_gettext("shop resumed"),
    "payment methods set": lazy_gettext("payment methods set"),
    "code released": lazy_gettext("code released"),
    "past orders taken in": lazy_gettext("past orders taken in"),
    "opening balances imported": lazy_gettext("opening balances imported"),
    "partner tree imported": lazy_gettext("partner tree imported"),
    "partner enrolled": lazy_gettext("partner enrolled"),
    "coupon of a partner set": lazy_gettext("coupon of a partner set"),
    "sponsor set": lazy_gettext("sponsor set"),
    "credit for recommending decided": lazy_gettext("credit for recommending decided"),
    "vouchers made": lazy_gettext("vouchers made"),
    "vouchers withdrawn": lazy_gettext("vouchers withdrawn"),
    "backup restored": lazy_gettext("backup restored"),
    "database upgraded": lazy_gettext("database upgraded"),
    "keys turned over": lazy_gettext("keys turned over"),
    "person erased": lazy_gettext("person erased"),
    "request answered": lazy_gettext("request answered"),
}
"""The trail's phrases; one that is missing here is shown as it was kept."""

SENTENCES = (
    lazy_gettext("A login needs a name, of at most 100 characters."),
    lazy_gettext("There is a login with this name already; choose another one."),
    lazy_gettext("The present password is wrong."),
    lazy_gettext("The password is too short; take at least 10 characters."),
    lazy_gettext("The password is too long; take at most 500 characters."),
    lazy_gettext("The password is too easy to guess; take some words that do not belong together."),
    lazy_gettext("That is no e-mail address; write it like name@shop.example."),
    lazy_gettext("Somebody with the role “admin” has to be left. Nothing was changed."),
    lazy_gettext("There is no such role."),
    lazy_gettext("Somebody else has made the first login meanwhile."),
    lazy_gettext("No sign of life from “clock” in the last 120 seconds."),
    lazy_gettext("No sign of life from “worker drain” in the last 120 seconds."),
    lazy_gettext("No sign of life from “worker long” in the last 120 seconds."),
    lazy_gettext("No sign of life from “worker push” in the last 120 seconds."),
    lazy_gettext("No queue: neither REDIS_URL is set nor does `rabattkonto serve` run the embedded one."),
    lazy_gettext("The queue does not answer; check REDIS_URL."),
    lazy_gettext("The database cannot be reached; check DATABASE_URL or the data folder."),
)
"""Whole sentences of use cases, which speak English: ``told`` finds their translation by the sentence."""


def told(failure: object) -> str:
    """A sentence of a use case in the visitor's language, where it is known; else as it is."""
    return str(gettext(str(failure)))


_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    **{name: name for name in ("iPhone", "iPad", "Android", "Windows")},
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def browser(agent: str) -> str:
    """What a browser calls itself, as short as people know it; as it is where we do not recognise it."""
    parts = [next((name for mark, name in known.items() if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(part for part in parts if part) or agent or "–"


def register_filters(pages: Blueprint) -> None:
    """Make the words known to all templates."""
    pages.add_app_template_filter(amount)
    pages.add_app_template_filter(moment)
    pages.add_app_template_filter(day)
    pages.add_app_template_filter(percent)
    pages.add_app_template_filter(number)
    pages.add_app_template_filter(told)
    pages.add_app_template_filter(browser)
    pages.add_app_template_filter(lambda role: ROLES.get(role, role), "role")
    pages.add_app_template_filter(lambda role: ROLE_NAMES.get(role, role), "rolename")
    pages.add_app_template_filter(lambda deed: DEEDS.get(deed, deed), "deed")
    pages.add_app_template_filter(lambda state: STATES.get(state, state), "state")
    pages.add_app_template_filter(lambda mood: MOODS[mood], "mood")
    pages.add_app_template_filter(lambda kind: KINDS.get(kind, kind), "kind")


def amount(minor: int, currency: str) -> str:
    """Minor units as people write them, with the currency and a true minus sign, as in the explanations."""
    return _amount(minor, currency, spoken())


@lru_cache(maxsize=4096)
def _amount(minor: int, currency: str, language: str) -> str:
    """Lists say the same amounts over and over, and writing one takes longer than reading it from the database."""
    written = numbers.format_currency(Decimal(money.plain(minor, currency)), currency, locale=language)
    return written.replace("-", "−")


def moment(at: datetime | None) -> str:
    """Date and time, a dash for what has not happened yet."""
    return _moment(at, get_timezone(), spoken()) if at else "–"


@lru_cache(maxsize=4096)
def _moment(at: datetime, zone: tzinfo, language: str) -> str:
    return dates.format_datetime(at, "medium", tzinfo=zone, locale=language)


def day(on: date | None) -> str:
    """A day, a dash for none. A moment becomes the day it falls on in the page's time zone."""
    if on is None:
        return "–"
    local = on.astimezone(get_timezone()).date() if isinstance(on, datetime) else on
    return _day(local, spoken())


@lru_cache(maxsize=4096)
def _day(on: date, language: str) -> str:
    return dates.format_date(on, "medium", locale=language)


def percent(share: float | Decimal) -> str:
    """A share (0.018) with one digit after the point: 1,8 %."""
    return str(format_percent(share, "#,##0.0\u00a0%"))


def number(value: int | Decimal) -> str:
    """A number with the thousands parted."""
    return str(format_decimal(value))
