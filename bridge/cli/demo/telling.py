"""Telling the story: each step is looked at until it holds, and written into a table that grows."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bridge.cli.demo.stage import Stage
from bridge.cli.demo.story import Seen, Step
from bridge.errors import NotFound

PATIENCE = 40.0
"""Seconds until a step counts as failed. On a quiet machine each takes one or two."""

_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Told:
    """A step that was looked at: whether it held, what was seen last, and the seconds it took."""

    what: str
    ok: bool
    seen: str
    seconds: float


class Teller:
    """Writes for people: to stdout, or to stderr when stdout belongs to a machine (``quiet``)."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=quiet)
        if not self._console.is_terminal:
            self._console = Console(stderr=quiet, width=_WIDTH)

    def begin(self) -> None:
        """Say what takes the next seconds."""
        self._console.print("Starting a toy shop and rabattkonto beside it …", highlight=False)

    def tell(self, steps: Iterable[Step]) -> list[Told]:
        """All steps; after one that fails the others are not tried, for they build on it."""
        told: list[Told] = []
        with Live(_table(told), console=self._console) as live:
            for step in steps:
                told.append(_skip(step) if told and not told[-1].ok else _try(step))
                live.update(_table(told))
        self._console.print()
        return told

    def addresses(self, stage: Stage) -> None:
        """Where to look around."""
        rows = [("Toy shop", stage.shop.url), ("Status page", f"{stage.pages}/  (admin / {stage.password})")]
        rows += [("Anna's statement", address) for address in stage.statement_pages()]
        for what, where in rows:
            self._console.print(Text(f"{what + ':':<18}{where}"), soft_wrap=True)

    def stays(self) -> None:
        """Say how to end it."""
        self._console.print("Everything keeps running: buy something in the toy shop. Ctrl-C ends it.")


def _try(step: Step) -> Told:
    started = time.monotonic()
    step.happen()
    seen = _look(step)
    while not seen.ok and time.monotonic() - started < PATIENCE:
        time.sleep(0.1)
        seen = _look(step)
    return Told(step.what, seen.ok, seen.what, time.monotonic() - started)


def _look(step: Step) -> Seen:
    try:
        return step.look()
    except NotFound as missing:
        return Seen(ok=False, what=str(missing))


def _skip(step: Step) -> Told:
    return Told(step.what, ok=False, seen="not tried", seconds=0)


def _table(told: Iterable[Told]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("", "What happens", "What was seen"):
        table.add_column(head, overflow="fold")
    table.add_column("s", justify="right")
    for step in told:
        mark = Text("✓", "green") if step.ok else Text("✗", "bold red")
        table.add_row(mark, Text(step.what), Text(step.seen), f"{step.seconds:.1f}")
    return table
