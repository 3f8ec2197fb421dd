"""“So funktioniert Ihr Rabatt-Konto”: public, so that a shop can link to it from everywhere."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from bridge.errors import NotFound
from bridge.pages.frame import open_to_all
from bridge.pages.language import spoken
from bridge.reports.terms import shop_terms
from bridge.runtime import Runtime


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The route. The shop's number stands in it, never its token: that is part of its webhook address."""

    @pages.get("/terms/<int:shop_id>")
    @open_to_all
    def terms(shop_id: int) -> ResponseReturnValue:
        try:
            shown = shop_terms(runtime, shop_id, spoken())
        except NotFound:
            abort(404)
        return render_template("customer/terms.html", terms=shown, shop_id=shop_id)
