"""The night's work of a shop: budget, backup, old raw bodies thrown away, an announced end carried out.

Whatever fails becomes a case and is tried again the next night; the day's work never waits for it.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bridge.domain.calendar import local_day
from bridge.errors import BridgeError
from bridge.runtime import Runtime
from bridge.services import backup, bodies, budget, contact, figures, keys, leave, mail, once, verify
from bridge.storage import programmes, totals
from bridge.storage.cases import close_case, open_case
from bridge.storage.models import Shop

log = structlog.get_logger(__name__)

_NIGHT = "night"


def is_due(shop: Shop, now: datetime) -> bool:
    """Whether midnight has passed in the shop since the last night's work (or since it was added)."""
    zone = ZoneInfo(shop.timezone)
    return local_day(now, zone) > local_day(shop.nightly_at or shop.added_at, zone)


def night(runtime: Runtime, shop_id: int) -> None:
    """Do what the night is for, once per day of the shop; a second call on the same day does nothing."""
    shop = contact.load_shop(runtime, shop_id)
    if not is_due(shop, runtime.clock()):
        return
    for name, work in _WORK.items():
        _attempt(runtime, shop_id, name, work)
    with runtime.db.transaction() as session:
        contact.find_shop(session, shop_id).nightly_at = runtime.clock()


def _attempt(runtime: Runtime, shop_id: int, name: str, work: Callable[[Runtime, int], object]) -> None:
    problem = ""
    try:
        work(runtime, shop_id)
    except (BridgeError, OSError) as error:
        problem = f"The {name} of this night failed: {error}"
        log.warning("night work failed", shop=shop_id, work=name, problem=type(error).__name__)
    with runtime.db.transaction() as session:
        if problem:
            open_case(session, shop_id, _NIGHT, name, problem, runtime.clock())
        else:
            close_case(session, shop_id, _NIGHT, name, runtime.clock())


def _count_months(runtime: Runtime, shop_id: int) -> None:
    """A programme with another time zone moves the borders of months: their totals follow once a night."""
    with runtime.db.transaction() as session:
        zone = programmes.zone(programmes.timeline(session, shop_id), contact.find_shop(session, shop_id))
        if totals.kept(session, shop_id)[1] - {zone.key}:
            totals.count_anew(session, shop_id, zone)


def _prove(runtime: Runtime, shop_id: int) -> None:
    """The books prove themselves every night; the first wrong row is told to a person."""
    findings = verify.verify(runtime)
    with runtime.db.transaction() as session:
        figures.keep(session, shop_id, figures.PROOF, runtime.clock(), {"findings": len(findings)})
    if findings:
        first = findings[0]
        raise BridgeError(
            f"{first.invariant}, {first.subject}: {first.sentence} Nothing was changed; `rabattkonto verify` "
            f"shows all {len(findings)} findings."
        )


_WORK: dict[str, Callable[[Runtime, int], object]] = {
    "look at the budget": budget.decide,
    "backup": lambda runtime, _: backup.nightly(runtime),
    "throwing away of old raw messages": bodies.purge,
    "count of the months": _count_months,
    "throwing away of old mails": mail.purge,
    "forgetting of old answers to programs": lambda runtime, _: once.forget_old(runtime),
    "proof of the books": _prove,
    "figures": figures.refresh,
    "look at the shops' access": lambda runtime, _: keys.examine(runtime),
    "announced end": leave.end_if_due,
}
