"""What came from the shops, and what their webhooks missed: deliveries, replay, reconcile, backfill."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from bridge.cli.desk import ENVIRONMENT, Command, Desk, console, end, pass_desk, say, table
from bridge.cli.moments import MOMENT, in_zone
from bridge.cli.progress import progress
from bridge.storage import inbox

SHOP = click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")


@click.command(cls=Command)
@click.option("--state", type=click.Choice(inbox.STATES), help="Only those in this state.")
@pass_desk
def deliveries(desk: Desk, state: str | None) -> None:
    """List the messages from the shops, newest first, with what became of each."""
    with desk.runtime() as runtime, runtime.db.reading() as session:
        found = [
            {**asdict(row), "received_at": row.received_at.isoformat()} for row in inbox.newest(session, state)
        ]
    desk.answer(found, lambda: _show(found))


def _show(found: list[dict[str, object]]) -> None:
    rows = [
        [row["id"], row["received_at"], row["state"], row["topic"], row["order"], row["reason"]] for row in found
    ]
    console().print(table(["Id", "Received", "State", "Topic", "Order", "Reason"], rows, right=["Id"]))


@click.command(cls=Command, deed="messages replayed")
@click.argument("delivery", type=int, required=False, metavar="ID")
@click.option("--failed", is_flag=True, help="All that need attention or wait for the shop.")
@click.option("--since", type=MOMENT, help="All received since then (UTC unless it names an offset).")
@pass_desk
def replay(desk: Desk, delivery: int | None, failed: bool, since: datetime | None) -> None:
    """Run messages again, exactly as they were received. What is booked already is not booked twice."""
    from bridge.services import replay as replaying

    if [delivery is not None, failed, since is not None].count(True) != 1:
        raise click.UsageError("Give exactly one of ID, --failed and --since.")
    moment = since.replace(tzinfo=UTC) if since and since.tzinfo is None else since
    with desk.runtime() as runtime:
        desk.subject = f"delivery:{delivery}" if delivery else ""
        done = replaying.replay(runtime, delivery=delivery, failed=failed, since=moment)
    ok = not done.states.get("attention")
    states = ", ".join(f"{count} {state}" for state, count in sorted(done.states.items())) or "nothing to do"
    answer = {"ok": ok, "replayed": done.replayed, "states": done.states, "entries": done.entries}
    desk.answer(answer, lambda: say(f"{done.replayed} run again: {states}; {done.entries} entries booked."))
    end(ok=ok)


@click.command(cls=Command, deed="comparison asked for")
@SHOP
@click.option("--since", type=MOMENT, help="From when on, in the shop's time; otherwise since the last look.")
@click.option("--full", is_flag=True, help="Compare every order known here, not only those that changed.")
@pass_desk
def reconcile(desk: Desk, shop_id: int, since: datetime | None, full: bool) -> None:
    """Read from the shop what its webhooks missed, and book it."""
    from bridge.services import reconcile as reconciling

    with desk.runtime() as runtime:
        done = reconciling.reconcile(runtime, shop_id, since=in_zone(runtime, shop_id, since), full=full)
    answer = {"shop": shop_id, **asdict(done)}
    desk.answer(answer, lambda: _show_answer(answer))
    if done.problem:
        sys.exit(ENVIRONMENT)


@click.command(cls=Command, deed="past orders taken in")
@SHOP
@click.option("--since", type=MOMENT, help="From when on, in the shop's time; otherwise from the beginning.")
@click.option("--dry-run", is_flag=True, help="Only say what would be booked.")
@pass_desk
def backfill(desk: Desk, shop_id: int, since: datetime | None, dry_run: bool) -> None:
    """Take in the shop's past orders, as if their messages had come."""
    from bridge.services import backfill as backfilling

    desk.changed = not dry_run
    with desk.runtime() as runtime, progress("Orders read") as tell:
        begin = in_zone(runtime, shop_id, since)
        done = backfilling.backfill(runtime, shop_id, since=begin, dry_run=dry_run, progress=tell)
    answer = {"shop": shop_id, "dry_run": dry_run, **asdict(done)}
    desk.answer(answer, lambda: _show_answer(answer))


def _show_answer(answer: dict[str, object]) -> None:
    rows = [[name.replace("_", " "), _words(value)] for name, value in answer.items()]
    console().print(table(["What", "Result"], rows))


def _words(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in {None, ""} else str(value)
