"""Entries by hand that wait for a second person, and the limit above which they do."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlmodel import Session, col

from bridge.pages.frame import needs
from bridge.pages.merchant import desk
from bridge.runtime import Runtime
from bridge.services import proposals as deciding
from bridge.services.users import Role
from bridge.storage.models import Person, Proposal, User


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/proposals")
    @needs(Role.VIEWER)
    def proposals() -> ResponseReturnValue:
        return _page(runtime)

    @pages.post("/proposals/<int:number>/agree")
    @needs(Role.BOOKKEEPER)
    def agree(number: int) -> ResponseReturnValue:
        proposal = _proposal(runtime, number)
        if proposal.asked_by == g.user.id:
            desk.refused(gettext("Whoever proposed an entry cannot agree to it: that takes a second person."))
        elif proposal.state != "waiting":
            desk.refused(gettext("This proposal was decided already. Nothing was changed."))
        else:
            account = deciding.approve(runtime, proposal.shop_id, number, g.user.id or 0)
            subject = f"proposal:{number}/account:{account}"
            desk.done(runtime, gettext("The entry was booked."), "proposed entry agreed to", subject)
        return redirect(url_for("pages.proposals"), 303)

    @pages.post("/proposals/<int:number>/refuse")
    @needs(Role.BOOKKEEPER)
    def refuse(number: int) -> ResponseReturnValue:
        proposal = _proposal(runtime, number)
        if proposal.state != "waiting":
            desk.refused(gettext("This proposal was decided already. Nothing was changed."))
        else:
            account = deciding.refuse(runtime, proposal.shop_id, number, g.user.id or 0)
            subject = f"proposal:{number}/account:{account}"
            desk.done(runtime, gettext("Nothing was booked."), "proposed entry refused", subject)
        return redirect(url_for("pages.proposals"), 303)

    @pages.post("/shops/<int:shop_id>/limit")
    @needs(Role.ADMIN)
    def limit(shop_id: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.shop_of(database, shop_id)
        text = request.form.get("limit", "").strip()
        above = desk.typed_amount(text, shop.currency) if text else None
        if text and (above is None or above < 0):
            return _page(runtime, gettext("Write an amount like 50.00, or nothing for no limit.")), 400
        deciding.set_limit(runtime, shop_id, above)
        desk.done(
            runtime, gettext("The limit was changed."), "limit for entries by hand changed", f"shop:{shop_id}"
        )
        return redirect(url_for("pages.proposals"), 303)


def _page(runtime: Runtime, problem: str = "") -> str:
    with runtime.db.reading() as database:
        shop = desk.chosen_shop(database)
        found = deciding.waiting(database, shop.id or 0) if shop else []
        names = _names(database, {row.asked_by for row in found})
        owners = _owners(database, {row.account_id for row in found})
    above = deciding.limit(shop) if shop else None
    return render_template(
        "merchant/proposals.html", shop=shop, proposals=found, names=names, owners=owners, above=above,
        problem=problem,
    )  # fmt: skip


def _proposal(runtime: Runtime, number: int) -> Proposal:
    with runtime.db.reading() as database:
        found = database.get(Proposal, number)
    if found is None:
        abort(404)
    return found


def _names(database: Session, users: set[int]) -> dict[int, str]:
    rows = database.execute(select(col(User.id), col(User.name)).where(col(User.id).in_(users)))
    return {row.id or 0: row.name for row in rows}


def _owners(database: Session, accounts: set[int]) -> dict[int, str]:
    rows = database.execute(
        select(col(Person.account_id), col(Person.name), col(Person.email)).where(
            col(Person.account_id).in_(accounts)
        )
    )
    return {row.account_id: row.name or row.email for row in rows}
