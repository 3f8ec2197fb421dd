"""A mailbox proven by hand: the merchant has seen that it is the customer's, so what waits there is theirs."""

from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services import customers
from bridge.services.contact import find_shop
from bridge.services.customers import UNCONFIRMED
from bridge.services.settle import settle_marked
from bridge.services.settlement import Settlement
from bridge.storage.facts import Facts
from bridge.storage.models import Person


def prove(runtime: Runtime, shop_id: int, account: int) -> bool:
    """Take the account's address as proven; whether a guest's credit was claimed by it.

    Raises ``Refused`` where no address is known, and where the shop says that its customer has not confirmed it.
    """
    with runtime.db.transaction() as session:
        person = session.get(Person, account)
        if person is None or not person.email:
            raise Refused("No e-mail address is known for this account, so none can be proven.")
        if Facts(session, shop_id, [f"account:{account}"]).at(f"account:{account}", UNCONFIRMED, runtime.clock()):
            raise Refused(
                "The shop waits for this customer to confirm the e-mail address (double opt-in), so it proves"
                " nothing. Nothing was claimed; confirm the customer in the shop first."
            )
        shop = find_shop(session, shop_id)
        settlement = Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), "mailbox proven")
        claimed = customers.claim(settlement, account, person.email)
        settlement.close()
    settle_marked(runtime, shop_id)
    runtime.bell.ring("push", shop_id)
    return claimed
