"""Where the simulator lets things break: the n-th statement, the n-th call of the shop, the process itself."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

import requests
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from adapters.wires import AppTransport
from bridge.storage.db import Database

_MOMENTS = ("before_cursor_execute", "commit")


class Crash(BaseException):
    """The process dies here. No ``except Exception`` may hold it up, as none holds up a ``kill -9``."""


@dataclass
class Trap:
    """Goes off once, at the n-th time from now; 0 means never."""

    left: int = 0

    def springs(self) -> bool:
        """Count one; whether this is the time."""
        if self.left:
            self.left -= 1
            return self.left == 0
        return False


@dataclass
class Traps:
    """What is armed at present. ``meanwhile`` is what somebody else does during a call of the shop."""

    statement_fails: Trap = field(default_factory=Trap)
    statement_kills: Trap = field(default_factory=Trap)
    call_kills: Trap = field(default_factory=Trap)
    answer_kills: Trap = field(default_factory=Trap)
    call_meets: Trap = field(default_factory=Trap)
    meanwhile: Callable[[], None] = lambda: None

    def disarm(self) -> None:
        """From now on nothing goes wrong."""
        for trap in self.names():
            getattr(self, trap).left = 0

    def arm(self, name: str, n: int) -> None:
        """Let the named trap spring at the n-th time from now."""
        getattr(self, name).left = n

    @staticmethod
    def names() -> list[str]:
        """What can be armed."""
        return [each.name for each in fields(Traps) if each.name != "meanwhile"]

    def watch(self, db: Database) -> None:
        """Let statements and commits of this database go through the traps."""
        for moment in _MOMENTS:
            event.listen(db.engine, moment, self._statement)

    def unwatch(self, db: Database) -> None:
        """Leave this database alone."""
        for moment in _MOMENTS:
            event.remove(db.engine, moment, self._statement)

    def _statement(self, *_: Any) -> None:
        if self.statement_fails.springs():
            raise OperationalError("a statement", None, sqlite3.OperationalError("disk I/O error"))
        # The thread that keeps deliveries dies with the process; alone it can only fail.
        if threading.current_thread() is threading.main_thread() and self.statement_kills.springs():
            raise Crash


class Wire(AppTransport):
    """Calls of the shop, with traps before and after, and time passing by."""

    def __init__(self, app: Flask, traps: Traps, tick: Callable[[], None]) -> None:
        super().__init__(app)
        self.calls = 0
        self._traps = traps
        self._tick = tick

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """One call. The process may die before the shop hears of it, or before the answer arrives."""
        self.calls += 1
        self._tick()
        if self._traps.call_meets.springs():
            self._traps.meanwhile()
        if self._traps.call_kills.springs():
            raise Crash
        answer = super().send(request, *args, **options)
        if self._traps.answer_kills.springs():
            raise Crash
        return answer
