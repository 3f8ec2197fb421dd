"""Logging in and out. Wrong passwords make the next attempt wait, longer each time."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.pages.frame import COOKIE, needs, open_to_all
from bridge.runtime import Runtime
from bridge.services import patience, trail, users
from bridge.services.users import Role


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/login")
    @open_to_all
    def login() -> ResponseReturnValue:
        return _form(empty=users.is_empty(runtime))

    @pages.post("/login")
    @open_to_all
    def log_in() -> ResponseReturnValue:
        name, password = request.form.get("name", ""), request.form.get("password", "")
        address = request.remote_addr or ""
        if wait := patience.knock(runtime, name, address):
            return _form(gettext("Too many attempts. Please wait %(seconds)s seconds.", seconds=wait), 429)
        token = users.log_in(runtime, name, password, request.headers.get("User-Agent", ""))
        if token is None:
            return _form(gettext("Name or password is wrong."), 403)
        patience.welcome(runtime, name, address)
        _forget_visitor()
        trail.leave(runtime, users.who(runtime, token), "logged in")
        return with_cookie(redirect(url_for("pages.status")), token, runtime)

    @pages.post("/logout")
    @needs(Role.VIEWER)
    def log_out() -> ResponseReturnValue:
        users.log_out(runtime, request.cookies.get(COOKIE, ""))
        trail.leave(runtime, g.user, "logged out")
        answer = make_response(redirect(url_for("pages.login")))
        answer.delete_cookie(COOKIE)
        return answer


def _forget_visitor() -> None:
    """What the browser carried before belongs to nobody in particular; only the language is kept."""
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language


def _form(problem: str = "", status: int = 200, *, empty: bool = False) -> ResponseReturnValue:
    """``empty``: nobody can log in yet."""
    return render_template("login.html", problem=problem, name=request.form.get("name", ""), empty=empty), status


def with_cookie(answer: object, token: str, runtime: Runtime) -> Response:
    """The answer with the cookie of a session: out of reach of scripts and of other sites."""
    response = make_response(answer)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(users.LONGEST.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=runtime.settings.public_url.startswith("https:"),
    )
    return response
