"""What stands in the shop against what stands in the ledger: live codes, and credit bound in unpaid orders."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from bridge.storage.bound import bound
from bridge.storage.models import Account, Offer


@dataclass(frozen=True, slots=True)
class Live:
    """Codes that customers can use now and what they are worth, gross minor units, against what accounts have.

    ``usable`` is the sum that accounts could use, ``lacking`` the accounts that have some and no live code (for
    want of an address, below the smallest amount, or still under way); ``orders`` and ``bound`` are unpaid orders
    and the credit on them.
    """

    codes: int
    worth: int
    usable: int
    lacking: int
    orders: int
    bound: int

    def as_json(self) -> dict[str, Any]:
        """The figures as they are kept."""
        return asdict(self)


def live(session: Session, shop_id: int, now: datetime) -> Live:
    """The figures of now."""
    codes, worth = session.execute(
        select(func.count(), func.coalesce(func.sum(col(Offer.worth)), 0)).where(
            col(Offer.shop_id) == shop_id, col(Offer.state) == "live"
        )
    ).one()
    free = col(Account.balance) - col(Account.pending)
    living = select(col(Offer.account_id)).where(col(Offer.shop_id) == shop_id, col(Offer.state) == "live")
    usable, lacking = session.execute(
        select(
            func.coalesce(func.sum(free), 0),
            func.coalesce(func.sum(case((col(Account.id).in_(living), 0), else_=1)), 0),
        ).where(col(Account.shop_id) == shop_id, free > 0, col(Account.merged_into).is_(None))
    ).one()
    waiting = bound(session, shop_id, now)
    return Live(codes, int(worth), int(usable), int(lacking), len(waiting), sum(item.amount for item in waiting))
