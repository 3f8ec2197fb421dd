"""Open cases as the merchant works them off: what is wrong in words, whom it is about, what mends it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from bridge.domain.troubles import Trouble, of_case
from bridge.storage import cases
from bridge.storage.models import Account, Case, OrderState, Person


@dataclass(frozen=True, slots=True)
class Listed:
    """An open case. ``account`` is the id of the account it is about, None where it is about none."""

    id: int
    trouble: Trouble
    opened_at: datetime
    account: int | None
    order: str


def listed(session: Session, shop_id: int, before: int | None = None, limit: int | None = None) -> list[Listed]:
    """The open cases of the shop, newest first; those with ids below ``before``."""
    return _named(session, shop_id, cases.open_of(session, shop_id, before, limit))


def _named(session: Session, shop_id: int, found: Sequence[Case]) -> list[Listed]:
    orders = _orders(session, shop_id, _subjects(found, "order"))
    accounts = _accounts(session, shop_id, _subjects(found, "account"))
    return [_listed(case, orders, accounts) for case in found]


def _subjects(found: Iterable[Case], kind: str) -> list[str]:
    return [case.subject.partition(":")[2] for case in found if case.subject.startswith(f"{kind}:")]


def _listed(case: Case, orders: dict[str, tuple[str, int | None]], accounts: dict[str, tuple[str, int]]) -> Listed:
    kind, _, name = case.subject.partition(":")
    about, account = name, None
    if kind == "order":
        about, account = orders.get(name, (name, None))
    elif kind == "account":
        about, account = accounts.get(name, (name, None))
    trouble = of_case(case.subject, case.reason, about, case.sentence)
    return Listed(case.id or 0, trouble, case.opened_at, account, name if kind == "order" else "")


def _orders(session: Session, shop_id: int, ids: Sequence[str]) -> dict[str, tuple[str, int | None]]:
    """The numbers that people know of these orders, and their accounts."""
    if not ids:
        return {}
    rows = session.execute(
        select(col(OrderState.order_id), col(OrderState.number), col(OrderState.account_id)).where(
            col(OrderState.shop_id) == shop_id, col(OrderState.order_id).in_(ids)
        )
    )
    return {row.order_id: (row.number, row.account_id) for row in rows}


def _accounts(session: Session, shop_id: int, names: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Who the accounts belong to that cases call by their token, or by their id."""
    if not names:
        return {}
    ids = [int(name) for name in names if name.isdecimal()]
    rows = session.execute(
        select(col(Account.id), col(Account.token), col(Person.name), col(Person.email))
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Account.shop_id) == shop_id, or_(col(Account.token).in_(names), col(Account.id).in_(ids)))
    )
    found: dict[str, tuple[str, int]] = {}
    for account, token, name, email in rows:
        found[token] = found[str(account)] = (name or email or token, account or 0)
    return found
