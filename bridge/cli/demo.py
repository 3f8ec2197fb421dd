"""``demo``: the whole thing on this machine, with a toy shop, in a data folder of its own."""

import click

from bridge.cli.desk import Command, Desk, pass_desk


@click.command(cls=Command)
@pass_desk
def demo(desk: Desk) -> None:
    """x"""
