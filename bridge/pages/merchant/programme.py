"""The programme as text: checked while it is typed, tried on the shop's own orders, put in force from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.domain import document
from bridge.domain.cautions import Caution, cautions
from bridge.domain.compare import Difference, compare
from bridge.domain.programme import Programme, Version
from bridge.domain.terms import Terms, terms
from bridge.errors import Refused, ShopError
from bridge.pages.frame import is_part, needs
from bridge.pages.merchant import desk
from bridge.runtime import Runtime
from bridge.services import programmes
from bridge.services.simulate import jobs
from bridge.services.users import Role
from bridge.storage.models import ProgrammeVersion, Shop, Simulation

_LONGEST = 100_000
"""Characters of a document; a programme with a thousand rules is shorter."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What can be said of a document: what is wrong, or else what it changes, warns of and means."""

    text: str
    problems: tuple[document.Problem, ...] = ()
    programme: Programme | None = None
    differences: tuple[Difference, ...] = ()
    cautions: tuple[Caution, ...] = ()
    terms: Terms | None = None
    misfit: str = ""


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/programme")
    @needs(Role.VIEWER)
    def programme() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.chosen_shop(database)
            if shop is None:
                return redirect(url_for("pages.status"))
            asked = request.args.get("simulation", type=int)
            draft = jobs.find(database, shop.id or 0, asked).document if asked else None
            tried = jobs.newest(database, shop.id or 0)
        versions = programmes.show(runtime, shop.id or 0)
        text = draft or (versions[-1].document if versions else _FIRST.format(currency=shop.currency))
        return _page(runtime, shop, _check(shop, text, versions), versions, tried)

    @pages.post("/programme/check")
    @needs(Role.VIEWER)
    def check_programme() -> ResponseReturnValue:
        shop, checked, versions = _posted(runtime)
        if is_part():
            return render_template("merchant/checked.html", shop=shop, checked=checked, tongue=desk.tongue())
        return _page(runtime, shop, checked, versions)

    @pages.post("/programme/simulate")
    @needs(Role.BOOKKEEPER)
    def simulate_programme() -> ResponseReturnValue:
        shop, checked, versions = _posted(runtime)
        if checked.programme is None or checked.misfit:
            return _page(runtime, shop, checked, versions), 400
        with runtime.db.reading() as database:
            since = desk.typed_day(request.form.get("since", ""), database, shop)
        number = jobs.ask(runtime, shop.id or 0, checked.text, since)
        subject = f"simulation:{number}/shop:{shop.id}"
        desk.done(runtime, gettext("The simulation has begun."), "simulation asked for", subject)
        return redirect(url_for("pages.simulation", number=number), 303)

    @pages.post("/programme/preview")
    @needs(Role.ADMIN)
    def preview_programme() -> ResponseReturnValue:
        shop, checked, versions = _posted(runtime)
        if checked.programme is None or checked.misfit:
            return _page(runtime, shop, checked, versions), 400
        return _confirm(shop, checked)

    @pages.post("/programme/activate")
    @needs(Role.ADMIN)
    def activate_programme() -> ResponseReturnValue:
        shop, checked, versions = _posted(runtime)
        if checked.programme is None or checked.misfit:
            return _page(runtime, shop, checked, versions), 400
        typed = request.form.get("confirm", "").strip()
        if any(caution.confirm and caution.confirm != typed for caution in checked.cautions):
            return _confirm(shop, checked, gettext("Please type exactly what confirms the warning."))
        with runtime.db.reading() as database:
            begin = desk.typed_day(request.form.get("from", ""), database, shop)
        reason = request.form.get("reason", "").strip()
        try:
            number = programmes.activate(
                runtime, shop.id or 0, checked.text, begin, f"user {g.user.id}", reason, [typed]
            )  # fmt: skip
        except (Refused, ShopError) as error:
            return _confirm(shop, checked, gettext("The programme was not put in force."), str(error))
        subject = f"version:{number}/shop:{shop.id}"
        desk.done(
            runtime, gettext("Version %(number)s is in force.", number=number), "programme activated", subject
        )
        return redirect(url_for("pages.programme"), 303)


def _posted(runtime: Runtime) -> tuple[Shop, Checked, list[ProgrammeVersion]]:
    with runtime.db.reading() as database:
        shop = desk.shop_of(database, request.form.get("shop", 0, type=int))
    versions = programmes.show(runtime, shop.id or 0)
    text = request.form.get("document", "")[:_LONGEST].replace("\r\n", "\n")
    return shop, _check(shop, text, versions), versions


def _check(shop: Shop, text: str, versions: list[ProgrammeVersion]) -> Checked:
    language = desk.tongue()
    try:
        found = document.read(text)
    except document.ProgrammeError as error:
        return Checked(text, error.problems)
    before = document.read(versions[-1].document) if versions else None
    return Checked(
        text=text,
        programme=found,
        differences=compare(before, found, language) if before else (),
        cautions=cautions(found, before, language),
        terms=terms(Version(1, None, found), language=language),
        misfit=found.currency if found.currency != shop.currency else "",
    )


def _page(
    runtime: Runtime,
    shop: Shop,
    checked: Checked,
    versions: list[ProgrammeVersion],
    tried: Sequence[Simulation] = (),
) -> str:
    return render_template(
        "merchant/programme.html", shop=shop, checked=checked, versions=versions[::-1], tried=tried,
        now=runtime.clock(), tongue=desk.tongue(),
    )  # fmt: skip


def _confirm(shop: Shop, checked: Checked, problem: str = "", detail: str = "") -> ResponseReturnValue:
    page = render_template(
        "merchant/activate.html", shop=shop, checked=checked, problem=problem, detail=detail, form=request.form
    )
    return page, 409 if problem else 200


_FIRST = """[programme]
currency = "{currency}"

[[earn]]
id = "everything"
percent = "3"
"""
"""What an empty editor begins with."""
