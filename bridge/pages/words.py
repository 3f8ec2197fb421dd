"""How values are written on pages: amounts, moments and states in the visitor's language."""

from datetime import date, datetime
from decimal import Decimal

from flask import Blueprint
from flask_babel import (
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    gettext,
    lazy_gettext,
)

from bridge.domain import money
from bridge.domain.programme import ARTICLE_RULE

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

VERDICTS = {
    "received": lazy_gettext("It is kept and waits to be processed."),
    "waiting": lazy_gettext(
        "The shop was asked for what is missing and does not answer. We ask again by ourselves."
    ),
    "settled": lazy_gettext("It was understood, and the ledger agrees with it."),
    "ignored": lazy_gettext("It says nothing that credit depends on."),
    "attention": lazy_gettext("It could not be understood. It is kept until somebody has looked at it."),
}

TOPICS = {
    "order": lazy_gettext("order"),
    "customer": lazy_gettext("customer"),
    "product": lazy_gettext("article"),
    "coupon": lazy_gettext("code"),
}

EVENTS = {
    "created": lazy_gettext("%(what)s: new"),
    "updated": lazy_gettext("%(what)s: changed"),
    "deleted": lazy_gettext("%(what)s: deleted"),
    "restored": lazy_gettext("%(what)s: restored"),
}

ORDER_STATES = {
    "draft": lazy_gettext("draft"),
    "open": lazy_gettext("not paid yet"),
    "paid": lazy_gettext("paid"),
    "cancelled": lazy_gettext("cancelled"),
    "failed": lazy_gettext("failed"),
    "gone": lazy_gettext("deleted in the shop"),
}

CODE_STATES = {
    "planned": lazy_gettext("on its way into the shop"),
    "live": lazy_gettext("live"),
    "used": lazy_gettext("used"),
    "retired": lazy_gettext("used up"),
    "withdrawn": lazy_gettext("withdrawn"),
    "foreign": lazy_gettext("not ours"),
}

TRIAL_STATES = {
    "waiting": lazy_gettext("waiting"),
    "running": lazy_gettext("running"),
    "done": lazy_gettext("done"),
    "failed": lazy_gettext("failed"),
}


def register_filters(pages: Blueprint) -> None:
    """Make the words known to all templates."""
    pages.add_app_template_filter(amount)
    pages.add_app_template_filter(moment)
    pages.add_app_template_filter(day)
    pages.add_app_template_filter(percent)
    pages.add_app_template_filter(number)
    pages.add_app_template_filter(topic)
    pages.add_app_template_filter(rule)
    pages.add_app_template_filter(age)
    pages.add_app_template_filter(plain_amount)
    pages.add_app_template_filter(plain_percent)
    pages.add_app_template_filter(lambda state: STATES.get(state, state), "state")
    pages.add_app_template_filter(lambda state: VERDICTS.get(state, ""), "verdict")
    pages.add_app_template_filter(lambda state: ORDER_STATES.get(state, state), "order_state")
    pages.add_app_template_filter(lambda state: CODE_STATES.get(state, state), "code_state")
    pages.add_app_template_filter(lambda state: TRIAL_STATES.get(state, state), "trial_state")
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


def topic(name: str) -> str:
    """What a message is about (``order.updated``); a topic of another platform stays as it is."""
    what, _, event = name.partition(".")
    if what not in TOPICS or event not in EVENTS:
        return name
    return str(EVENTS[event]) % {"what": TOPICS[what]}


def rule(name: str, kind: str) -> str:
    """A rule as it is called in the programme; a referral by its level."""
    if kind == "referral":
        return gettext("Referral, level %(level)s", level=name)
    return gettext("credit typed on the article") if name == ARTICLE_RULE else name or "–"


def age(days: int | None) -> str:
    """For how long open credit could have been used: a stretch that begins after so many days."""
    if days is None:
        return gettext("not redeemable yet")
    return gettext("more than %(days)s days", days=days) if days else gettext("up to 30 days")


def plain_amount(text: str, currency: str) -> str:
    """An amount of a stored report (``"12.50"``) as people write it."""
    return amount(money.parse(text, currency), currency)


def plain_percent(text: str) -> str:
    """A percentage of a stored report (``"1.80"``)."""
    return percent(Decimal(text) / 100)
