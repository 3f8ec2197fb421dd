"""Receiving: a signed message kept durably before it is answered, against a server that only says hello."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import delete
from sqlmodel import func, select

from benchmarks import orders, servers, stage
from benchmarks.apart import Worker, worker
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale, run_of
from benchmarks.load import Loaded, load
from benchmarks.peers import web
from benchmarks.servers import Up
from benchmarks.stage import Room
from bridge.storage.db import Database
from bridge.storage.models import Delivery

CONNECTIONS = (16, 64)


class Target:
    """A server under load: what came of the last run, and how many it has ``answered`` with 200 in all."""

    def __init__(self, client: Worker, up: Up, path: str, seconds: float) -> None:
        self._client = client
        self._up = up
        self._path = path
        self.seconds = seconds
        self._first = 1
        self.loaded: Loaded | None = None
        self.answered = 0

    def run(self, connections: int) -> Run:
        """Load it for the time agreed, with orders that it has not seen."""
        count = max(64, int(4000 * self.seconds))
        before = self._up.cpu()
        done = self._client.call(load, self._up.port, self._path, self._first, count, connections, self.seconds)
        cpu = self._up.cpu() - before
        self._first += count
        self.loaded, self.answered = done, self.answered + done.good
        return run_of(max(1, done.good), done.seconds, cpu, p50=done.p50, p99=done.p99)

    def refused(self) -> Iterator[str]:
        """Answers of the last run that were not 200."""
        if self.loaded is not None and self.loaded.good != self.loaded.statuses.total():
            yield f"answers by status: {dict(self.loaded.statuses)}"


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    seconds = scale.of(4, 40) / 10
    with stage.folder() as folder, worker() as client:
        room = stage.sqlite(folder, "receive")
        stage.furnish(room)
        idiom = f"sqlite:///{folder}/idiom.db"
        with (
            servers.serving("hello") as hello,
            servers.serving("idiom", IDIOM_DATABASE=idiom) as session,
            servers.bridge(room) as ours,
        ):
            targets = {
                "hello": Target(client, hello, web.PATH, seconds),
                "session": Target(client, session, web.PATH, seconds),
                "receive": Target(client, ours, stage.HOOK, seconds),
            }
            checks = {
                "hello": lambda: (),
                "session": lambda: _kept_by_idiom(idiom, targets["session"]),
                "receive": lambda: kept(room, targets["receive"]),
            }
            yield {
                f"{name}, {connections} connections": _contender(target, connections, checks[name])
                for connections in CONNECTIONS
                for name, target in targets.items()
            }


def _contender(target: Target, connections: int, check: Callable[[], Iterable[str]]) -> Contender:
    def everything() -> Iterator[str]:
        yield from target.refused()
        yield from check()

    return Contender(lambda _: target.run(connections), everything)


def kept(room: Room, target: Target) -> Iterator[str]:
    """Whether exactly what was answered with 200 lies in the inbox as it was sent; then it is cleared."""
    with room.runtime() as runtime, runtime.db.transaction() as session:
        count = session.exec(select(func.count()).select_from(Delivery)).one()
        good = target.loaded.good if target.loaded else 0
        if count != good:
            yield f"{good} messages were answered with 200, but {count} lie in the inbox"
        for raw in session.exec(select(Delivery.body).limit(50)):
            if not orders.genuine(raw):
                yield "a message in the inbox is not what was sent"
        session.execute(delete(Delivery))


def _kept_by_idiom(url: str, target: Target) -> Iterator[str]:
    db = Database(url)
    with db.transaction() as session:
        count = session.exec(select(func.count()).select_from(web.Message)).one()
        good = target.loaded.good if target.loaded else 0
        if count != good:
            yield f"{good} messages were answered with 200, but {count} were kept"
        session.execute(delete(web.Message))
    db.close()


def _claims() -> Iterator[Claim]:
    for connections in CONNECTIONS:
        ours, hello, idiom = (f"{name}, {connections} connections" for name in ("receive", "hello", "session"))
        yield Claim(ours, hello, "rate", bound=0.45, aim=1.0)
        yield Claim(ours, idiom, "p99", bound=1 / 10, aim=1 / 30, most=True)


FIGURE = Figure(
    name="receive",
    title="Receiving a message against answering “hello” to it",
    unit="message",
    stage=_stage,
    claims=tuple(_claims()),
    fairness=(
        "All three run on the same web server with the same number of threads, and get the same signed"
        " message of about ten kilobytes from a client that shares the cores with them (which favours nobody,"
        " and makes all look slower). “receive” checks the signature, keeps the message with a full sync of"
        " the disk and rings for a worker before it answers 200. “hello” is a Flask application that reads the"
        " body and answers. “session” is Flask with one SQLModel session per request, into a database of the"
        " same durability."
    ),
)
