"""The first login, made by whoever holds the address that ``serve`` has printed."""

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from bridge.errors import Refused
from bridge.pages.frame import open_to_all
from bridge.pages.login import with_cookie
from bridge.pages.words import told
from bridge.runtime import Runtime
from bridge.services import doors, trail, users

_KEY = "start"


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes. The secret is exchanged at once, so that it does not stay in the address."""

    @pages.get("/start/<secret>")
    @open_to_all
    def start_link(secret: str) -> ResponseReturnValue:
        if not doors.is_open(runtime, secret):
            return render_template("setup/shut.html"), 404
        session[_KEY] = secret
        return redirect(url_for("pages.start"), 303)

    @pages.get("/start")
    @open_to_all
    def start() -> ResponseReturnValue:
        if not doors.is_open(runtime, session.get(_KEY, "")):
            return render_template("setup/shut.html"), 404
        return render_template("setup/start.html", problem="", form={"name": users.FIRST})

    @pages.post("/start")
    @open_to_all
    def begin() -> ResponseReturnValue:
        form, secret = request.form, session.get(_KEY, "")
        if not doors.is_open(runtime, secret):
            return render_template("setup/shut.html"), 404
        try:
            made = doors.enter(
                runtime, secret, form.get("name", ""), form.get("password", ""), form.get("email", "")
            )
        except Refused as problem:
            return render_template("setup/start.html", problem=told(problem), form=form), 409
        session.pop(_KEY)
        token = users.begin(runtime, made, request.headers.get("User-Agent", ""))
        g.user = users.who(runtime, token)
        trail.leave(runtime, g.user, "first login made", f"login:{made}")
        return with_cookie(redirect(url_for("pages.setup"), 303), token, runtime)
