"""The alarm: a mail to the admins when a shop has not worked for an hour, and one when it works again.

What is red is decided by what the database says, so that a restart forgets nothing: since when it is red, and
whether somebody was told, stands with the shop.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from bridge.runtime import Runtime
from bridge.services import alarm_texts, contact, health, mail
from bridge.services.mail import Letter
from bridge.services.users import Role
from bridge.storage.models import Case, Shop, ShopStatus, User

log = structlog.get_logger(__name__)

AFTER = timedelta(hours=1)
EVERY = 60
"""Seconds between two looks."""


def look(runtime: Runtime) -> None:
    """See which shops work, and keep a mail for those that have not for an hour, or do again after one."""
    ours = " ".join(health.obstacles(runtime))
    with runtime.db.reading() as session:
        rows = session.exec(select(Shop).where(col(Shop.status).in_([ShopStatus.ACTIVE, ShopStatus.LOCKED]))).all()
        reasons = {shop.id or 0: ours or _trouble(session, shop) for shop in rows}
    now = runtime.clock()
    for shop in rows:
        if _news(shop, reasons[shop.id or 0], now):
            _keep(runtime, shop.id or 0, reasons[shop.id or 0], now)


def _trouble(session: Session, shop: Shop) -> str:
    """Why a shop does not work, in a sentence; empty when it does. Cases about single orders are no reason."""
    if shop.problem:
        return shop.problem
    cases = select(Case.sentence).where(
        Case.shop_id == shop.id, Case.subject == "shop", col(Case.closed_at).is_(None)
    )
    # A repair that was made is a case too, until the next look confirms it.
    return session.exec(cases.where(Case.reason != "webhooks repaired").limit(1)).first() or ""


def _news(shop: Shop, reason: str, now: datetime) -> bool:
    """Whether anything has to be written: without one, a look costs a read."""
    if not reason:
        return shop.red_since is not None
    if shop.red_since is None:
        return True
    return shop.alarmed_at is None and now - shop.red_since >= AFTER


def _keep(runtime: Runtime, shop_id: int, reason: str, now: datetime) -> None:
    with runtime.db.transaction() as session:
        shop = contact.find_shop(session, shop_id)
        if not reason:
            if shop.alarmed_at is not None:
                _tell(runtime, session, shop, "green", "")
            shop.red_since = shop.alarmed_at = None
        elif shop.red_since is None:
            shop.red_since = now
        else:
            shop.alarmed_at = now
            _tell(runtime, session, shop, "red", reason)


def _tell(runtime: Runtime, session: Session, shop: Shop, what: str, reason: str) -> None:
    """One mail per admin; its key holds since when it is red, so that no restart sends it twice."""
    subject, text = alarm_texts.letter(runtime.settings, shop, what, reason)
    for user in _admins(session):
        key = f"alarm:{shop.id}:{what}:{shop.red_since:%Y-%m-%dT%H:%M:%S}:{user.id}"
        mail.keep(session, runtime, Letter(key, user.email, subject, text), shop.id)
    log.warning("alarm", shop=shop.id, what=what)


def _admins(session: Session) -> Sequence[User]:
    rows = select(User).where(User.role == Role.ADMIN, col(User.active), User.email != "")
    return session.exec(rows.order_by(col(User.id))).all()
