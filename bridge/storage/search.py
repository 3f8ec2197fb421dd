"""Finding accounts by what people say on the telephone: a name, an address, an order, a code.

Names and addresses are kept as words in small letters, so that a search is a look into an index on either database.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, exists, insert, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bridge.storage.models import Account, Identity, Offer, OrderState, Person, PersonWord

_LAST = "\U0010ffff"
"""Sorts behind every letter: what begins with a word lies between it and the word with this behind it."""

_ENOUGH = 100
"""Rows of the index that one word is looked up in; whoever means something rarer types more of it."""


def words(email: str, name: str) -> set[str]:
    """What an owner is found by: the whole address, its parts, and the parts of the name."""
    address = email.strip().casefold()
    parts = re.split(r"[\W_]+", f"{name.casefold()} {address.partition('@')[0]}")
    return {word for word in (address, *parts) if word}


def index(session: Session, persons: Mapping[int, tuple[str, str]]) -> None:
    """Keep the words of these accounts' owners, (address, name) by account, in place of those before."""
    if not persons:
        return
    session.execute(delete(PersonWord).where(col(PersonWord.account_id).in_(list(persons))))
    shops = select(col(Account.id), col(Account.shop_id)).where(col(Account.id).in_(list(persons)))
    rows = [
        {"shop_id": shop, "account_id": account, "word": word}
        for account, shop in session.execute(shops)
        for word in sorted(words(*persons[account]))
    ]
    if rows:
        session.execute(insert(PersonWord), rows)


@dataclass(frozen=True, slots=True)
class Row:
    """An account as a list shows it. Amounts are minor units."""

    id: int
    token: str
    name: str
    email: str
    customer: str
    balance: int
    pending: int
    currency: str
    guest: bool
    paused: bool
    erased: bool

    @property
    def available(self) -> int:
        """What can be used now."""
        return max(0, self.balance - self.pending)


def newest(session: Session, shop_id: int, before: int | None, limit: int) -> list[Row]:
    """The accounts that were opened last, newest first; those with ids below ``before``."""
    statement = _rows(shop_id).order_by(col(Account.id).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(Account.id) < before)
    return [_row(found) for found in session.execute(statement)]


def find(session: Session, shop_id: int, text: str, limit: int) -> list[Row]:
    """The accounts that a typed text means: a code, an order, a customer, a name or an address."""
    wanted = text.strip()
    if not wanted:
        return []
    exact: list[int] = []
    if any(letter.isdigit() for letter in wanted):  # as in every code and number, and in hardly any name
        exact += [*_by_code(session, shop_id, wanted), *_by_order(session, shop_id, wanted)]
        exact += _by_number(session, shop_id, wanted)
    ids = list(dict.fromkeys(exact or _by_words(session, shop_id, wanted, limit)))[:limit]
    rows = {row.id: row for row in map(_row, session.execute(_rows(shop_id).where(col(Account.id).in_(ids))))}
    return [rows[account] for account in ids if account in rows]


def _by_code(session: Session, shop_id: int, text: str) -> Sequence[int]:
    return _ids(session, select(col(Offer.account_id)).where(
        col(Offer.shop_id) == shop_id, col(Offer.code) == text.lower()
    ))  # fmt: skip


def _by_order(session: Session, shop_id: int, text: str) -> Sequence[int]:
    number = text.removeprefix("#")
    return _ids(session, select(col(OrderState.account_id)).where(
        col(OrderState.shop_id) == shop_id, col(OrderState.number).in_([number, f"#{number}"])
    ))  # fmt: skip


def _by_number(session: Session, shop_id: int, text: str) -> Sequence[int]:
    return _ids(session, select(col(Identity.account_id)).where(
        col(Identity.shop_id) == shop_id, col(Identity.kind) == "customer", col(Identity.value) == text
    ))  # fmt: skip


def _ids(session: Session, statement: Select[int | None]) -> list[int]:
    return [found for found in session.execute(statement.limit(_ENOUGH)).scalars() if found is not None]


def _by_words(session: Session, shop_id: int, text: str, limit: int) -> list[int]:
    """At most so many accounts that have a word beginning with each of those that were typed."""
    typed = text.casefold()
    parts = [typed] if "@" in typed else [part for part in re.split(r"[\W_]+", typed) if part]
    if not parts:
        return []
    longest, *others = sorted(parts, key=len, reverse=True)
    statement = select(col(PersonWord.account_id)).where(
        col(PersonWord.shop_id) == shop_id,
        col(PersonWord.word) >= longest,
        col(PersonWord.word) < longest + _LAST,
    )
    for part in others:
        # Asked account by account, so that the database stops once there are enough of them.
        another = aliased(PersonWord)
        statement = statement.where(
            exists().where(
                another.account_id == col(PersonWord.account_id),  # type: ignore[arg-type]
                another.word >= part,  # type: ignore[arg-type]
                another.word < part + _LAST,  # type: ignore[arg-type]
            )
        )
    return _first(session, statement, limit)


def _first(session: Session, statement: Select[int], limit: int) -> list[int]:
    """The first different accounts: one is found by its name and by its address, and rarely more are wanted."""
    found: dict[int, None] = {}
    with session.execute(statement.limit(_ENOUGH).execution_options(yield_per=limit)) as rows:
        for account in rows.scalars():
            found[account] = None
            if len(found) == limit:
                break
    return list(found)


def _rows(shop_id: int) -> Select[*tuple[object, ...]]:
    return (
        select(
            col(Account.id),
            col(Account.token),
            col(Person.name),
            col(Person.email),
            col(Person.customer),
            col(Account.balance),
            col(Account.pending),
            col(Account.currency),
            col(Account.guest),
            col(Account.paused_at),
            col(Account.erased_at),
        )
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Account.shop_id) == shop_id, col(Account.merged_into).is_(None))
    )


def _row(found: object) -> Row:
    account, token, name, email, customer, balance, pending, currency, guest, paused_at, erased_at = tuple(found)  # type: ignore[arg-type, var-annotated]
    return Row(
        account, token, name or "", email or "", customer or "", balance, pending, currency, guest,
        paused_at is not None, erased_at is not None,
    )  # fmt: skip
