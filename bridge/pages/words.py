"""How values are written on pages: amounts, moments and states in the visitor's language."""

from datetime import date, datetime
from decimal import Decimal

from flask import Blueprint
from flask_babel import format_currency, format_date, format_datetime, format_decimal, format_percent, lazy_gettext

from bridge.domain import money

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


def register_filters(pages: Blueprint) -> None:
    """Make the words known to all templates."""
    pages.add_app_template_filter(amount)
    pages.add_app_template_filter(moment)
    pages.add_app_template_filter(day)
    pages.add_app_template_filter(percent)
    pages.add_app_template_filter(number)
    pages.add_app_template_filter(lambda state: STATES.get(state, state), "state")
    pages.add_app_template_filter(lambda mood: MOODS[mood], "mood")
    pages.add_app_template_filter(lambda kind: KINDS.get(kind, kind), "kind")


def amount(minor: int, currency: str) -> str:
    """Minor units as people write them, with the currency and a true minus sign, as in the explanations."""
    return str(format_currency(Decimal(money.plain(minor, currency)), currency)).replace("-", "−")


def moment(at: datetime | None) -> str:
    """Date and time, a dash for what has not happened yet."""
    return str(format_datetime(at, "medium")) if at else "–"


def day(on: date | None) -> str:
    """A day, a dash for none. A moment becomes the day it falls on in the page's time zone."""
    return str(format_date(on, "medium")) if on else "–"


def percent(share: float | Decimal) -> str:
    """A share (0.018) with one digit after the point: 1,8 %."""
    return str(format_percent(share, "#,##0.0\u00a0%"))


def number(value: int | Decimal) -> str:
    """A number with the thousands parted."""
    return str(format_decimal(value))
