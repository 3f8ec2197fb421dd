"""Leaving a shop: pause, wind down, or remove. The books always stay, and nothing owed is forgotten unseen.

Paused: deliveries are kept and wait, codes in the shop stay as they are. Winding down: nothing is earned from now
on, credit can be used for twelve months, then the shop is removed. Removed: the shop has nothing of us any more.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
import tomli_w
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from bridge.domain.calendar import local_day, plus_months
from bridge.errors import Refused, ShopAway
from bridge.ports import Furnishing, Tariff
from bridge.runtime import Runtime
from bridge.services import bodies, contact, export, programmes, push, shop_tokens
from bridge.services.connect import client_of
from bridge.services.shops import webhook_url
from bridge.storage.facts import Dated, Facts
from bridge.storage.models import Account, Case, Shop, ShopStatus
from bridge.storage.offers import look_at_all

log = structlog.get_logger(__name__)

WINDING_DOWN_MONTHS = 12

_SHOP, _ENDS = "shop", "ends"
_EARNS = ("earn", "bonus", "referral", "budget")
"""The tables of a programme by which credit comes about."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Where the books of a removed shop were written for keeping."""

    exported: Path


def pause(runtime: Runtime, shop_id: int) -> None:
    """Keep what the shop sends, and settle, read and push nothing until it is resumed."""
    _become(runtime, shop_id, ShopStatus.PAUSED)


def resume(runtime: Runtime, shop_id: int) -> None:
    """Take up again what was paused, left half way or winding down. What was missed is read from the shop.

    After winding down a programme that earns has to be activated again.
    """
    _become(runtime, shop_id, ShopStatus.ACTIVE)
    if ends_on(runtime, shop_id) is not None:
        _announce(runtime, shop_id, None)
    with runtime.db.transaction() as session:
        look_at_all(session, shop_id)
    runtime.bell.ring("reconcile", shop_id)


def wind_down(runtime: Runtime, shop_id: int) -> date:
    """Earn nothing from now on; the announced day on which credit can be used for the last time."""
    shop = _staying(contact.load_shop(runtime, shop_id))
    announced = ends_on(runtime, shop_id)
    if announced is not None:
        return announced
    versions = programmes.show(runtime, shop_id)
    if not versions:
        raise Refused("The shop has no programme yet, so there is nothing to wind down; it can be removed at once.")
    programmes.activate(runtime, shop_id, without_earning(versions[-1].document), by="winding down")
    last_day = plus_months(local_day(runtime.clock(), ZoneInfo(shop.timezone)), WINDING_DOWN_MONTHS)
    _announce(runtime, shop_id, last_day)
    return last_day


def without_earning(document: str) -> str:
    """The same programme with everything by which credit comes about taken out."""
    table = {name: part for name, part in tomllib.loads(document).items() if name not in _EARNS}
    return tomli_w.dumps({**table, "programme": {**table["programme"], "earning": False}})


def ends_on(runtime: Runtime, shop_id: int) -> date | None:
    """The last day on which credit can be used, None unless the shop is being wound down."""
    with runtime.db.reading() as session:
        announced = Facts(session, shop_id, [_SHOP]).history(_SHOP, _ENDS)
    value = announced[-1].value if announced else None
    return date.fromisoformat(value) if value else None


def end_if_due(runtime: Runtime, shop_id: int) -> None:
    """Remove a shop whose announced last day is over. Raises ``ShopError`` while the shop is away."""
    shop, last_day = contact.load_shop(runtime, shop_id), ends_on(runtime, shop_id)
    if last_day is not None and local_day(runtime.clock(), ZoneInfo(shop.timezone)) > last_day:
        remove(runtime, shop_id)


def remove(runtime: Runtime, shop_id: int, shop_is_gone: bool = False) -> Removed:
    """Write the books out, withdraw all codes, take our meta data and webhooks out of the shop, forget its access.

    The ledger stays readable. Raises ``ShopError`` or ``Refused`` when the shop could not be left clean: what was
    done stays done, and the same call goes on from there. ``shop_is_gone`` leaves the shop itself out.
    """
    _staying(contact.load_shop(runtime, shop_id))
    exported = export.export_shop(runtime, shop_id)
    if not shop_is_gone:
        _leave_clean(runtime, shop_id)
    with runtime.db.transaction() as session:
        shop = contact.find_shop(session, shop_id)
        shop.status, shop.secrets = ShopStatus.REMOVED, b""
        shop_tokens.forget(session, shop)
        shop.problem, shop.retry_at, shop.restored_from = "", None, None
        _close_cases(session, shop_id, runtime.clock())
    bodies.purge_all(runtime, shop_id)
    log.info("shop removed", shop=shop_id)
    return Removed(exported)


# --- the shop ---------------------------------------------------------------------------------------------


def _leave_clean(runtime: Runtime, shop_id: int) -> None:
    shop = contact.load_shop(runtime, shop_id)
    if shop.status == ShopStatus.LOCKED:
        raise Refused(f"{shop.problem} Or, if the shop itself is gone: add --shop-is-gone.")
    if shop.restored_from is not None:
        raise Refused("The shop has to be read after the restore first: run `rabattkonto work --until-empty`.")
    _become(runtime, shop_id, ShopStatus.LEAVING)
    with runtime.db.transaction() as session:
        contact.find_shop(session, shop_id).retry_at = None
        if shop.status != ShopStatus.LEAVING:
            look_at_all(session, shop_id)
    pushed = push.push(runtime, shop_id)
    left = _not_clean(runtime, shop_id)
    if left:
        why = pushed.problem or "a code was used whose order is not here yet."
        raise ShopAway(
            f"{left} accounts still have something in the shop: {why} What was done stays done; remove the shop"
            " again later to go on."
        )
    client = client_of(runtime, shop)
    # A storefront that is told nothing promises nothing any more, and does not wait for us.
    client.furnish(Furnishing(Tariff()))
    client.unregister(webhook_url(runtime, shop))


def _not_clean(runtime: Runtime, shop_id: int) -> int:
    statement = select(func.count()).where(col(Account.shop_id) == shop_id, col(Account.stale).is_(True))
    with runtime.db.reading() as session:
        return int(session.execute(statement.select_from(Account)).scalar_one())


def _close_cases(session: Session, shop_id: int, now: datetime) -> None:
    """Nobody has to look after a shop that is not there any more; what is open about its accounts stays."""
    about_shop = col(Case.subject).in_((_SHOP, "night"))
    session.execute(
        update(Case)
        .where(col(Case.shop_id) == shop_id, about_shop, col(Case.closed_at).is_(None))
        .values(closed_at=now)
    )


# --- states -----------------------------------------------------------------------------------------------


def _staying(shop: Shop) -> Shop:
    if shop.status == ShopStatus.REMOVED:
        raise Refused(f"Shop {shop.id} was removed already. Its books can be read as before.")
    return shop


def _become(runtime: Runtime, shop_id: int, status: ShopStatus) -> None:
    with runtime.db.transaction() as session:
        shop = _staying(contact.find_shop(session, shop_id))
        if shop.status == ShopStatus.LOCKED and status != ShopStatus.PAUSED:
            raise Refused(shop.problem)
        shop.status = status


def _announce(runtime: Runtime, shop_id: int, last_day: date | None) -> None:
    with runtime.db.transaction() as session:
        facts = Facts(session, shop_id, [_SHOP])
        facts.learn(Dated(_SHOP, _ENDS, runtime.clock(), last_day.isoformat() if last_day else None))
        facts.save()
