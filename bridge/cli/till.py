"""When orders are paid: the shop's table of statuses, methods paid by hand, and credit on unpaid orders."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from bridge.cli.desk import Command, Desk, console, note, pass_desk, say, table
from bridge.domain import money
from bridge.ports import Means, Ruling

if TYPE_CHECKING:
    from bridge.services.paid import Row
    from bridge.storage.bound import Bound


@click.command(cls=Command, deed="paid table answered")
@click.argument("shop_id", type=int, metavar="ID")
@click.option("--status", help="The shop's status that is explained, without “wc-”.")
@click.option("--method", default="", help="Only for orders paid this way; otherwise for all other methods.")
@click.option("--means", type=click.Choice([each.value for each in Means]), help="What the status means.")
@pass_desk
def paid(desk: Desk, shop_id: int, status: str | None, method: str, means: str | None) -> None:
    """Show when orders count as paid, or say what a status means."""
    from bridge.services import paid as services

    if (status is None) != (means is None):
        raise click.UsageError("an answer needs both --status and --means")
    with desk.runtime() as runtime:
        if status is not None and means is not None:
            done = services.answer(runtime, shop_id, Ruling(status.removeprefix("wc-"), method, Means(means)))
            if done.problem:
                note(done.problem)
            desk.answer(
                asdict(done), lambda: say(f"{done.orders} orders judged anew, {done.entries} entries booked.")
            )
            return
        desk.changed = False
        rows = services.table(runtime, shop_id)
    desk.answer([asdict(row) for row in rows], lambda: _show_table(rows))


def _show_table(rows: "Sequence[Row]") -> None:
    heads = ["Status", "Paid by", "Means", "By", "Orders", ""]
    cells = [[r.status, r.method or "(any other)", r.means, r.source, r.orders or "–", _remark(r)] for r in rows]
    console().print(table(heads, cells, right=["Orders"]))


def _remark(row: "Row") -> str:
    return "waits for an answer, nothing is booked" if row.source == "suggestion" else row.note


@click.command(cls=Command, deed="payment methods set")
@click.argument("shop_id", type=int, metavar="ID")
@click.option("--method", "methods", multiple=True, help="A payment method; name all that are paid by hand.")
@pass_desk
def offline(desk: Desk, shop_id: int, methods: tuple[str, ...]) -> None:
    """Show or set the payment methods with which unpaid orders may still be lowered ([redeem] open_orders)."""
    from bridge.services import contact, unpaid

    desk.changed = bool(methods)
    with desk.runtime() as runtime:
        if methods:
            kept = unpaid.list_methods(runtime, shop_id, methods)
        else:
            kept = unpaid.methods(runtime, contact.load_shop(runtime, shop_id))
    desk.answer(list(kept), lambda: say(", ".join(kept)))


@click.command(cls=Command)
@click.argument("shop_id", type=int, metavar="ID")
@pass_desk
def bound(desk: Desk, shop_id: int) -> None:
    """List the unpaid orders that carry credit, with their age."""
    from bridge.services.contact import find_shop
    from bridge.storage.bound import bound as report

    with desk.runtime() as runtime, runtime.db.reading() as session:
        find_shop(session, shop_id)
        found = report(session, shop_id, runtime.clock())
    desk.answer([_plain(item) for item in found], lambda: _show_bound(found))


def _plain(item: "Bound") -> dict[str, object]:
    return {
        "order": item.order,
        "number": item.number,
        "codes": list(item.codes),
        "amount": money.plain(item.amount, item.currency),
        "currency": item.currency,
        "status": item.status,
        "method": item.method,
        "placed": item.placed.isoformat(),
        "age_days": item.age / timedelta(days=1),
    }


def _show_bound(found: "Sequence[Bound]") -> None:
    if not found:
        say("No unpaid order carries credit.")
        return
    rows = [
        [b.number, f"{money.plain(b.amount, b.currency)} {b.currency}", b.status, b.method, f"{b.age.days} days"]
        for b in found
    ]
    console().print(table(["Order", "Credit", "Status", "Paid by", "Age"], rows, right=["Credit", "Age"]))


@click.command(cls=Command, deed="code released")
@click.argument("shop_id", type=int, metavar="ID")
@click.argument("code")
@pass_desk
def release(desk: Desk, shop_id: int, code: str) -> None:
    """Say that the order on which CODE was used is gone: its customer is offered the credit anew."""
    from bridge.services import lost

    with desk.runtime() as runtime:
        lost.release_one(runtime, shop_id, code)
    desk.answer({"ok": True, "code": code}, lambda: say(f"{code} took nothing; the next code follows."))


@click.command(cls=Command)
@click.argument("shop_id", type=int, metavar="ID")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), default=Path("rabattkonto.zip"))
@click.option(
    "--bridge", "host", default="", help="This bridge's host (or host:port), if it is not the one of PUBLIC_URL."
)
@pass_desk
def plugin(desk: Desk, shop_id: int, target: Path, host: str) -> None:
    """Write the shop's companion plugin into a file, ready to be uploaded there."""
    from bridge.services import contact

    with desk.runtime() as runtime:
        platform = runtime.platform(contact.load_shop(runtime, shop_id).platform)
        packed = platform.storefront(host or urlsplit(runtime.settings.public_url).netloc)
    target.write_bytes(packed)
    desk.answer({"file": str(target), "bytes": len(packed)}, lambda: say(f"Written: {target}"))
