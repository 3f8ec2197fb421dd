"""Letting us in: the merchant agrees on a page of the shop, the shop sends a key, a job tries it.

What the shop sends is not signed. The text that travels with it says which shop it is about and until when it is
good; it is sealed by our own key, and works once. The key is tried after the answer was given, never inside it:
a shop with a single worker would wait for itself.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete
from sqlmodel import Session, col, select

from bridge.errors import BridgeError
from bridge.ports import Approves, Granted
from bridge.runtime import Runtime
from bridge.services import doors, shops
from bridge.storage.alone import alone
from bridge.storage.models import Shop, Ticket

log = structlog.get_logger(__name__)

LASTS = timedelta(minutes=30)
PURPOSE = "key approval"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an approval: a shop, a problem in a sentence, or neither yet.

    ``came`` is False when no key has come by it, and none will: the shop sends it before it lets the browser go.
    """

    shop_id: int | None = None
    problem: str = ""
    came: bool = True


def address(runtime: Runtime, platform: str, url: str, back: str, answer: str) -> str:
    """The shop's page on which its owner lets us in, good for half an hour; empty where there is none."""
    adapter = runtime.platform(platform)
    if not isinstance(adapter, Approves):
        return ""
    ends = (runtime.clock() + LASTS).isoformat()
    return adapter.approval(url, _signer(runtime).dumps([platform, url, ends, secrets.token_hex(8)]), back, answer)


def take(runtime: Runtime, platform: str, raw: bytes) -> bool:
    """Keep the key that a shop has sent. False for anything else; the shop then deletes the key again."""
    adapter = runtime.platform(platform)
    sent = adapter.granted(raw) if isinstance(adapter, Approves) else None
    url = _url_of(runtime, sent.state, platform) if sent is not None else None
    if sent is None or url is None or not sent.may_write:
        return False
    with runtime.db.transaction() as session:
        session.execute(delete(Ticket).where(col(Ticket.purpose) == PURPOSE, col(Ticket.ends_at) < runtime.clock()))
        fresh = session.get(Ticket, doors.hashed(sent.state)) is None
        if fresh:
            session.add(_ticket(runtime, platform, url, sent))
    if fresh:
        runtime.bell.ring("connect", 0)
    return fresh


def is_waiting(runtime: Runtime) -> bool:
    """Whether a key waits to be tried."""
    with runtime.db.reading() as session:
        return _next(session) is not None


def connect(runtime: Runtime, _nothing: int = 0) -> None:
    """Try every key that has come: a shop that takes it is connected, in observe mode."""
    with alone(runtime.db, "approvals") as mine:
        while mine and (ticket := _waiting(runtime)):
            _finish(runtime, ticket, _connect(runtime, ticket))


def outcome(runtime: Runtime, state: str) -> Outcome:
    """What became of the approval that the browser comes back from."""
    with runtime.db.reading() as session:
        ticket = session.get(Ticket, doors.hashed(state))
        if ticket is None:
            return Outcome(came=False)
        if ticket.used_at is None:
            return Outcome()
        if ticket.content:
            return Outcome(problem=json.loads(runtime.vault.unseal("ticket", PURPOSE, ticket.content))["problem"])
        shop = session.exec(select(Shop.id).where(Shop.url == ticket.subject).order_by(col(Shop.id).desc())).first()
        return Outcome(shop_id=shop)


def _signer(runtime: Runtime) -> URLSafeSerializer:
    return URLSafeSerializer(runtime.vault.key_for("approval"), salt=PURPOSE)


def _url_of(runtime: Runtime, state: str, platform: str) -> str | None:
    """The shop that an unexpired text of ours is about."""
    try:
        asked, url, ends, _ = _signer(runtime).loads(state)
    except (BadSignature, ValueError, TypeError):
        return None
    good = asked == platform and datetime.fromisoformat(ends) > runtime.clock()
    return str(url) if good else None


def _ticket(runtime: Runtime, platform: str, url: str, sent: Granted) -> Ticket:
    content = json.dumps({"platform": platform, "key": sent.key, "secret": sent.secret})
    now = runtime.clock()
    return Ticket(
        token_hash=doors.hashed(sent.state),
        purpose=PURPOSE,
        subject=url,
        content=runtime.vault.seal("ticket", PURPOSE, content),
        made_at=now,
        ends_at=now + LASTS,
    )


def _next(session: Session) -> Ticket | None:
    return session.exec(select(Ticket).where(Ticket.purpose == PURPOSE, col(Ticket.used_at).is_(None))).first()


def _waiting(runtime: Runtime) -> Ticket | None:
    with runtime.db.reading() as session:
        return _next(session)


def _connect(runtime: Runtime, ticket: Ticket) -> str:
    """Why the shop could not be connected; empty when it is."""
    try:
        access = json.loads(runtime.vault.unseal("ticket", PURPOSE, ticket.content))
        new = shops.NewShop(access["platform"], ticket.subject, access["key"], access["secret"], observing=True)
        shops.add_shop(runtime, new)
    except BridgeError as problem:
        log.warning("approved key not taken", kind=type(problem).__name__)
        return str(problem)
    return ""


def _finish(runtime: Runtime, ticket: Ticket, problem: str) -> None:
    """The key is kept with its shop from now on, and nowhere else."""
    content = runtime.vault.seal("ticket", PURPOSE, json.dumps({"problem": problem})) if problem else b""
    with runtime.db.transaction() as session:
        kept = session.get_one(Ticket, ticket.token_hash)
        kept.used_at, kept.content = runtime.clock(), content
