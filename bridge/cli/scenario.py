"""Scenario files: a programme, a story, and what must be true at points in time."""

from pathlib import Path
from typing import Any

import click

from bridge.cli.desk import Command, Desk, end, pass_desk, say

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Command)
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@pass_desk
def scenario(desk: Desk, files: tuple[Path, ...]) -> None:
    """Run scenario files in memory against a shop that behaves."""
    found = [_run(file) for file in files]
    ok = all(result["ok"] for result in found)
    desk.answer({"ok": ok, "scenarios": found}, lambda: say("\n".join(map(_lines, found))))
    end(ok=ok)


def _run(file: Path) -> dict[str, Any]:
    from bridge.services.scenario import run_file

    result = run_file(file)
    return {"file": str(file), "title": result.title, "ok": result.ok, "differences": list(result.differences)}


def _lines(result: dict[str, Any]) -> str:
    head = f"{'holds' if result['ok'] else 'FAILS'}  {result['file']}: {result['title']}"
    return "\n".join([head, *(f"       {difference}" for difference in result["differences"])])
