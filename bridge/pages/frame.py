"""What all pages share: the blueprint, the guard in front of it, and CSRF protection."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from bridge.pages.words import register_filters
from bridge.runtime import Runtime
from bridge.services import users

COOKIE = "rabattkonto"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def open_to_all(view: View) -> View:
    """Mark a page that needs no login."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def blueprint(app: Flask, runtime: Runtime) -> Blueprint:
    """The blueprint of all pages: a request without a login is sent to it, a form without its token refused."""
    pages = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    register_filters(pages)
    csrf = CSRFProtect(app)

    @pages.before_request
    def guard() -> ResponseReturnValue | None:
        csrf.protect()
        g.user = users.who(runtime, request.cookies.get(COOKIE, ""))
        if g.user or _is_open():
            return None
        return redirect(url_for("pages.login"))

    @pages.app_errorhandler(CSRFError)
    def stale_form(_problem: CSRFError) -> ResponseReturnValue:
        return redirect(url_for("pages.login", stale=1))

    return pages


def _is_open() -> bool:
    endpoint = request.endpoint or ""
    return endpoint == "pages.static" or hasattr(current_app.view_functions.get(endpoint), "open_to_all")
