"""Limits per basket need somebody in the shop who keeps them: asked before they are in force, and by each check."""

from bridge.domain.baskets import basket_rules
from bridge.domain.programme import Programme
from bridge.errors import Refused
from bridge.ports import NO_RULES, Finding, ShopClient
from bridge.runtime import Runtime
from bridge.services.connect import client_of
from bridge.services.contact import load_shop
from bridge.storage import programmes
from bridge.storage.models import Shop


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
