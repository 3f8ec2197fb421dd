"""What went wrong, in words, as a page, or as a part that htmx puts into the page that is open."""

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bridge.errors import BridgeError, NotFound
from bridge.pages.frame import is_part
from bridge.pages.words import told

TEXTS = {
    400: (
        lazy_gettext("That was not understood"),
        lazy_gettext("Go back, load the page again, and try once more."),
    ),
    403: (
        lazy_gettext("You may not do that"),
        lazy_gettext("Your login has no right to it. Somebody with the role “admin” can give it to you."),
    ),
    404: (
        lazy_gettext("There is nothing here"),
        lazy_gettext("The address is wrong, or what it led to does not exist any more."),
    ),
    405: (
        lazy_gettext("That was not understood"),
        lazy_gettext("Go back, load the page again, and try once more."),
    ),
    409: (lazy_gettext("That was not done"), lazy_gettext("Nothing was changed.")),
    413: (lazy_gettext("That is too large"), lazy_gettext("Send a smaller file, or split it into several.")),
    500: (
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("Nothing was booked by halves. Try again; if it stays, the log of the server says more."),
    ),
}
"""Status → what happened, what to do."""

STALE = lazy_gettext("The form was too old. Go back, load the page again, and send it once more.")

_NOT_PEOPLE = ("/webhooks/", "/api/")
"""Whoever speaks there reads no pages; those rooms answer for themselves."""


def prepare(app: Flask) -> None:
    """Show the pages of this room for every failure that nobody else has answered."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda _: _page(400, STALE))
    app.register_error_handler(NotFound, lambda _: _page(404))
    app.register_error_handler(BridgeError, lambda error: _page(409, english=str(error)))


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if request.path.startswith(_NOT_PEOPLE) or code < 400:
        return error
    return _page(code)


def _page(code: int, advice: object = None, english: str = "") -> ResponseReturnValue:
    """``english`` is the sentence of a use case, which speaks that language alone."""
    what, to_do = TEXTS.get(code, TEXTS[400 if code < 500 else 500])
    template = "error_part.html" if is_part() else "error.html"
    said = told(english) if english else ""
    page = render_template(template, what=what, advice=advice or to_do, said=said, foreign=said == english)
    return page, code
