"""Connecting a shop: its address, then a key, granted on a page of the shop or copied by hand."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.errors import AccessLost, BridgeError, NotFound, Refused
from bridge.pages.frame import is_part, needs
from bridge.pages.setup.words import HOW_TO, trouble
from bridge.pages.words import told
from bridge.runtime import Runtime
from bridge.services import approvals, setup, shops, trail
from bridge.services.users import Role

_CHOSEN = "setup"
_STATE = "approval"


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""
    _add_address(pages, runtime)
    _add_keys(pages, runtime)
    _add_approval(pages, runtime)


def _add_address(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/setup", endpoint="setup")
    @needs(Role.ADMIN)
    def resume() -> ResponseReturnValue:
        begun = setup.unfinished(runtime)
        if begun is not None:
            return redirect(url_for(f"pages.setup_{begun.next}", shop_id=begun.id), 303)
        return redirect(url_for("pages.setup_shop"), 303)

    @pages.get("/setup/shop")
    @needs(Role.ADMIN)
    def setup_shop() -> ResponseReturnValue:
        return _shop_page(runtime, session.get(_CHOSEN, ("", ""))[0])

    @pages.post("/setup/shop")
    @needs(Role.ADMIN)
    def find_shop() -> ResponseReturnValue:
        text, platform = request.form.get("url", ""), request.form.get("platform", "")
        try:
            found = setup.Found(shops.normal_url(text), platform) if platform else setup.recognise(runtime, text)
        except Refused as problem:
            return _shop_page(runtime, text, told(problem), status=409)
        if found.platform not in runtime.platforms:
            return _shop_page(runtime, text, trouble(found), str(found.failure or ""), choose=True, status=409)
        session[_CHOSEN] = [found.url, found.platform]
        return redirect(url_for("pages.setup_connect"), 303)


def _add_keys(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/setup/connect")
    @needs(Role.ADMIN)
    def setup_connect() -> ResponseReturnValue:
        return _connect_page(runtime)

    @pages.post("/setup/connect")
    @needs(Role.ADMIN)
    def enter_keys() -> ResponseReturnValue:
        url, platform = session.get(_CHOSEN, ("", ""))
        key, secret = (request.form.get(name, "").strip() for name in ("key", "secret"))
        if not (url and key and secret):
            return _connect_page(runtime, gettext("Please fill in both fields."), status=409)
        try:
            added = shops.add_shop(runtime, shops.NewShop(platform, url, key, secret, observing=True))
        except BridgeError as problem:
            refused = isinstance(problem.__cause__, AccessLost)
            sentence = gettext("The shop does not take this key.") if refused else told(problem)
            return _connect_page(runtime, sentence, str(problem), 409)
        return _connected(runtime, added.shop_id)


def _add_approval(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/setup/return")
    @needs(Role.ADMIN)
    def setup_return() -> ResponseReturnValue:
        if request.args.get("success") != "1":
            flash(gettext("The shop was told not to let us in. Nothing was changed; you can try again."), "problem")
            return redirect(url_for("pages.setup_connect"), 303)
        session[_STATE] = request.args.get("user_id", "")[:2000]
        return redirect(url_for("pages.setup_connecting"), 303)

    @pages.get("/setup/connecting")
    @needs(Role.ADMIN)
    def setup_connecting() -> ResponseReturnValue:
        outcome = approvals.outcome(runtime, session.get(_STATE, ""))
        if outcome.shop_id is not None:
            return _connected(runtime, outcome.shop_id)
        if not outcome.came:
            flash(gettext("No key has come from the shop. Please try again, or make a key by hand."), "problem")
            return redirect(url_for("pages.setup_connect"), 303)
        if outcome.problem:
            return _connect_page(runtime, gettext("The shop could not be connected."), outcome.problem, 409)
        template = "setup/waiting_part.html" if is_part() else "setup/connecting.html"
        return render_template(template, sentence=gettext("We are trying the key that your shop has made."))


def _connected(runtime: Runtime, shop_id: int) -> ResponseReturnValue:
    if session.pop(_CHOSEN, None) is not None:
        trail.leave(runtime, g.user, "shop connected", f"shop:{shop_id}")
        runtime.bell.ring("sample", shop_id)
    session.pop(_STATE, None)
    target = url_for("pages.setup_life", shop_id=shop_id)
    return ("", 204, {"HX-Redirect": target}) if is_part() else redirect(target, 303)


def _shop_page(
    runtime: Runtime, url: str, problem: str = "", detail: str = "", *, choose: bool = False, status: int = 200
) -> ResponseReturnValue:
    """``choose`` offers the kinds of shops, since none was recognised."""
    kinds = [(name, HOW_TO[name].name if name in HOW_TO else name) for name in runtime.platforms]
    page = render_template(
        "setup/shop.html", url=url, problem=problem, detail=detail, kinds=kinds if choose else ()
    )
    return page, status


def _connect_page(runtime: Runtime, problem: str = "", detail: str = "", status: int = 200) -> ResponseReturnValue:
    url, platform = session.get(_CHOSEN, ("", ""))
    if not url:
        return redirect(url_for("pages.setup_shop"), 303)
    ours = runtime.settings.public_url
    back = ours + url_for("pages.setup_return")
    try:
        grant = approvals.address(runtime, platform, url, back, f"{ours}/setup/answer/{platform}")
    except NotFound:
        grant = ""
    page = render_template(
        "setup/connect.html", url=url, how=HOW_TO.get(platform), grant=grant, problem=problem, detail=detail
    )
    return page, status
