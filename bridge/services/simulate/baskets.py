"""What each simulated order could have used, kept in the simulation's own file until its account is looked at."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, insert, select
from sqlmodel import Session

from bridge.domain.appetite import Basket, basket
from bridge.domain.programme import Programme
from bridge.services.taken import Taken
from bridge.storage.columns import Moment
from bridge.storage.db import Database

_BASKETS = Table(
    "basket",
    MetaData(),
    Column("account_id", BigInteger, primary_key=True),
    Column("placed", Moment, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("most", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)


def make(target: Database) -> None:
    """Make room for them in the database of a simulation."""
    _BASKETS.create(target.engine)


def keep(session: Session, orders: Iterable[Taken], programme: Programme) -> None:
    """Keep what these orders could have used."""
    found = ((item.account, basket(item.order, programme, item.group)) for item in orders if item.version)
    rows = [
        {"account_id": account, "placed": wanted.placed, "order_id": wanted.order, "most": wanted.most}
        for account, wanted in found
        if account is not None and wanted is not None
    ]
    if rows:
        session.connection().execute(insert(_BASKETS), rows)


def of_accounts(session: Session, accounts: Collection[int]) -> dict[int, list[Basket]]:
    """The baskets of these accounts, the earliest first."""
    rows = session.execute(
        select(_BASKETS).where(_BASKETS.c.account_id.in_(list(accounts))).order_by(*_BASKETS.primary_key)
    )
    found: dict[int, list[Basket]] = defaultdict(list)
    for account, placed, order, most in rows:
        found[account].append(Basket(order, placed, most))
    return found
