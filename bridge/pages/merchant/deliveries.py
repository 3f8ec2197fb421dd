"""Messages from the shop: the list, one of them with its body and what was booked, and running it again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.pages.frame import needs
from bridge.pages.links import Page
from bridge.pages.merchant import desk
from bridge.reports.deliveries import message
from bridge.runtime import Runtime
from bridge.services import replay
from bridge.services.users import Role
from bridge.storage import inbox
from bridge.storage.bound import bound
from bridge.storage.inbox import Told

ROWS = 30
_OLDEST = 20
"""Unpaid orders with credit that are shown; more are a matter for the shop's reminders."""

CHOICES = ("", "attention", "waiting", "received")
"""The states to look at alone; the others are nearly all."""


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/deliveries")
    @needs(Role.VIEWER)
    def deliveries() -> ResponseReturnValue:
        state = request.args.get("state", "")
        chosen = state if state in CHOICES else ""
        with runtime.db.reading() as database:
            shop = desk.chosen_shop(database)
            found = inbox.newest(
                database, chosen or None, ROWS + 1, shop.id if shop else None, desk.before()
            )  # fmt: skip
        return render_template("merchant/deliveries.html", page=_page(found), state=chosen, choices=CHOICES)

    @pages.get("/deliveries/<int:number>")
    @needs(Role.VIEWER)
    def delivery(number: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            found = message(database, number, desk.tongue())
            desk.shop_of(database, found.shop_id)
        return render_template("merchant/delivery.html", message=found)

    @pages.post("/deliveries/<int:number>/replay")
    @needs(Role.BOOKKEEPER)
    def replay_delivery(number: int) -> ResponseReturnValue:
        replay.ask(runtime, delivery=number)
        said = gettext("The message is processed once more. What is booked already stays as it is.")
        desk.done(runtime, said, "message replayed", f"delivery:{number}")
        return redirect(url_for("pages.delivery", number=number), 303)

    @pages.get("/bound")
    @needs(Role.VIEWER)
    def bound_orders() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.chosen_shop(database)
            found = bound(database, shop.id or 0, runtime.clock()) if shop else []
        total = sum(item.amount for item in found)
        return render_template(
            "merchant/bound.html", shop=shop, orders=found[:_OLDEST], count=len(found), total=total
        )


def _page(found: list[Told]) -> Page[Told]:
    rows = found[:ROWS]
    return Page(rows, before="newest" if desk.before() else "", after=str(rows[-1].id) if len(found) > ROWS else "")
