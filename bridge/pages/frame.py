"""What all pages share: the blueprint, the guard in front of it, and CSRF protection."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from bridge.pages import links, navigation
from bridge.pages.words import register_filters
from bridge.runtime import Runtime
from bridge.services import users
from bridge.services.users import Role

COOKIE = "rabattkonto"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def open_to_all(view: View) -> View:
    """Mark a page that needs no login."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def needs(role: Role) -> Callable[[View], View]:
    """Mark a page with the least role that may use it. A page without a mark is for admins alone."""

    def mark(view: View) -> View:
        view.needs = role  # type: ignore[attr-defined]
        return view

    return mark


def protect_forms(app: Flask, without_forms: Sequence[Blueprint]) -> None:
    """Refuse every POST that does not carry the token of one of our forms, wherever it goes."""
    csrf = CSRFProtect(app)
    for other in without_forms:
        csrf.exempt(other)


def blueprint(runtime: Runtime) -> Blueprint:
    """The blueprint of all pages: a request without a login is sent to it, one with too low a role refused."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    register_filters(pages)
    links.register(pages)
    navigation.register(pages)

    @pages.before_request
    def guard() -> ResponseReturnValue | None:
        if _needed() is None:
            return None
        g.user = users.who(runtime, request.cookies.get(COOKIE, ""))
        if g.user is None:
            return _to_login()
        if not Role(g.user.role).covers(_needed() or Role.ADMIN):
            abort(403)
        return None

    return pages


def _needed() -> Role | None:
    """The least role for the page that was asked for; None where everybody may come."""
    view = current_app.view_functions.get(request.endpoint or "")
    return None if hasattr(view, "open_to_all") else getattr(view, "needs", Role.ADMIN)


def _to_login() -> ResponseReturnValue:
    """A part of a page that is loaded anew cannot show a login form: the whole page has to go there."""
    address = url_for("pages.login")
    return ("", 204, {"HX-Redirect": address}) if is_part() else redirect(address)


def is_part() -> bool:
    """Whether htmx asks for a part of a page rather than somebody for a page."""
    return request.headers.get("HX-Request") == "true"
