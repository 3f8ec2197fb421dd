"""Web applications that take the same messages in other ways."""

import hashlib
import hmac
import os
import signal
from base64 import b64encode
from datetime import UTC, datetime

from flask import Flask, Response, abort, request
from sqlalchemy import create_engine, event
from sqlmodel import Field, Session

from benchmarks import orders
from benchmarks.peers.tables import Peer
from bridge import server
from bridge.lifeline import die_with_parent

PATH = "/hook"


def hello() -> Flask:
    """The least that a Flask application can do for a message: read it and answer."""
    app = _app()

    @app.post(PATH)
    def answer() -> Response:
        request.get_data()
        return Response(status=200)

    return app


def idiom() -> Flask:
    """What the tutorials show: verify, then a session per request that adds a row and commits it.

    Its database is as durable as ours and in the same mode; SQLite's own patience makes the requests take turns.
    """
    app = _app()
    engine = create_engine(os.environ["IDIOM_DATABASE"], connect_args={"timeout": 30}, pool_size=server.THREADS)
    event.listen(engine, "connect", _durable)
    Peer.metadata.create_all(engine, tables=[Peer.metadata.tables["idiom_message"]])

    @app.post(PATH)
    def answer() -> Response:
        raw = request.get_data()
        digest = hmac.new(orders.SECRET.encode(), raw, hashlib.sha256).digest()
        if not hmac.compare_digest(b64encode(digest).decode(), request.headers["X-WC-Webhook-Signature"]):
            abort(401)
        with Session(engine) as session:
            session.add(
                Message(topic=request.headers["X-WC-Webhook-Topic"], body=raw, received_at=datetime.now(UTC))
            )
            session.commit()
        return Response(status=200)

    return app


class Message(Peer, table=True):
    """The idiom's inbox."""

    __tablename__ = "idiom_message"
    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(index=True)
    body: bytes
    received_at: datetime


def _durable(connection: object, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _app() -> Flask:
    # Granian has loaded this in a process of its own, which must not outlive the one that started it.
    die_with_parent(int(os.environ["WEB_PARENT"]), signal.SIGKILL)
    return Flask("benchmarks")
