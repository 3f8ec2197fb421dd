"""What all commands share: the options ``--data`` and ``--json``, the runtime, printing, and exit codes."""

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bridge import logs
from bridge.config import Settings
from bridge.domain.document import ProgrammeError
from bridge.errors import BridgeError, NotFound, Refused, SealBroken, SettingsError, ShopError
from bridge.runtime import Runtime

OK, FINDINGS, USAGE, ENVIRONMENT = 0, 1, 2, 3

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, USAGE),
    (Refused, USAGE),
    (ProgrammeError, FINDINGS),
    (SettingsError, ENVIRONMENT),
    (SealBroken, ENVIRONMENT),
    (ShopError, ENVIRONMENT),
    (BridgeError, FINDINGS),
    (SQLAlchemyError, ENVIRONMENT),
    (OSError, ENVIRONMENT),
)
"""The one place that turns a failure into an exit code; the first class that fits decides."""

_PIPE_WIDTH = 160
"""Columns of a table that nobody watches, so that a pipe does not cut what a terminal would."""


@dataclasses.dataclass(slots=True)
class Desk:
    """Where a command stands: the data folder it was told, and whether a machine reads its answer.

    A command that can change something says for the trail what it was about, if that is more than its shop, and
    that it has not ``changed`` anything when it was only asked.
    """

    data: Path | None = None
    as_json: bool = False
    changed: bool = True
    subject: str = ""

    def settings(self, **given: object) -> Settings:
        """The settings, with what this command was told put over them."""
        told = {name: str(value) for name, value in given.items() if value is not None}
        if self.data is not None:
            told["RABATTKONTO_DATA"] = str(self.data)
        return Settings.load({**os.environ, **told}, Path(".env"))

    @contextmanager
    def runtime(self, *, migrated: bool = True) -> Iterator[Runtime]:
        """The parts that use cases need, on tables of the newest schema unless told otherwise."""
        # They bring the web application and the schema's history, which help texts can do without.
        from bridge.app import build_runtime
        from bridge.services.upgrade import bring_up_to_date

        settings = self.settings()
        logs.set_up(_louder(settings.log_level), settings.log_format)
        runtime = build_runtime(settings)
        try:
            if migrated:
                bring_up_to_date(runtime)
            yield runtime
            self._leave_trail(runtime)
        finally:
            runtime.db.close()

    def _leave_trail(self, runtime: Runtime) -> None:
        from bridge.services import trail

        context = click.get_current_context()
        deed = getattr(context.command, "deed", "")
        if deed and self.changed:
            shop = context.params.get("shop_id")
            trail.leave(runtime, None, deed, self.subject or (f"shop:{shop}" if shop else ""))

    def answer(self, value: Any, show: Callable[[], object]) -> None:
        """Print the one JSON value of this command, or let ``show`` print it for people."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False))
        else:
            show()


def _louder(level: str) -> str:
    """A command answers by itself; only what went wrong on the way is worth a log line."""
    return "WARNING" if level == "INFO" else level


def say(text: str) -> None:
    """A line for people on stdout."""
    console().print(text, markup=False, highlight=False)


def note(text: str) -> None:
    """A line beside the answer: warnings, progress. Never on stdout."""
    click.echo(text, err=True)


def console() -> Console:
    """Where tables go."""
    return Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[str] = ()) -> Table:
    """A plain table; the columns named in ``right`` hold amounts or numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        made.add_column(head, justify="right" if head in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(str(cell) for cell in row))
    return made


def end(*, ok: bool) -> None:
    """Leave with 1 when something was found."""
    if not ok:
        sys.exit(FINDINGS)


pass_desk = click.make_pass_decorator(Desk, ensure=True)


def _remember_data(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Desk).data = value


def _remember_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Desk).as_json = True


def _common() -> list[click.Parameter]:
    return [
        click.Option(
            ["--data"],
            type=click.Path(path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_remember_data,
            help="The data folder; otherwise RABATTKONTO_DATA.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_remember_json,
            help="Answer with exactly one JSON value on stdout.",
        ),
    ]


class Command(click.Command):
    """A command with the options that all of them have.

    ``deed`` is what the trail says when it has succeeded ("programme activated"), empty for one that only looks.
    """

    def __init__(self, *args: Any, deed: str = "", **details: Any) -> None:
        super().__init__(*args, **details)
        self.deed = deed
        self.params += _common()


class Group(click.Group):
    """A group whose commands have the common options."""

    command_class = Command


class Commands(Group):
    """The outermost group: takes the common options too, and tells every failure in a sentence."""

    def __init__(self, *args: Any, **details: Any) -> None:
        super().__init__(*args, **details)
        self.params += _common()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a failure that people can understand ends in its sentence and exit code."""
        ctx.ensure_object(Desk)
        try:
            return super().invoke(ctx)
        except tuple(kind for kind, _ in _CODES) as failure:
            _fail(failure)


def _fail(failure: Exception) -> NoReturn:
    note(_sentence(failure))
    sys.exit(next(code for kind, code in _CODES if isinstance(failure, kind)))


def _sentence(failure: Exception) -> str:
    if isinstance(failure, SQLAlchemyError):
        # Its own text may hold rows and the password of the address.
        return f"The database cannot be used ({type(failure).__name__}); check DATABASE_URL or the data folder."
    return str(failure)
