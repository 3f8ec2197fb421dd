"""The doors: the shop vouches for somebody, or a link from a mail; both lead at once to a clean address.

A link that leads in no more says so and offers a new one, which goes to the address on file. What is answered is
the same whether there is an account with that address or not.
"""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.pages.customer.visit import let_in, let_out, outside, tongue
from bridge.pages.frame import open_to_all
from bridge.runtime import Runtime
from bridge.services import letters, patience, ways_in
from bridge.services.ways_in import NoAccount, Stale


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/in/<shop_token>")
    @open_to_all
    def in_by_shop(shop_token: str) -> ResponseReturnValue:
        given = [request.args.get(name, "") for name in ("customer", "at", "sig")]
        try:
            let_in(runtime, ways_in.by_shop(runtime, shop_token, *given))
        except NoAccount as nobody:
            return outside(runtime, "customer/empty.html", nobody.shop)
        except Stale as stale:
            return _stale(runtime, stale)
        return _clean()

    @pages.get("/in/mail/<link>")
    @open_to_all
    def in_by_mail(link: str) -> ResponseReturnValue:
        try:
            let_in(runtime, *ways_in.by_mail(runtime, link))
        except Stale as stale:
            return _stale(runtime, stale)
        return _clean()

    @pages.get("/in")
    @open_to_all
    def way_in() -> ResponseReturnValue:
        return outside(runtime, "customer/way_in.html", request.args.get("shop", 0, type=int))

    @pages.post("/in")
    @open_to_all
    def ask_for_link() -> ResponseReturnValue:
        shop = request.form.get("shop", 0, type=int)
        if wait := patience.knock_for_link(runtime, request.remote_addr or ""):
            problem = gettext("Too many attempts. Please wait %(seconds)s seconds.", seconds=wait)
            return outside(runtime, "customer/way_in.html", shop, problem), 429
        letters.send_link(runtime, shop, request.form.get("email", ""), tongue())
        return outside(runtime, "customer/sent.html", shop)

    @pages.get("/statement/<token>/<key>")
    @open_to_all
    def old_link(token: str, key: str) -> ResponseReturnValue:
        """Links of this form were kept in shops and let in for ever; they lead nowhere any more."""
        return _stale(runtime, Stale())

    @pages.post("/out")
    @open_to_all
    def out() -> ResponseReturnValue:
        let_out()
        return render_template("customer/out.html")


def _clean() -> Response:
    answer = make_response(redirect(url_for("pages.statement"), 303))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _stale(runtime: Runtime, stale: Stale) -> ResponseReturnValue:
    return outside(runtime, "customer/stale.html", stale.shop), 404
