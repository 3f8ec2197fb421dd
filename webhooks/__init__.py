"""The address that shops send to: cap, raw bytes, verify, keep, answer.

No JSON is parsed here, no session opened, no shop asked, and the queue cannot hold up an answer.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog
from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from bridge.errors import Busy, SealBroken, SignatureError
from bridge.ports import Platform
from bridge.runtime import Runtime
from bridge.services import health
from bridge.services.receive import Door, Doors, Writer
from bridge.storage.inbox import Arrival

log = structlog.get_logger(__name__)

_PING_EVERY = timedelta(minutes=1)


def blueprint(runtime: Runtime, writer: Writer) -> Blueprint:
    """The routes. They must stay outside CSRF protection, sessions and limiters."""
    pages = Blueprint("webhooks", __name__, url_prefix="/webhooks")
    desk = _Desk(runtime, writer)
    # A redirect would count as success for WooCommerce, and the body would be lost.
    pages.post("/<platform>/<token>", strict_slashes=False)(desk.receive)
    return pages


class _Desk:
    """Takes deliveries in, one request at a time."""

    def __init__(self, runtime: Runtime, writer: Writer) -> None:
        self._runtime = runtime
        self._writer = writer
        self._doors = Doors(runtime)
        self._pinged: dict[int, datetime] = {}

    def receive(self, platform: str, token: str) -> Response:
        """200 once the delivery is durable; 503 when that cannot be done now."""
        raw = _body(self._runtime.settings.max_body_bytes)
        try:
            return self._take_in(platform, token, raw, dict(request.headers))
        except (Busy, SealBroken) as problem:
            log.warning("delivery refused", platform=platform, problem=str(problem))
        except SQLAlchemyError as problem:
            log.warning("delivery refused", platform=platform, problem=type(problem).__name__)
        return _answer(503)

    def _take_in(self, platform: str, token: str, raw: bytes, headers: Mapping[str, str]) -> Response:
        door = self._doors.find(token)
        if door is None or door.platform != platform:
            return _answer(404)
        adapter = self._runtime.platform(platform)
        if adapter.is_ping(raw, headers):
            self._note_ping(door)
            return _answer(200)
        if not self._signed(adapter, door, token, raw, headers):
            log.warning("delivery not signed with a secret of this shop", shop=door.shop_id)
            return _answer(401)
        self._keep(adapter, door, raw, headers)
        return _answer(200)

    def _note_ping(self, door: Door) -> None:
        """It proves that the shop reaches us, and nothing else; a flood of them costs one row a minute."""
        now = self._runtime.clock()
        if now - self._pinged.get(door.shop_id, datetime.min.replace(tzinfo=UTC)) > _PING_EVERY:
            self._pinged[door.shop_id] = now
            health.beat(self._runtime, health.ping_of(door.shop_id))

    def _signed(self, adapter: Platform, door: Door, token: str, raw: bytes, headers: Mapping[str, str]) -> bool:
        if _verifies(adapter, door, raw, headers):
            return True
        # The secret may have been changed by another process since we remembered it.
        now = self._doors.look(token)
        return now is not None and now.secrets != door.secrets and _verifies(adapter, now, raw, headers)

    def _keep(self, adapter: Platform, door: Door, raw: bytes, headers: Mapping[str, str]) -> None:
        envelope = adapter.describe(headers)
        self._writer.keep(
            Arrival(
                shop_id=door.shop_id,
                received_at=self._runtime.clock(),
                topic=envelope.topic,
                origin=envelope.source,
                headers=envelope.kept,
                body=raw,
            )
        )
        self._runtime.bell.ring("drain", door.shop_id)


def _verifies(adapter: Platform, door: Door, raw: bytes, headers: Mapping[str, str]) -> bool:
    try:
        adapter.verify(raw, headers, door.secrets)
    except SignatureError:
        return False
    return True


def _body(most: int) -> bytes:
    """All bytes that were announced. Shops announce a length; without one an end cut off would go unseen."""
    announced = request.content_length
    if announced is None or "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        abort(400)
    if announced > most:
        abort(413)
    raw = request.get_data(cache=False)
    if len(raw) != announced:
        abort(400)
    return raw


def _answer(status: int) -> Response:
    return Response(status=status, mimetype="text/plain")
