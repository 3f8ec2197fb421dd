"""Who recommended an account, who stands below it level by level, and another sponsor by hand."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone, gettext

from bridge.errors import NotFound, Refused
from bridge.pages.frame import needs
from bridge.pages.links import Page
from bridge.pages.merchant import desk
from bridge.pages.words import told
from bridge.reports import downline
from bridge.reports.account import profile, sponsor_of
from bridge.runtime import Runtime
from bridge.services import partners
from bridge.services.users import Role

ROWS = 25


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/accounts/<int:number>/downline")
    @needs(Role.VIEWER)
    def account_downline(number: int) -> ResponseReturnValue:
        return _page(runtime, number)

    @pages.post("/accounts/<int:number>/sponsor")
    @needs(Role.ADMIN)
    def change_sponsor(number: int) -> ResponseReturnValue:
        named, reason = (request.form.get(field, "").strip() for field in ("sponsor", "reason"))
        with runtime.db.reading() as database:
            account, shop = desk.account_of(database, number)
            since = desk.typed_day(request.form.get("since", ""), database, shop)
        if not reason:
            return _page(runtime, number, reason=gettext("Write why, so that others can understand it later."))
        try:
            above = partners.find(runtime, account.shop_id, named) if named else None
            partners.rebind(runtime, number, above, since, reason[:200], g.user.name)
        except NotFound:
            return _page(runtime, number, sponsor=gettext("Nobody here has this code, address or customer number."))
        except Refused as refusal:
            return _page(runtime, number, sponsor=told(refusal))
        said = gettext("The sponsor was changed. Orders from that day on are booked anew in a moment.")
        desk.done(runtime, said, "sponsor changed", f"account:{number}")
        return redirect(url_for("pages.account_downline", number=number), 303)


def _page(runtime: Runtime, number: int, **errors: str) -> ResponseReturnValue:
    now = runtime.clock()
    with runtime.db.reading() as database:
        _, shop = desk.account_of(database, number)
        seen = profile(database, number)
        above = sponsor_of(database, number, now)
        counts = downline.counts(database, number, now)
        chosen = _chosen(counts)
        found = downline.level(database, number, chosen, now, desk.before(), ROWS + 1) if counts else []
    rows = found[:ROWS]
    after = str(rows[-1].account) if len(found) > ROWS else ""
    page = Page(rows, before="newest" if desk.before() else "", after=after, total=counts.get(chosen))
    shown = render_template(
        "merchant/downline.html", shop=shop, seen=seen, sponsor=above, counts=counts, level=chosen, page=page,
        errors=errors, form=request.form, today=now.astimezone(get_timezone()).date().isoformat(),
    )  # fmt: skip
    return shown, 400 if errors else 200


def _chosen(counts: dict[int, int]) -> int:
    level = request.args.get("level", 1, type=int)
    if level != 1 and level not in counts:
        abort(404)
    return level
