"""Lists in and out: opening balances, the partner tree, credit per article; accounts, entries, partners."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge.cli.desk import Command, Desk, Group, console, end, note, pass_desk, say, table
from bridge.cli.moments import MOMENT, in_zone
from bridge.domain import money
from bridge.runtime import Runtime
from bridge.services.contact import find_shop

if TYPE_CHECKING:
    from bridge.services.imports.result import Imported

_FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_SHOP = click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")
_PREVIEW = click.option("--preview", is_flag=True, help="Say what would happen, and do nothing.")
_CUT_OVER = click.option(
    "--cut-over", type=MOMENT, help="Since when our programme counts; the list holds what was before."
)


@click.group("import", cls=Group)
def import_() -> None:
    """Take a list over, all of it or nothing. The same list again changes nothing."""


@import_.command(deed="opening balances imported")
@_FILE
@_SHOP
@click.option(
    "--format",
    "layout",
    type=click.Choice(["own", "smile", "woocommerce-points", "terawallet"]),
    default="own",
    help="Whose list it is.",
)
@click.option("--rate", metavar="AMOUNT", help="What one point is worth, like 0.01.")
@_CUT_OVER
@_PREVIEW
@pass_desk
def opening(
    desk: Desk,
    file: Path,
    shop_id: int,
    layout: str,
    rate: str | None,
    cut_over: datetime | None,
    preview: bool,
) -> None:
    """Take over balances: customer or email, amount, and as wanted id and expires."""
    from bridge.services.imports.formats import Terms
    from bridge.services.imports.openings import import_openings

    def work(runtime: Runtime, currency: str) -> "Imported":
        moment = in_zone(runtime, shop_id, cut_over)
        return import_openings(runtime, shop_id, file, layout, Terms(currency, _rate(rate)), moment, preview)

    _import(desk, shop_id, work)


@import_.command(deed="partner tree imported")
@_FILE
@_SHOP
@_CUT_OVER
@_PREVIEW
@pass_desk
def partners(desk: Desk, file: Path, shop_id: int, cut_over: datetime | None, preview: bool) -> None:
    """Take over the partner tree: customer, and as wanted sponsor, code, coupon and since."""
    from bridge.services.imports.tree import import_tree

    def work(runtime: Runtime, _currency: str) -> "Imported":
        moment = in_zone(runtime, shop_id, cut_over)
        return import_tree(runtime, shop_id, file, moment, preview, by="command line")

    _import(desk, shop_id, work)


@import_.command("article-credit", deed="credit of articles imported")
@_FILE
@_SHOP
@_PREVIEW
@pass_desk
def article_credit(desk: Desk, file: Path, shop_id: int, preview: bool) -> None:
    """Set what a piece earns: sku, amount. It goes before what is typed on the article in the shop."""
    from bridge.services.imports.credits import import_credits

    _import(desk, shop_id, lambda runtime, _: import_credits(runtime, shop_id, file, preview))


def _import(desk: Desk, shop_id: int, work: Callable[[Runtime, str], "Imported"]) -> None:
    with desk.runtime() as runtime:
        with runtime.db.reading() as session:
            currency = find_shop(session, shop_id).currency
        found = work(runtime, currency)
        desk.changed = found.kept
    answer: dict[str, Any] = {**found.as_json(), "total": money.plain(found.total, currency), "currency": currency}
    desk.answer(answer, lambda: _show(found, answer))
    end(ok=found.ok)


def _show(found: "Imported", answer: dict[str, Any]) -> None:
    done = "Taken over" if found.kept else "Nothing was changed. This would be taken over"
    amount = f", {answer['total']} {answer['currency']}" if found.total else ""
    say(f"{done}: {found.taken} of {found.rows} rows{amount}; {found.known} known before.")
    lines = [*found.problems, *found.refused]
    if lines:
        console().print(
            table(["Line", "What is wrong with it"], [[p.line, p.sentence] for p in lines], right=["Line"])
        )
    if found.problem_count > len(found.problems):
        say(f"{found.problem_count} rows have problems; the first {len(found.problems)} are shown.")


def _rate(text: str | None) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        raise click.BadParameter(f"“{text}” is no amount", param_hint="--rate") from None


@click.command(cls=Command)
@click.argument("what", type=click.Choice(["accounts", "entries", "partners"]))
@_SHOP
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="A file; otherwise stdout.")
@click.option("--german", is_flag=True, help="For spreadsheets in German: semicolons and decimal commas.")
@pass_desk
def export(desk: Desk, what: str, shop_id: int, target: Path | None, german: bool) -> None:
    """Write the books as a list for spreadsheets. It holds personal data: keep it like the ledger."""
    from bridge.reports import exports

    if desk.as_json and target is None:
        raise click.UsageError("With --json the list goes to a file: give --to.")
    with desk.runtime() as runtime, runtime.db.reading() as session:
        find_shop(session, shop_id)
        place = target.open("w", encoding="utf-8", newline="") if target else nullcontext(sys.stdout)
        with place as out:
            rows = exports.export(session, shop_id, what, out, german=german)
    desk.answer({"rows": rows, "to": str(target)}, lambda: note(f"{rows} rows written."))
