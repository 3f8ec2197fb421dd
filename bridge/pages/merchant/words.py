"""The words of the daily pages: topics, states of orders, codes and simulations, rules and ages."""

from decimal import Decimal

from flask import Blueprint
from flask_babel import gettext, lazy_gettext

from bridge.domain import money, technical
from bridge.domain.programme import ARTICLE_RULE
from bridge.pages.language import spoken
from bridge.pages.words import amount, percent

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


def register(pages: Blueprint) -> None:
    """Make the words known to all templates."""
    for word in (topic, rule, age, plain_amount, plain_percent):
        pages.add_app_template_filter(word)
    pages.add_app_template_filter(lambda sentence: technical.said(sentence, spoken()), "technical")
    pages.add_app_template_filter(lambda state: VERDICTS.get(state, ""), "verdict")
    pages.add_app_template_filter(lambda state: ORDER_STATES.get(state, state), "order_state")
    pages.add_app_template_filter(lambda state: CODE_STATES.get(state, state), "code_state")
    pages.add_app_template_filter(lambda state: TRIAL_STATES.get(state, state), "trial_state")


def topic(name: str) -> str:
    """What a message is about (``order.updated``); a topic of another platform stays as it is."""
    what, _, event = name.partition(".")
    if what not in TOPICS or event not in EVENTS:
        return name
    return str(EVENTS[event]) % {"what": TOPICS[what]}


def rule(name: str, kind: str) -> str:
    """A rule as it is called in the programme; a referral by its level."""
    if kind == "referral":
        return str(gettext("Referral, level %(level)s", level=name))
    return str(gettext("credit typed on the article")) if name == ARTICLE_RULE else name or "–"


def age(days: int | None) -> str:
    """For how long open credit could have been used: a stretch that begins after so many days."""
    if days is None:
        return str(gettext("not redeemable yet"))
    return str(gettext("more than %(days)s days", days=days) if days else gettext("up to 30 days"))


def plain_amount(text: str, currency: str) -> str:
    """An amount of a stored report (``"12.50"``) as people write it."""
    return amount(money.parse(text, currency), currency)


def plain_percent(text: str) -> str:
    """A percentage of a stored report (``"1.80"``)."""
    return percent(Decimal(text) / 100)
