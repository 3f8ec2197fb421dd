"""The address that shops send to: cap, raw bytes, verify, keep, answer.

No JSON is parsed here, no session opened, no shop asked, and the queue cannot hold up an answer.

This is a WSGI application of its own that stands before Flask: routing, contexts and request objects would
cost several times what checking and keeping a delivery costs, and nothing here needs them. What it buys is
measured by ``rabattkonto bench receive``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bridge.errors import Busy, SealBroken, SignatureError
from bridge.ports import Platform
from bridge.runtime import Runtime
from bridge.services import health
from bridge.services.receive import Door, Doors, Writer
from bridge.storage.inbox import Arrival

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

PREFIX = "/webhooks"

_PING_EVERY = timedelta(minutes=1)

Headers: TypeAlias = Callable[[bool], Mapping[str, str]]
"""The headers that every answer carries, over https or not."""

Answer: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]


class Webhooks:
    """Takes deliveries in, one request at a time; everything beside ``/webhooks`` goes to ``others``.

    Nothing here redirects: WooCommerce takes a redirect for success, and the body would be lost.
    """

    def __init__(self, runtime: Runtime, writer: Writer, headers: Headers, others: "WSGIApplication") -> None:
        self._desk = _Desk(runtime, writer)
        self._most = runtime.settings.max_body_bytes
        self._answer = _answering(headers)
        self._others = others

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """The WSGI call."""
        path = environ.get("PATH_INFO", "")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return self._others(environ, start)
        try:
            status = self._receive(path, environ)
        except Exception:  # the web edge: the shop must hear that it was not kept
            log.exception("delivery failed")
            status = 500
        line, headers = self._answer(status, environ["wsgi.url_scheme"] == "https")
        start(line, list(headers))
        return ()

    def _receive(self, path: str, environ: "WSGIEnvironment") -> int:
        """The status: 200 once the delivery is durable; 503 when that cannot be done now."""
        match path.removesuffix("/").split("/"):
            case ["", _, platform, token] if platform and token:
                pass
            case _:
                return 404
        if environ["REQUEST_METHOD"] != "POST":
            return 405
        raw = _body(environ, self._most)
        return raw if isinstance(raw, int) else self._desk.receive(platform, token, raw, _headers(environ))


def _answering(headers: Headers) -> Callable[[int, bool], Answer]:
    """What to start an answer with, by its status and whether it goes over https: made once, sent many times."""

    @cache
    def answer(status: int, secure: bool) -> Answer:
        own = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "0")]
        allow = [("Allow", "POST")] if status == 405 else []
        return f"{status} {HTTPStatus(status).phrase}", (*own, *allow, *headers(secure).items())

    return answer


class _Desk:
    """What becomes of one delivery."""

    def __init__(self, runtime: Runtime, writer: Writer) -> None:
        self._runtime = runtime
        self._writer = writer
        self._doors = Doors(runtime)
        self._pinged: dict[int, datetime] = {}

    def receive(self, platform: str, token: str, raw: bytes, headers: Mapping[str, str]) -> int:
        try:
            return self._take_in(platform, token, raw, headers)
        except (Busy, SealBroken) as problem:
            log.warning("delivery refused", platform=platform, problem=str(problem))
        except SQLAlchemyError as problem:
            log.warning("delivery refused", platform=platform, problem=type(problem).__name__)
        return 503

    def _take_in(self, platform: str, token: str, raw: bytes, headers: Mapping[str, str]) -> int:
        door = self._doors.find(token)
        if door is None or door.platform != platform:
            return 404
        adapter = self._runtime.platform(platform)
        if adapter.is_ping(raw, headers):
            self._note_ping(door)
            return 200
        if not self._signed(adapter, door, token, raw, headers):
            log.warning("delivery not signed with a secret of this shop", shop=door.shop_id)
            return 401
        self._keep(adapter, door, raw, headers)
        return 200

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
                mark=envelope.mark,
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


def _body(environ: "WSGIEnvironment", most: int) -> bytes | int:
    """All bytes that were announced, or the status that refuses them.

    Shops announce a length; without one an end cut off would go unseen.
    """
    announced = environ.get("CONTENT_LENGTH", "")
    digits = announced.isascii() and announced.isdecimal()
    if not digits or "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return 400
    if int(announced) > most:
        return 413
    try:
        raw: bytes = environ["wsgi.input"].read(int(announced))
    except OSError:  # whoever sent it has hung up
        return 400
    return raw if len(raw) == int(announced) else 400


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a request, their names in small letters."""
    found = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    return found | {"content-type": environ.get("CONTENT_TYPE", "")}
