"""One account: statement, lots, code, sponsor and downline, and what can be done about it by hand."""

import json

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.errors import Refused
from bridge.pages.frame import needs
from bridge.pages.merchant import desk
from bridge.pages.words import amount
from bridge.reports.account import background, profile
from bridge.reports.person import dossier
from bridge.reports.statement import statement
from bridge.runtime import Runtime
from bridge.services import hold, proof, proposals
from bridge.services.users import Role

ROWS = 25


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/accounts/<int:number>")
    @needs(Role.VIEWER)
    def account(number: int) -> ResponseReturnValue:
        return _page(runtime, number)

    @pages.get("/accounts/<int:number>/background")
    @needs(Role.VIEWER)
    def account_background(number: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            _, shop = desk.account_of(database, number)
            seen = profile(database, number)
            behind = background(database, number, runtime.clock())
        return render_template("merchant/background.html", shop=shop, seen=seen, behind=behind)

    @pages.post("/accounts/<int:number>/entry")
    @needs(Role.BOOKKEEPER)
    def enter_by_hand(number: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            _, shop = desk.account_of(database, number)
        minor = desk.typed_amount(request.form.get("amount", ""), shop.currency)
        reason = request.form.get("reason", "").strip()
        if not minor or not reason:
            return _page(runtime, number, amount_given=bool(minor), reason_given=bool(reason))
        outcome = proposals.enter(runtime, number, minor, reason, g.user.id or 0)
        said = amount(minor, shop.currency)
        if outcome.booked:
            desk.done(
                runtime, gettext("%(amount)s were booked.", amount=said), "entry by hand", f"account:{number}"
            )
        else:
            waits = gettext("%(amount)s wait for a second person to agree.", amount=said)
            desk.done(runtime, waits, "entry proposed", f"proposal:{outcome.proposal}/account:{number}")
        return _to(number)

    @pages.post("/accounts/<int:number>/hold")
    @needs(Role.BOOKKEEPER)
    def hold_account(number: int) -> ResponseReturnValue:
        if request.form.get("paused") == "yes":
            hold.pause(runtime, number)
            said = gettext("The account is on hold. Its code leaves the shop in a moment.")
            desk.done(runtime, said, "account put on hold", f"account:{number}")
        else:
            hold.resume(runtime, number)
            said = gettext("The credit can be used again. The code follows in a moment.")
            desk.done(runtime, said, "account let go", f"account:{number}")
        return _to(number)

    @pages.post("/accounts/<int:number>/proof")
    @needs(Role.BOOKKEEPER)
    def prove_mailbox(number: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            _, shop = desk.account_of(database, number)
        try:
            claimed = proof.prove(runtime, shop.id or 0, number)
        except Refused:
            desk.refused(gettext("No e-mail address is known for this account, so none can be proven."))
            return _to(number)
        said = (
            gettext("The mailbox is proven. What waited under it belongs to this account now.")
            if claimed
            else gettext("The mailbox is proven. Nothing was waiting under it.")
        )
        desk.done(runtime, said, "mailbox taken as proven", f"account:{number}")
        return _to(number)

    @pages.get("/accounts/<int:number>/export")
    @needs(Role.BOOKKEEPER)
    def export_account(number: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            found, _ = desk.account_of(database, number)
        data = json.dumps(dossier(runtime, number, desk.tongue()).data, ensure_ascii=False, indent=2)
        head = {"Content-Disposition": f'attachment; filename="account-{found.token}.json"'}
        return Response(data, mimetype="application/json", headers=head)


def _page(
    runtime: Runtime, number: int, *, amount_given: bool = True, reason_given: bool = True
) -> ResponseReturnValue:
    now = runtime.clock()
    with runtime.db.reading() as database:
        _, shop = desk.account_of(database, number)
        seen = profile(database, number)
        shown = statement(database, number, now, desk.tongue(), ROWS + 1, desk.before(), with_goals=False)
        waiting = proposals.waiting(database, shop.id or 0, number)
        above = proposals.limit(shop)
    lines = shown.lines[::-1]
    errors = {
        "amount": "" if amount_given else gettext("Write an amount like 12.50, or −3.00 to take something."),
        "reason": "" if reason_given else gettext("The customer will read the reason, so one is needed."),
    }
    page = render_template(
        "merchant/account.html", shop=shop, seen=seen, shown=shown, lines=lines[:ROWS], waiting=waiting,
        after=lines[ROWS - 1].entry.id if len(lines) > ROWS else None, before=desk.before(), above=above,
        errors=errors, form=request.form,
    )  # fmt: skip
    return page, 200 if amount_given and reason_given else 400


def _to(number: int) -> ResponseReturnValue:
    return redirect(url_for("pages.account", number=number), 303)
