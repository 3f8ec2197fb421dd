"""Partners: who sponsors whom, from when. Rings and self-sponsoring are refused."""

from datetime import datetime

from sqlmodel import Session

from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.settle import settle_marked
from bridge.storage import orders, people
from bridge.storage.people import CUSTOMER, Name


def bind(runtime: Runtime, shop_id: int, customer: str, sponsor: str, since: datetime, cause: str) -> None:
    """From ``since`` on the customer is sponsored by the sponsor; orders placed since are settled again.

    Raises ``Refused`` when the two are one person or the sponsor stands below the customer.
    """
    with runtime.db.transaction() as session:
        shop = find_shop(session, shop_id)
        names = [Name(CUSTOMER, customer), Name(CUSTOMER, sponsor)]
        found = people.find_or_open(session, shop, names, runtime.clock())
        account, above = found[names[0]], found[names[1]]
        _refuse_rings(session, account, above, since)
        people.sponsor(session, account, above, since, cause)
        session.flush()
        below = people.downline(session, [account]) | {account}
        orders.flag_dirty(session, shop_id, below, since)
    settle_marked(runtime, shop_id)


def _refuse_rings(session: Session, account: int, above: int, since: datetime) -> None:
    if account == above:
        raise Refused("Nobody can be their own sponsor. Nothing was changed.")
    if account in people.Tree(session, [above]).upline(above, since):
        raise Refused(
            "This sponsor stands below the customer already; a ring is not possible. Nothing was changed."
        )
