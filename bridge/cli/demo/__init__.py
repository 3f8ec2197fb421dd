"""``demo``: the whole of rabattkonto on this machine, beside a toy shop, in a data folder of its own.

Nothing is pretended: the shop is a server, its webhooks are delivered, and all parts run as in ``serve``.
"""

import contextlib
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from bridge import logs
from bridge.cli.demo.toys import NAMES
from bridge.cli.desk import FINDINGS, Command, Desk, pass_desk

if TYPE_CHECKING:
    from bridge.cli.demo.stage import Stage
    from bridge.cli.demo.telling import Teller


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="End after the story; exit 0 only if every step held.")
@click.option("--shop", type=click.Choice(NAMES), default=NAMES[0], help="Which toy shop the story is told in.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where the pages are; a free port otherwise.")
@pass_desk
def demo(desk: Desk, once: bool, shop: str, port: int | None) -> None:
    """Show everything at work: a toy shop, one story from the order to the credit that comes off by itself."""
    # Ctrl-C too: a script starts what it puts into the background with that signal ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    logs.set_up("ERROR")
    with contextlib.suppress(KeyboardInterrupt):
        ok = _run(desk.data, desk.as_json, once, port, shop)
        sys.exit(0 if ok else FINDINGS)
    # Whoever ends a demo that stays up has seen it; one that was to tell its story was cut short.
    sys.exit(FINDINGS if once else 0)


def _run(data: Path | None, as_json: bool, once: bool, port: int | None, shop: str) -> bool:
    # The other commands start quicker without the toy shop and the supervisor.
    from bridge.cli.demo.folder import demo_folder
    from bridge.cli.demo.stage import staged
    from bridge.cli.demo.story import Story
    from bridge.cli.demo.telling import Teller

    started = time.monotonic()
    teller = Teller(quiet=as_json)
    teller.begin()
    with demo_folder(data) as folder, staged(folder, port, shop) as stage:
        told = teller.tell(Story(stage).steps())
        ok = all(step.ok for step in told)
        teller.addresses(stage)
        if as_json:
            story = [{"what": step.what, "ok": step.ok, "seen": step.seen} for step in told]
            answer = {"ok": ok, "seconds": round(time.monotonic() - started, 1), "story": story}
            click.echo(json.dumps(answer | {"accounts": stage.statements()}, ensure_ascii=False))
        if not once:
            _stay(teller, stage)
    return ok


def _stay(teller: "Teller", stage: "Stage") -> None:
    teller.stays()
    sys.stdout.flush()
    while True:
        time.sleep(3600)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
