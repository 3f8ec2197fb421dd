"""The first programme: three to begin with, tried at once on the shop's own last orders."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.domain.document import ProgrammeError
from bridge.errors import Refused
from bridge.pages.frame import is_part, needs
from bridge.pages.setup import starters
from bridge.pages.setup.starters import Wish, WrongWish
from bridge.pages.setup.steps import go_on, page
from bridge.pages.setup.words import WISH_PROBLEMS
from bridge.pages.words import told
from bridge.runtime import Runtime
from bridge.services import contact, programmes, setup, trail
from bridge.services.setup import Preview
from bridge.services.users import Role
from bridge.storage.models import Shop


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/setup/<int:shop_id>/programme")
    @needs(Role.ADMIN)
    def setup_programme(shop_id: int) -> ResponseReturnValue:
        shop = contact.load_shop(runtime, shop_id)
        wish = Wish.of(request.args)
        tried, problem = _tried(runtime, shop, wish)
        if is_part():
            return render_template("setup/preview_part.html", shop=shop, wish=wish, tried=tried, problem=problem)
        there = programmes.show(runtime, shop_id)
        return _page(shop, wish, tried, problem, there=bool(there))

    @pages.post("/setup/<int:shop_id>/programme")
    @needs(Role.ADMIN)
    def choose_programme(shop_id: int) -> ResponseReturnValue:
        shop = contact.load_shop(runtime, shop_id)
        if "keep" in request.form and programmes.show(runtime, shop_id):
            return go_on(runtime, shop_id, "programme")
        wish = Wish.of(request.form)
        try:
            text = starters.document(wish, shop.currency, shop.timezone)
            number = programmes.activate(runtime, shop_id, text, by=g.user.name, reason="setup")
        except (WrongWish, ProgrammeError, Refused) as problem:
            return _page(shop, wish, None, _said(problem), status=409)
        trail.leave(runtime, g.user, "programme activated", f"shop:{shop_id}/version:{number}")
        return go_on(runtime, shop_id, "programme")


def _page(
    shop: Shop, wish: Wish, tried: Preview | None, problem: str, *, there: bool = False, status: int = 200
) -> ResponseReturnValue:
    """``there``: the shop has a programme already, so this step can be passed by."""
    return page(
        shop, "setup/programme.html", "programme", status, wish=wish, tried=tried, problem=problem, there=there
    )


def _tried(runtime: Runtime, shop: Shop, wish: Wish) -> tuple[Preview | None, str]:
    """What the wish would have given; None while the orders are still being read, or with the problem."""
    if "sampled" not in shop.answers:
        runtime.bell.ring("sample", shop.id or 0)
        return None, ""
    try:
        return setup.preview(runtime, shop.id or 0, starters.document(wish, shop.currency, shop.timezone)), ""
    except (WrongWish, ProgrammeError, Refused) as problem:
        return None, _said(problem)


def _said(problem: Exception) -> str:
    if isinstance(problem, WrongWish):
        return str(WISH_PROBLEMS[problem.what])
    return told(problem) or gettext("That cannot be a programme.")
