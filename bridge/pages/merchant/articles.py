"""Credit per article: a table to type into, with search, and the same as a list for spreadsheets."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.domain import money
from bridge.errors import Refused
from bridge.pages.frame import needs
from bridge.pages.links import Page
from bridge.pages.merchant import desk
from bridge.reports import articles as reports
from bridge.runtime import Runtime
from bridge.services.imports.credits import import_credits
from bridge.services.users import Role
from bridge.storage import catalogue
from bridge.storage.models import Shop

ROWS = 30


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/articles")
    @needs(Role.VIEWER)
    def articles() -> ResponseReturnValue:
        return _page(runtime, {})

    @pages.post("/articles")
    @needs(Role.ADMIN)
    def set_credits() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.shop_of(database, request.form.get("shop", 0, type=int))
        wanted, wrong = _wanted(shop)
        if wrong:
            return _page(runtime, wrong), 400
        if wanted:
            with runtime.db.transaction() as database:
                catalogue.set_own(database, shop.id or 0, wanted, runtime.clock())
            said = gettext(
                "%(count)s articles were changed. This counts for orders from now on.", count=len(wanted)
            )
            desk.done(runtime, said, "credit of articles set", f"shop:{shop.id}")
        q, after = (request.form.get(name) or None for name in ("q", "after"))
        return redirect(url_for("pages.articles", shop=shop.id, q=q, after=after), 303)

    @pages.get("/articles.csv")
    @needs(Role.VIEWER)
    def articles_list() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.chosen_shop(database)
        if shop is None:
            return redirect(url_for("pages.articles"))
        head = {"Content-Disposition": f'attachment; filename="articles-shop-{shop.id}.csv"'}
        lines = _lines(runtime, shop, german=desk.tongue() == "de")
        return Response(lines, mimetype="text/csv", headers=head)

    @pages.post("/articles/import")
    @needs(Role.ADMIN)
    def import_articles() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.shop_of(database, request.form.get("shop", 0, type=int))
        given = request.files.get("list")
        if given is None or not given.filename:
            desk.refused(gettext("Choose a file first."))
            return redirect(url_for("pages.articles"), 303)
        with TemporaryDirectory(prefix="rabattkonto-") as folder:
            path = Path(folder) / "list.csv"
            given.save(path)
            try:
                result = import_credits(runtime, shop.id or 0, path)
            except Refused as error:
                desk.refused(gettext("The list was not taken over."), f"({error})")
                return redirect(url_for("pages.articles"), 303)
        if not result.kept:
            return render_template("merchant/not_imported.html", result=result), 400
        said = gettext("%(count)s rows were taken over.", count=result.taken)
        desk.done(runtime, said, "credit of articles imported", f"shop:{shop.id}")
        return redirect(url_for("pages.articles"), 303)


def _wanted(shop: Shop) -> tuple[dict[str, int | None], dict[str, str]]:
    """What was changed in the table, and what nobody can read, both by SKU."""
    wanted: dict[str, int | None] = {}
    wrong: dict[str, str] = {}
    for name, typed in request.form.items():
        kind, _, sku = name.partition(":")
        if kind != "credit" or typed.strip() == request.form.get(f"was:{sku}", "").strip():
            continue
        minor = desk.typed_amount(typed, shop.currency) if typed.strip() else None
        if typed.strip() and (minor is None or minor < 0):
            wrong[sku] = typed
        else:
            wanted[sku] = minor
    return wanted, wrong


def _page(runtime: Runtime, wrong: dict[str, str]) -> str:
    text, after = (request.values.get(name, "") for name in ("q", "after"))
    with runtime.db.reading() as database:
        shop = desk.chosen_shop(database)
        found = reports.page(database, shop.id or 0, text, after, ROWS + 1) if shop else []
    rows = found[:ROWS]
    page = Page(rows, before="first" if after else "", after=rows[-1].id if len(found) > ROWS else "")
    return render_template(
        "merchant/articles.html", shop=shop, page=page, text=text, cursor=after, wrong=wrong, typed=_typed
    )


def _typed(minor: int | None, currency: str) -> str:
    """An amount as it stands in a field."""
    if minor is None:
        return ""
    plain = money.plain(minor, currency)
    return plain.replace(".", ",") if desk.tongue() == "de" else plain


def _lines(runtime: Runtime, shop: Shop, *, german: bool) -> Iterator[str]:
    """As ``/articles/import`` takes it; a spreadsheet in German expects semicolons and decimal commas."""
    yield "\ufeff" if german else ""
    yield _line(["sku", "amount", "name", "shop_credit"], german=german)
    with runtime.db.reading() as database:
        for row in reports.every(database, shop.id or 0):
            credits_ = ["" if c is None else money.plain(c, shop.currency) for c in (row.own, row.shop)]
            own, of_shop = (text.replace(".", ",") if german else text for text in credits_)
            yield _line([_safe(row.sku), own, _safe(row.name), of_shop], german=german)


def _line(cells: list[str], *, german: bool) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _safe(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
