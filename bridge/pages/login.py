"""Logging in and out. Wrong passwords make the next attempt wait, longer each time."""

import time
from collections import OrderedDict
from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.pages.frame import COOKIE, needs, open_to_all
from bridge.runtime import Runtime
from bridge.services import users
from bridge.services.users import Role


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""
    patience = Patience()

    @pages.get("/login")
    @open_to_all
    def login() -> ResponseReturnValue:
        return _form()

    @pages.post("/login")
    @open_to_all
    def log_in() -> ResponseReturnValue:
        name, password = request.form.get("name", ""), request.form.get("password", "")
        who = f"{request.remote_addr} {name.strip().casefold()}"
        if wait := patience.wait(who):
            return _form(gettext("Too many attempts. Please wait %(seconds)s seconds.", seconds=wait), 429)
        token = users.log_in(runtime, name, password)
        if token is None:
            patience.failed(who)
            return _form(gettext("Name or password is wrong."), 403)
        patience.succeeded(who)
        return _with_cookie(redirect(url_for("pages.status")), token, runtime)

    @pages.post("/logout")
    @needs(Role.VIEWER)
    def log_out() -> ResponseReturnValue:
        users.log_out(runtime, request.cookies.get(COOKIE, ""))
        answer = make_response(redirect(url_for("pages.login")))
        answer.delete_cookie(COOKIE)
        return answer


def _form(problem: str = "", status: int = 200) -> ResponseReturnValue:
    return render_template("login.html", problem=problem, name=request.form.get("name", "")), status


def _with_cookie(answer: object, token: str, runtime: Runtime) -> Response:
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


class Patience:
    """Counts failures by address and name; the first three are free, then each one doubles the wait.

    It lives in the one web process. ``clock`` is in seconds; the oldest names are forgotten first.
    """

    _FREE = 3
    _LONGEST = 300
    _NAMES = 10_000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, who: str) -> int:
        """Seconds until the next attempt is looked at; 0 when it may come now."""
        count, last = self._failures.get(who, (0, 0.0))
        if count < self._FREE:
            return 0
        pause: int = min(self._LONGEST, 2 ** (count - self._FREE + 1))
        return max(0, round(last + pause - self._clock()))

    def failed(self, who: str) -> None:
        """One more wrong password."""
        count, _ = self._failures.pop(who, (0, 0.0))
        self._failures[who] = (count + 1, self._clock())
        while len(self._failures) > self._NAMES:
            self._failures.popitem(last=False)

    def succeeded(self, who: str) -> None:
        """The right password: all is forgiven."""
        self._failures.pop(who, None)
