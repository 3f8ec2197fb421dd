"""Accounts: the list, and finding one by name, address, order, number or code."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bridge.pages.frame import needs
from bridge.pages.links import Page
from bridge.pages.merchant import desk
from bridge.runtime import Runtime
from bridge.services import proposals
from bridge.services.users import Role
from bridge.storage import search
from bridge.storage.search import Row

ROWS = 30


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/accounts")
    @needs(Role.VIEWER)
    def accounts() -> ResponseReturnValue:
        text = request.args.get("q", "").strip()
        with runtime.db.reading() as database:
            shop = desk.chosen_shop(database)
            shop_id = shop.id or 0 if shop else 0
            found = (
                search.find(database, shop_id, text, ROWS + 1)
                if text
                else search.newest(database, shop_id, desk.before(), ROWS + 1)
            )
            waiting = len(proposals.waiting(database, shop_id))
        if text and len(found) == 1:
            return redirect(url_for("pages.account", number=found[0].id), 303)
        return render_template(
            "merchant/accounts.html", shop=shop, page=_page(found, text), text=text, waiting=waiting
        )


def _page(found: list[Row], text: str) -> Page[Row]:
    rows = found[:ROWS]
    more = len(found) > ROWS and not text
    return Page(rows, before="newest" if desk.before() else "", after=str(rows[-1].id) if more else "")
