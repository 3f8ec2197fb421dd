"""Patience with those who guess: every further attempt waits longer, and nobody is locked out for ever.

Counted in the database, so that a restart or a second web process forgives nothing. Names and addresses are
kept as keyed hashes only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from bridge.runtime import Runtime
from bridge.storage.models import Failure

_FORGETS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Counter:
    """What is counted together: ``free`` attempts, then each doubles the wait, up to ``longest`` seconds."""

    subject: bytes
    free: int
    longest: int

    def wait(self, row: Failure | None, now: datetime) -> int:
        """Seconds until the next attempt is looked at; 0 when it may come now."""
        if row is None or row.count < self.free or now - row.at > _FORGETS:
            return 0
        pause: int = min(self.longest, 2 ** min(row.count - self.free + 1, 20))
        return max(0, round((row.at + timedelta(seconds=pause) - now).total_seconds()))


def knock(runtime: Runtime, name: str, address: str) -> int:
    """Count an attempt to log in, before its password is looked at; seconds to wait if it must not be.

    Counting first means that many attempts at the same moment are not all looked at for free.
    """
    return _counted(runtime, list(_counters(runtime, name, address)))


def knock_for_link(runtime: Runtime, address: str) -> int:
    """Count a request for a link from this network address, whoever it is for; seconds to wait if it is too much.

    Each hour begins anew: many people can share an address, and they must not wait for somebody of yesterday.
    """
    hour = int(runtime.clock().timestamp() // 3600)
    subject = runtime.vault.token("link", address, str(hour)).encode()
    return _counted(runtime, [_Counter(subject, free=20, longest=300)])


def _counted(runtime: Runtime, counters: Sequence[_Counter]) -> int:
    """Count an attempt on all of them, unless one says that it must wait: how long, then."""
    now = runtime.clock()
    with runtime.db.transaction() as session:
        rows = [session.get(Failure, counter.subject) for counter in counters]
        wait = max(counter.wait(row, now) for counter, row in zip(counters, rows, strict=True))
        if not wait:
            session.execute(delete(Failure).where(col(Failure.at) < now - _FORGETS))
            for counter in counters:
                _count(session, counter.subject, now)
    return wait


def welcome(runtime: Runtime, name: str, address: str) -> None:
    """The password was right: this name at this address is forgiven, and the attempt counts for nothing else."""
    with runtime.db.transaction() as session:
        pair, *others = [session.get(Failure, each.subject) for each in _counters(runtime, name, address)]
        if pair is not None:
            session.delete(pair)
        for row in others:
            if row is not None:
                row.count = max(0, row.count - 1)


def _counters(runtime: Runtime, name: str, address: str) -> Iterator[_Counter]:
    """The name alone never waits long: otherwise anybody could keep its owner out."""
    who = name.strip().casefold()
    for parts, free, longest in (((who, address), 3, 300), (("", address), 20, 300), ((who, ""), 100, 30)):
        yield _Counter(runtime.vault.token("login", *parts).encode(), free, longest)


def _count(session: Session, subject: bytes, now: datetime) -> None:
    row = session.get(Failure, subject) or Failure(subject=subject, count=0, at=now)
    row.count, row.at = row.count + 1, now
    session.add(row)
