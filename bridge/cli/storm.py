"""Seeded histories of a shop in trouble: a tool for those who work on rabattkonto, run from its checkout."""

import subprocess
import sys
from pathlib import Path

import click

import bridge
from bridge.cli.desk import ENVIRONMENT, Command, Desk, note, pass_desk

_CHECKOUT = Path(bridge.__file__).parent.parent


@click.command("simulate-faults", cls=Command)
@click.option("--seeds", type=click.IntRange(min=1), help="How many histories, one seed each.")
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed; alone: only this one.")
@click.option("--steps", type=click.IntRange(min=1), help="Length of each history.")
@click.option("--shop", type=click.Choice(["woocommerce", "shopify"]), help="Which toy shop is in trouble.")
@pass_desk
def simulate_faults(desk: Desk, seeds: int | None, seed: int, steps: int | None, shop: str | None) -> None:
    """Play random merchants, customers, faults and crashes, and check the invariants after each."""
    if not (_CHECKOUT / "tests" / "simulation" / "__main__.py").is_file():
        note("The simulator belongs to the tests, which an installed package does not have: run it in a checkout.")
        sys.exit(ENVIRONMENT)
    options = {"--seeds": seeds, "--seed": seed, "--steps": steps, "--shop": shop}
    given = [word for name, value in options.items() if value is not None for word in (name, str(value))]
    command = [sys.executable, "-m", "tests.simulation", *given, *(["--json"] if desk.as_json else [])]
    sys.exit(subprocess.run(command, cwd=_CHECKOUT, check=False).returncode)  # noqa: S603 - our own module
