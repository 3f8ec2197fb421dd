"""Leaving a shop, coming back to it, and giving it a new access."""

from typing import Any

import click

from bridge.cli.access import options, read
from bridge.cli.desk import Command, Desk, note, pass_desk, say
from bridge.cli.keep import YES, confirm
from bridge.domain import money
from bridge.runtime import Runtime

_SHOP = click.argument("shop_id", type=int, metavar="ID")
_CHOICES = {
    "pause": "messages are kept and wait, nothing is booked or written to the shop, codes there stay as they are",
    "wind-down": "nothing is earned from now on, credit can be used for 12 months, then the shop is removed",
    "remove": "the books are written out, codes, webhooks and our data are taken out of the shop, its access is"
    " forgotten; the books can be read as before",
}


@click.command(cls=Command, deed="shop left")
@_SHOP
@click.option("--pause", "how", flag_value="pause", help=f"Pause: {_CHOICES['pause']}.")
@click.option("--wind-down", "how", flag_value="wind-down", help=f"Wind down: {_CHOICES['wind-down']}.")
@click.option("--remove", "how", flag_value="remove", help=f"Remove: {_CHOICES['remove']}.")
@click.option("--shop-is-gone", is_flag=True, help="With --remove: the shop itself does not exist any more.")
@YES
@pass_desk
def remove(desk: Desk, shop_id: int, how: str | None, shop_is_gone: bool, yes: bool) -> None:
    """Pause, wind down or remove a shop. Shows first what is owed to its customers."""
    with desk.runtime() as runtime:
        owed = _owed(runtime, shop_id)
        note(f"{owed['owed']} {owed['currency']} of credit are owed on {owed['accounts']} accounts.")
        how = how or _ask(desk)
        if how is None:
            desk.changed = False
            desk.answer({"shop": shop_id, "liability": owed, "choices": _CHOICES}, lambda: None)
            return
        confirm(desk, yes, f"{how}: {_CHOICES[how]}. Do it?")
        done = _do(runtime, shop_id, how, shop_is_gone)
        desk.subject = f"shop:{shop_id}/{how}"
    desk.answer({"shop": shop_id, "done": how, "liability": owed, **done[1]}, lambda: say(done[0]))


def _ask(desk: Desk) -> str | None:
    if desk.as_json:
        return None
    for name, meaning in _CHOICES.items():
        note(f"  {name}: {meaning}")
    return str(click.prompt("What shall it be?", type=click.Choice(list(_CHOICES)), err=True))


def _owed(runtime: Runtime, shop_id: int) -> dict[str, Any]:
    from bridge.reports.liability import liability

    with runtime.db.reading() as session:
        found = liability(session, shop_id, runtime.clock())
    owed = money.plain(found.owed, found.currency)
    return {"owed": owed, "currency": found.currency, "accounts": found.accounts}


def _do(runtime: Runtime, shop_id: int, how: str, shop_is_gone: bool) -> tuple[str, dict[str, Any]]:
    from bridge.services import leave

    if how == "pause":
        leave.pause(runtime, shop_id)
        return f"Shop {shop_id} is paused; `rabattkonto shop resume {shop_id}` goes on.", {}
    if how == "wind-down":
        last_day = leave.wind_down(runtime, shop_id).isoformat()
        return f"Nothing is earned any more. Credit can be used until {last_day}; tell the customers.", {
            "until": last_day
        }
    exported = str(leave.remove(runtime, shop_id, shop_is_gone).exported)
    return f"Shop {shop_id} is removed. Its books lie in {exported} and can be read here as before.", {
        "export": exported
    }


@click.command(cls=Command, deed="shop resumed")
@_SHOP
@pass_desk
def resume(desk: Desk, shop_id: int) -> None:
    """Go on with a shop that was paused or is being wound down. What was missed is read from it."""
    from bridge.services import leave

    with desk.runtime() as runtime:
        leave.resume(runtime, shop_id)
    desk.answer({"shop": shop_id, "status": "active"}, lambda: say(f"Shop {shop_id} goes on."))


@click.command(cls=Command, deed="access entered")
@_SHOP
@options
@click.option("--webhook-secret", default="", help="Signs WooCommerce's messages; made up when left out.")
@pass_desk
def access(desk: Desk, /, shop_id: int, webhook_secret: str, **given: str) -> None:
    """Enter a shop's access again: when its key was withdrawn, or ours was lost."""
    from bridge.services import keys

    by = read(**given)
    with desk.runtime() as runtime:
        topics = keys.enter_access(runtime, shop_id, by.key, by.secret, webhook_secret)
    desk.answer(
        {"shop": shop_id, "webhooks": topics}, lambda: say(f"The shop takes the key; webhooks: {len(topics)}.")
    )
