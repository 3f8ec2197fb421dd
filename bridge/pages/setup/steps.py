"""What follows once a shop is connected: its sign of life, when orders are paid, the plugin, and going live."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.errors import BridgeError, Refused, ShopError
from bridge.pages.frame import is_part, needs
from bridge.pages.setup.words import HOW_TO, MEANINGS, METHODS, OBSTACLES, STATUSES, STEP_NAMES
from bridge.pages.words import told
from bridge.ports import Means, Ruling
from bridge.runtime import Runtime
from bridge.services import contact, paid, setup, shops, trail
from bridge.services.users import Role
from bridge.storage.models import Shop


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""
    _add_life(pages, runtime)
    _add_paid(pages, runtime)
    _add_plugin(pages, runtime)
    _add_live(pages, runtime)


def go_on(runtime: Runtime, shop_id: int, step: str) -> ResponseReturnValue:
    """Note that a step is done, and show the next one that is not."""
    upcoming = setup.next_step(setup.finish(runtime, shop_id, step))
    if not upcoming:
        return redirect(url_for("pages.status"), 303)
    return redirect(url_for(f"pages.setup_{upcoming}", shop_id=shop_id), 303)


def page(shop: Shop, template: str, step: str, status: int = 200, **values: object) -> ResponseReturnValue:
    """A page of the way, with what is done of it."""
    g.zone = shop.timezone
    done = shop.answers.get("setup", ())
    words = {
        "step_names": STEP_NAMES,
        "obstacles": OBSTACLES,
        "meanings": MEANINGS,
        "how": HOW_TO.get(shop.platform),
    }
    filled = render_template(template, shop=shop, step=step, steps=setup.STEPS, done=done, **words, **values)
    return filled, status


def _add_life(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/setup/<int:shop_id>/life")
    @needs(Role.ADMIN)
    def setup_life(shop_id: int) -> ResponseReturnValue:
        shop = contact.load_shop(runtime, shop_id)
        look = "look" in request.args
        template = "setup/life_part.html" if is_part() else "setup/life.html"
        return page(shop, template, "life", life=setup.life(runtime, shop, look=look), looked=look)

    @pages.post("/setup/<int:shop_id>/life")
    @needs(Role.ADMIN)
    def leave_life(shop_id: int) -> ResponseReturnValue:
        return go_on(runtime, shop_id, "life")

    @pages.post("/setup/<int:shop_id>/webhooks")
    @needs(Role.ADMIN)
    def renew_webhooks(shop_id: int) -> ResponseReturnValue:
        try:
            shops.register_webhooks(runtime, shop_id)
        except ShopError as problem:
            flash(gettext("The shop did not make them: %(problem)s", problem=problem), "problem")
        else:
            trail.leave(runtime, g.user, "webhooks made anew", f"shop:{shop_id}")
        return redirect(url_for("pages.setup_life", shop_id=shop_id), 303)


def _add_paid(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/setup/<int:shop_id>/paid")
    @needs(Role.ADMIN)
    def setup_paid(shop_id: int) -> ResponseReturnValue:
        shop = contact.load_shop(runtime, shop_id)
        if "sampled" not in shop.answers and "now" not in request.args:
            runtime.bell.ring("sample", shop_id)
            return _reading_page(shop)
        return ("", 204, {"HX-Refresh": "true"}) if is_part() else _paid_page(runtime, shop_id)

    @pages.post("/setup/<int:shop_id>/paid")
    @needs(Role.ADMIN)
    def answer_paid(shop_id: int) -> ResponseReturnValue:
        try:
            for number, row in enumerate(paid.table(runtime, shop_id)):
                given = request.form.get(f"means-{number}", row.means)
                if not row.fixed and (given != row.means or row.open_question):
                    paid.answer(runtime, shop_id, Ruling(row.status, row.method, Means(given)))
                    trail.leave(runtime, g.user, "paid table answered", f"shop:{shop_id}")
        except (Refused, ValueError) as problem:
            return _paid_page(runtime, shop_id, told(problem), 409)
        return go_on(runtime, shop_id, "paid")


def _reading_page(shop: Shop) -> ResponseReturnValue:
    """Until the last orders were read: only they show which statuses and ways to pay the shop really has."""
    sentence = gettext("We are reading your last orders to see how your customers pay.")
    template = "setup/waiting_part.html" if is_part() else "setup/reading.html"
    return page(
        shop, template, "paid", sentence=sentence, without=url_for("pages.setup_paid", shop_id=shop.id, now=1)
    )


def _paid_page(runtime: Runtime, shop_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    shop = contact.load_shop(runtime, shop_id)
    rows = list(enumerate(paid.table(runtime, shop_id)))
    first = [each for each in rows if each[1].orders or each[1].open_question or not each[1].method]
    rest = [each for each in rows if each not in first]
    words = {"statuses": STATUSES, "methods": METHODS}
    return page(shop, "setup/paid.html", "paid", status, first=first, rest=rest, problem=problem, **words)


def _add_plugin(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/setup/<int:shop_id>/plugin")
    @needs(Role.ADMIN)
    def setup_plugin(shop_id: int) -> ResponseReturnValue:
        shop = contact.load_shop(runtime, shop_id)
        return page(shop, "setup/plugin.html", "plugin", looked="look" in request.args, lacks=_lacks(runtime, shop))

    @pages.post("/setup/<int:shop_id>/plugin")
    @needs(Role.ADMIN)
    def leave_plugin(shop_id: int) -> ResponseReturnValue:
        return go_on(runtime, shop_id, "plugin")

    @pages.get("/setup/<int:shop_id>/rabattkonto.zip")
    @needs(Role.ADMIN)
    def plugin_zip(shop_id: int) -> ResponseReturnValue:
        shop = contact.load_shop(runtime, shop_id)
        packed = runtime.platform(shop.platform).storefront(urlsplit(runtime.settings.public_url).netloc)
        answer = Response(packed, mimetype="application/zip")
        answer.headers["Content-Disposition"] = "attachment; filename=rabattkonto.zip"
        return answer


def _lacks(runtime: Runtime, shop: Shop) -> str:
    """Why the plugin does not work in the shop yet; empty when it does. Asked only when somebody wants to know."""
    if "look" not in request.args:
        return ""
    try:
        return shops.storefront_lacks(runtime, shop)
    except BridgeError as problem:
        return str(problem)


def _add_live(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/setup/<int:shop_id>/live")
    @needs(Role.ADMIN)
    def setup_live(shop_id: int) -> ResponseReturnValue:
        shop = contact.load_shop(runtime, shop_id)
        return page(shop, "setup/live.html", "live", seen=setup.seen(runtime, shop_id))

    @pages.post("/setup/<int:shop_id>/live")
    @needs(Role.ADMIN)
    def go_live(shop_id: int) -> ResponseReturnValue:
        setup.go_live(runtime, shop_id)
        trail.leave(runtime, g.user, "went live", f"shop:{shop_id}")
        flash(gettext("The shop is live: from now on customers can use what they have earned."))
        return redirect(url_for("pages.status"), 303)
