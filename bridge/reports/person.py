"""Everything about one person, as data and as a text to read: what somebody gets who asks what is known of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bridge.domain import money
from bridge.domain.orders import Order
from bridge.reports.statement import Statement, statement
from bridge.runtime import Runtime
from bridge.services.privacy import telling_of
from bridge.storage.codec import unpack_order
from bridge.storage.models import (
    Account,
    Delivery,
    Fact,
    Identity,
    MailChoice,
    Offer,
    OrderState,
    Person,
    Question,
    Sponsorship,
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is stored of one person. ``data`` is for machines, ``statement`` is the account in words."""

    data: dict[str, Any]
    statement: Statement

    def as_text(self, language: str) -> str:
        """The account as a letter would show it."""
        return "\n".join(_lines(self, language))


def dossier(runtime: Runtime, account_id: int, language: str = "de") -> Dossier:
    """All that is known of the owner of an account, guests' accounts that became part of it included."""
    with runtime.db.reading() as session:
        return _dossier(runtime, session, account_id, language)


def _dossier(runtime: Runtime, session: Session, account_id: int, language: str) -> Dossier:
    account = session.get_one(Account, account_id)
    accounts = session.exec(select(Account.id).where(Account.merged_into == account_id)).all()
    ids = [account_id, *(i for i in accounts if i is not None)]
    shown = statement(session, account_id, runtime.clock(), language)
    telling = telling_of(runtime, session, account.shop_id, ids)
    data = {
        "person": _person(session, account_id),
        "identities": _identities(session, ids),
        "account": {**shown.as_json(), "opened_at": account.opened_at.isoformat()},
        "orders": [_order(order) for order in _orders(session, ids)],
        "codes": _codes(session, ids),
        "facts": _facts(session, account.shop_id, ids),
        "sponsored_since": _sponsored(session, ids),
        "messages": _messages(session, telling),
        "questions": _questions(session, ids),
        "mails": _choices(session, account_id),
    }
    return Dossier(data, shown)


def _person(session: Session, account_id: int) -> dict[str, Any]:
    person = session.get(Person, account_id)
    if person is None:
        return {}
    return {"name": person.name, "email": person.email, "customer": person.customer}


def _identities(session: Session, accounts: list[int]) -> list[dict[str, Any]]:
    """A mailbox is kept as a keyed fingerprint, from which nobody can read the address."""
    rows = session.exec(select(Identity).where(col(Identity.account_id).in_(accounts)))
    return [{"kind": row.kind, "value": row.value, "since": row.since.isoformat()} for row in rows]


def _orders(session: Session, accounts: list[int]) -> list[Order]:
    rows = session.exec(
        select(OrderState.body).where(col(OrderState.account_id).in_(accounts)).order_by(col(OrderState.placed))
    )
    return [unpack_order(body) for body in rows]


def _order(order: Order) -> dict[str, Any]:
    lines = [
        {
            "article": line.article.name or line.article.sku,
            "quantity": line.quantity,
            "paid": money.plain(line.paid, order.currency),
            "given_back": money.plain(line.refunded, order.currency),
        }
        for line in order.lines
    ]
    return {
        "number": order.number,
        "placed": order.placed.isoformat(),
        "state": order.state.value,
        "currency": order.currency,
        "lines": lines,
    }


def _codes(session: Session, accounts: list[int]) -> list[dict[str, Any]]:
    rows = session.exec(select(Offer).where(col(Offer.account_id).in_(accounts)).order_by(col(Offer.id)))
    return [
        {"code": row.code, "state": row.state, "email": row.email, "created_at": row.created_at.isoformat()}
        for row in rows
    ]


def _facts(session: Session, shop_id: int, accounts: list[int]) -> list[dict[str, Any]]:
    subjects = [f"account:{account}" for account in accounts]
    rows = session.exec(select(Fact).where(Fact.shop_id == shop_id, col(Fact.subject).in_(subjects)))
    return [{"name": row.name, "at": row.at.isoformat(), "value": row.value} for row in rows]


def _sponsored(session: Session, accounts: list[int]) -> list[str]:
    """Since when somebody earns along; who that is, is another person's data."""
    rows = session.exec(select(Sponsorship).where(col(Sponsorship.account_id).in_(accounts)))
    return [row.since.isoformat() for row in rows if row.sponsor_id is not None]


def _messages(session: Session, telling: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Messages of the shop that tell of this person; their content is there until it is thrown away."""
    rows = session.exec(
        select(Delivery.topic, Delivery.received_at, Delivery.order_id, Delivery.body)
        .where(telling)
        .order_by(col(Delivery.id))
    )
    return [
        {
            "topic": topic,
            "received_at": received_at.isoformat(),
            "order": order,
            "content": body.decode("utf-8", "replace"),
        }
        for topic, received_at, order, body in rows
    ]


def _questions(session: Session, accounts: list[int]) -> list[dict[str, Any]]:
    rows = session.exec(select(Question).where(col(Question.account_id).in_(accounts)).order_by(col(Question.id)))
    return [
        {"entry": row.entry_id, "asked_at": row.asked_at.isoformat(), "text": row.text, "answer": row.answer}
        for row in rows
    ]


def _choices(session: Session, account_id: int) -> dict[str, Any]:
    """Whether and in which language the person is written to."""
    row = session.get(MailChoice, account_id)
    return {"language": row.language if row else "", "news": row is None or row.silent_since is None}


# --- words --------------------------------------------------------------------------------------------------

_WORDS = {
    "de": ("Rabatt-Konto von", "unbekannt", "Stand", "davon jetzt einlösbar", "Buchungen"),
    "en": ("Credit account of", "unknown", "Balance", "of it usable now", "Entries"),
}


def _lines(found: Dossier, language: str) -> Iterator[str]:
    owner, unknown, balance, usable, entries = _WORDS[language]
    person, shown = found.data["person"], found.statement
    names = [person.get(part) for part in ("name", "email", "customer")]
    yield f"{owner} {', '.join(name for name in names if name) or unknown}"
    amounts = [_amount(figure, shown.currency, language) for figure in (shown.balance, shown.available)]
    yield f"{balance}: {amounts[0]}, {usable}: {amounts[1]}"
    yield ""
    yield f"{entries}:"
    for line in shown.lines:
        day = format_date(line.entry.happened_at, "medium", locale=language)
        yield f"  {day}  {_amount(line.entry.amount, shown.currency, language)}  {line.explanation}"


def _amount(figure: int, currency: str, language: str) -> str:
    return str(format_currency(money.plain(figure, currency), currency, locale=language))
