"""Cases: what needs a decision, as a list to work off."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.pages.frame import needs
from bridge.pages.links import Page
from bridge.pages.merchant import desk
from bridge.reports.cases import listed
from bridge.runtime import Runtime
from bridge.services.users import Role
from bridge.storage import cases as kept
from bridge.storage.models import Case

ROWS = 25


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/cases")
    @needs(Role.VIEWER)
    def cases() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.chosen_shop(database)
            shop_id = shop.id or 0 if shop else 0
            found = listed(database, shop_id, desk.before(), ROWS + 1)
            total = kept.count_open(database, shop_id)
        rows = found[:ROWS]
        after = str(rows[-1].id) if len(found) > ROWS else ""
        page = Page(rows, before="newest" if desk.before() else "", after=after, total=total)
        return render_template("merchant/cases.html", shop=shop, page=page, tongue=desk.tongue())

    @pages.post("/cases/<int:number>/done")
    @needs(Role.BOOKKEEPER)
    def case_done(number: int) -> ResponseReturnValue:
        with runtime.db.transaction() as database:
            case = database.get(Case, number)
            if case is None:
                abort(404)
            was_open = kept.close(database, case.shop_id, number, runtime.clock())
        if was_open:
            desk.done(runtime, gettext("The case is done."), "case closed", f"case:{number}")
        return redirect(url_for("pages.cases"), 303)
