"""How fast it is: a tool for those who work on rabattkonto or wonder what it can carry, run from its checkout."""

import subprocess
import sys
from pathlib import Path

import click

import bridge
from bridge.cli.desk import ENVIRONMENT, Command, Desk, note, pass_desk

_CHECKOUT = Path(bridge.__file__).parent.parent


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "only_list", is_flag=True, help="Only say which figures there are.")
@click.option(
    "--scale",
    type=click.Choice(["small", "full"]),
    default="small",
    show_default=True,
    help="How large the runs are.",
)
@click.option(
    "--results", type=click.Path(path_type=Path), help="Where to write them; otherwise benchmarks/RESULTS.md."
)
@pass_desk
def bench(desk: Desk, names: tuple[str, ...], only_list: bool, scale: str, results: Path | None) -> None:
    """Measure figures against their limits and against others, and write them down."""
    if not (_CHECKOUT / "benchmarks" / "__main__.py").is_file():
        note("The benchmarks are not part of an installed package: run them in a checkout.")
        sys.exit(ENVIRONMENT)
    options = ["--scale", scale, *(["--list"] if only_list else []), *(["--json"] if desk.as_json else [])]
    options += ["--results", str(results.resolve())] if results else []
    command = [sys.executable, "-m", "benchmarks", *options, *names]
    sys.exit(subprocess.run(command, cwd=_CHECKOUT, check=False).returncode)  # noqa: S603 - our own module
