"""What will expire up to a day if nobody uses it before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bridge.domain import money
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.storage.models import Account, Lot


@dataclass(frozen=True, slots=True)
class Expiring:
    """What an account loses at the end of a day, in minor units."""

    expires_on: date
    account: str
    amount: int

    def as_json(self, currency: str) -> dict[str, Any]:
        """One row for machines."""
        return {
            "expires_on": self.expires_on.isoformat(),
            "account": self.account,
            "amount": money.plain(self.amount, currency),
        }


def expiring(runtime: Runtime, shop_id: int, until: date) -> list[Expiring]:
    """What is open with a last usable day up to and with ``until``, the soonest first.

    Raises ``NotFound`` without the shop.
    """
    statement = (
        select(col(Lot.expires_on), col(Account.token), func.sum(col(Lot.rest)))
        .join(Account, col(Account.id) == col(Lot.account_id))
        .where(col(Account.shop_id) == shop_id, col(Lot.expires_on) <= until, col(Lot.rest) > 0)
        .group_by(col(Lot.expires_on), col(Account.token))
        .order_by(col(Lot.expires_on), col(Account.token))
    )
    with runtime.db.reading() as session:
        find_shop(session, shop_id)
        return [Expiring(day, token, int(amount)) for day, token, amount in session.execute(statement)]
