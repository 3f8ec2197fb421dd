"""The programme: showing what is in force, checking a document, activating a version."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from bridge.cli.desk import Desk, Group, end, note, pass_desk, say
from bridge.cli.moments import MOMENT, in_zone
from bridge.cli.rules import diff, versions
from bridge.cli.texts import DOCUMENT, text_of
from bridge.domain.cautions import Caution
from bridge.errors import NotFound


@click.group(cls=Group)
def programme() -> None:
    """Show, check and activate the rules by which customers earn and redeem."""


@programme.command()
@click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")
@pass_desk
def show(desk: Desk, shop_id: int) -> None:
    """Print the newest version of a shop's programme."""
    from bridge.services import programmes

    with desk.runtime() as runtime:
        versions = programmes.show(runtime, shop_id)
    if not versions:
        raise NotFound(f"Shop {shop_id} has no programme yet; `rabattkonto programme activate FILE` gives it one.")
    newest = versions[-1]
    answer = {
        "version": newest.number,
        "valid_from": newest.valid_from.isoformat() if newest.valid_from else None,
        "document": newest.document,
    }
    desk.answer(answer, lambda: say(f"# version {newest.number}\n{newest.document}"))


@programme.command()
@click.argument("file", type=DOCUMENT)
@pass_desk
def check(desk: Desk, file: Path) -> None:
    """Say what is wrong with a document, with the line and a hint, and what it should make you think of."""
    from bridge.domain import document
    from bridge.domain.cautions import cautions

    problems: tuple[document.Problem, ...] = ()
    told: list[str] = []
    try:
        told = [caution.sentence for caution in cautions(document.read(text_of(file)), None)]
    except document.ProgrammeError as error:
        problems = error.problems
    answer = {"ok": not problems, "problems": [asdict(problem) for problem in problems], "cautions": told}
    desk.answer(answer, lambda: say("\n".join(map(str, problems)) or "This document can be activated."))
    for sentence in told:
        note(f"Caution: {sentence}")
    end(ok=not problems)


@programme.command(deed="programme activated")
@click.argument("file", type=DOCUMENT)
@click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")
@click.option("--from", "valid_from", type=MOMENT, help="When it begins, in the shop's time; otherwise now.")
@click.option("--reason", default="", help="Why; kept with the version.")
@click.option(
    "--confirm-short-expiry", default="", metavar="TEXT", help="Confirms expiry below 36 months: “12 months”."
)
@pass_desk
def activate(
    desk: Desk, file: Path, shop_id: int, valid_from: datetime | None, reason: str, confirm_short_expiry: str
) -> None:
    """Make a document the shop's programme for all orders placed from then on."""
    from bridge.services import programmes

    text = text_of(file)
    with desk.runtime() as runtime:
        begin = in_zone(runtime, shop_id, valid_from)
        typed = [confirm_short_expiry, *_confirm(programmes.warnings(runtime, shop_id, text), confirm_short_expiry)]
        number = programmes.activate(runtime, shop_id, text, begin, "command line", reason, typed)
        desk.subject = f"shop:{shop_id}/version:{number}"
    answer = {"shop": shop_id, "version": number}
    desk.answer(answer, lambda: say(f"Version {number} is active for shop {shop_id}."))


def _confirm(cautions: Iterable[Caution], given: str) -> Iterator[str]:
    """Tell every caution, and let a person at a terminal type what confirms it."""
    for caution in cautions:
        note(f"Caution: {caution.sentence}")
        if caution.confirm and caution.confirm != given and sys.stdin.isatty():
            yield click.prompt(f"Type “{caution.confirm}” to activate it all the same", err=True)


for command in (diff, versions):
    programme.add_command(command)
