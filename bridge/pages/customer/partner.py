"""For partners: the link to recommend the shop by, what each level earned, and the yearly statement."""

import segno
from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from markupsafe import Markup

from bridge.pages.customer.visit import visit
from bridge.pages.frame import open_to_all
from bridge.reports import partners
from bridge.reports.partner_page import How, partner_page
from bridge.runtime import Runtime

HOWS = {
    How.LINK: lazy_gettext("by your link or code"),
    How.COUPON: lazy_gettext("by a coupon"),
    How.SHOP: lazy_gettext("by the shop"),
}

_EARLIEST = 2000


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes. Whoever is no partner finds nothing here."""

    @pages.get("/statement/partner")
    @open_to_all
    def partner() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
            if here.partner is None:
                abort(404)
            shown = partner_page(database, here.account, here.partner, runtime.clock())
        return here.page("customer/partner.html", shown=shown, hows=HOWS, picture=_picture(shown.address))

    @pages.get("/statement/partner/<int:year>")
    @open_to_all
    def partner_year(year: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
            if here.partner is None or not _EARLIEST <= year <= runtime.clock().year + 1:
                abort(404)
            figures = partners.year(database, here.id, year, runtime.clock())
        return here.page("customer/partner_year.html", year=figures, at=runtime.clock())


def _picture(address: str) -> Markup:
    """The link as a QR code, drawn with lines only, so that no style of its own is needed."""
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - made of a grid of lines; the address is no part of its text
