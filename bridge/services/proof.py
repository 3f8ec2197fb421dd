"""A mailbox proven: by the merchant, who has seen whose it is, or by a link of ours that was followed.

What waits there is its owner's then.
"""

from sqlmodel import Session

from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services import customers
from bridge.services.contact import find_shop
from bridge.services.settle import settle_marked
from bridge.services.settlement import Settlement
from bridge.storage import people
from bridge.storage.models import Account, Person
from bridge.storage.people import MAILBOX, Name


def waits(session: Session, runtime: Runtime, account: Account, mailbox: str) -> bool:
    """Whether a guest's account waits under this mailbox (a fingerprint), which is still the account's own."""
    person = session.get(Person, account.id)
    if account.guest or person is None or runtime.vault.fingerprint(person.email) != mailbox:
        return False
    name = Name(MAILBOX, mailbox)
    waiting = people.find(session, account.shop_id, [name]).get(name)
    return waiting is not None and waiting != account.id and people.is_guest(session, waiting)


def prove(runtime: Runtime, shop_id: int, account: int) -> bool:
    """Take the account's address as proven; whether a guest's credit was claimed by it.

    Raises ``Refused`` where no address is known.
    """
    with runtime.db.transaction() as session:
        person = session.get(Person, account)
        if person is None or not person.email:
            raise Refused("No e-mail address is known for this account, so none can be proven.")
        shop = find_shop(session, shop_id)
        settlement = Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), "mailbox proven")
        claimed = customers.claim(settlement, account, person.email)
        settlement.close()
    settle_marked(runtime, shop_id)
    runtime.bell.ring("push", shop_id)
    return claimed
