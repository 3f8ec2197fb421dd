"""The storefront: whether somebody in the shop keeps limits per basket, and what that somebody is told."""

from bridge.domain.baskets import basket_rules
from bridge.domain.programme import Programme
from bridge.domain.tariff import tariff
from bridge.errors import Refused
from bridge.ports import NO_RULES, Finding, Furnishing, ShopClient, Tariff
from bridge.runtime import Runtime
from bridge.services.connect import client_of, unseal
from bridge.services.contact import load_shop
from bridge.services.taken import stopped
from bridge.services.ways_in import storefront_key
from bridge.storage import programmes
from bridge.storage.facts import BUDGET, Facts
from bridge.storage.models import Shop, ShopStatus


def refuse_unkept(runtime: Runtime, shop_id: int, programme: Programme) -> None:
    """Raise ``Refused`` for a programme whose limits the shop cannot keep. Asks the shop: any ``ShopError``."""
    rules = basket_rules(programme)
    if not rules:
        return
    lacking = client_of(runtime, load_shop(runtime, shop_id)).unkept(rules)
    if lacking:
        raise Refused(
            "The programme limits what credit may take off a basket (max_share_percent, min_payable, or an"
            f" [[exclude]] that forbids use). {lacking} Nothing was changed."
        )


def unkept(runtime: Runtime, shop: Shop, client: ShopClient) -> list[Finding]:
    """Whether nobody keeps the limits that are in force: what could is gone from the shop since. ``ShopError``."""
    with runtime.db.reading() as session:
        version = programmes.timeline(session, shop.id or 0).at(runtime.clock())
    rules = basket_rules(version.programme) if version else NO_RULES
    lacking = client.unkept(rules) if rules else ""
    return (
        [Finding("storefront", "Credit comes off baskets without the programme's limits.", lacking)]
        if lacking
        else []
    )


def furnish(runtime: Runtime, shop: Shop, client: ShopClient) -> bool:
    """Tell the storefront what holds now; whether there is one. Any ``ShopError``.

    It is told the same again and again: a plugin that was put in anew knows nothing, and hearing from us is how
    the shop's admin sees that we are alive.
    """
    return client.furnish(Furnishing(_tariff(runtime, shop), way_in(runtime, shop), way_in_key(runtime, shop)))


def way_in(runtime: Runtime, shop: Shop) -> str:
    """The address to which the shop sends a customer who is logged in there, with a request that it signs."""
    return f"{runtime.settings.public_url}/in/{shop.token}"


def way_in_key(runtime: Runtime, shop: Shop) -> str:
    """What the shop signs such requests with: made of the newest webhook secret, and renewed with it."""
    return storefront_key(unseal(runtime, shop).webhook[0])


def _tariff(runtime: Runtime, shop: Shop) -> Tariff:
    if shop.status == ShopStatus.LEAVING:
        return Tariff()
    now = runtime.clock()
    with runtime.db.reading() as session:
        version = programmes.timeline(session, shop.id or 0).at(now)
        if version is None:
            return Tariff()
        facts = Facts(session, shop.id or 0, [BUDGET])
        return tariff(version.programme, stopped(version.programme, now, facts))
