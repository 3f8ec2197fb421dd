"""``doctor``: one line per check, with the cause and the next step."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.text import Text

from bridge.cli.desk import Command, Desk, console, end, pass_desk

if TYPE_CHECKING:
    from bridge.services.doctor import Check


@click.command(cls=Command)
@pass_desk
def doctor(desk: Desk) -> None:
    """Check the installation and every shop, and say what to do about what is wrong."""
    from bridge.services.doctor import examine

    with desk.runtime(migrated=False) as runtime:
        checks = examine(runtime)
    ok = all(check.ok for check in checks)
    desk.answer({"ok": ok, "checks": [asdict(check) for check in checks]}, lambda: _show(checks))
    end(ok=ok)


def _show(checks: "list[Check]") -> None:
    for check in checks:
        mark = Text(" ok ", "green") if check.ok else Text("look", "bold red")
        console().print(mark, Text(f"{check.name}: {check.sentence} {check.remedy}".rstrip()))
