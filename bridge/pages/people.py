"""People who log in: everybody's own page, and for admins the list of all logins and the trail of changes."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlmodel import col

from bridge.errors import Refused
from bridge.pages.frame import COOKIE, needs
from bridge.pages.links import Page
from bridge.pages.words import told
from bridge.runtime import Runtime
from bridge.services import trail, users
from bridge.services.users import Role
from bridge.storage.models import Deed

_ROWS = 50


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""
    _add_list(pages, runtime)
    _add_changes_of_logins(pages, runtime)
    _add_own(pages, runtime)
    _add_trail(pages, runtime)


def _add_list(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/people")
    @needs(Role.ADMIN)
    def people() -> ResponseReturnValue:
        return _list(runtime)

    @pages.post("/people")
    @needs(Role.ADMIN)
    def add_person() -> ResponseReturnValue:
        form = request.form
        password = users.generated_password()
        try:
            role = _role(form.get("role", ""))
            made = users.add_user(runtime, form.get("name", ""), password, role, form.get("email", ""))
        except Refused as problem:
            return _list(runtime, problem=told(problem), status=409)
        trail.leave(runtime, g.user, "login added", f"login:{made}")
        # Shown in this very answer: in a flash it would travel in a cookie that anybody at the browser can read.
        return _list(runtime, shown=(form.get("name", "").strip(), password))


def _add_changes_of_logins(pages: Blueprint, runtime: Runtime) -> None:
    @pages.post("/people/<int:user_id>/role")
    @needs(Role.ADMIN)
    def change_role(user_id: int) -> ResponseReturnValue:
        role = _role(request.form.get("role", ""))
        users.change_role(runtime, user_id, role)
        return _done(runtime, f"role changed to {role.value}", user_id)

    @pages.post("/people/<int:user_id>/password")
    @needs(Role.ADMIN)
    def reset_password(user_id: int) -> ResponseReturnValue:
        password = users.generated_password()
        users.set_password(runtime, user_id, password)
        trail.leave(runtime, g.user, "password reset", f"login:{user_id}")
        name = next(each.user.name for each in users.logins(runtime) if each.user.id == user_id)
        return _list(runtime, shown=(name, password))

    @pages.post("/people/<int:user_id>/sessions")
    @needs(Role.ADMIN)
    def end_sessions(user_id: int) -> ResponseReturnValue:
        users.end_sessions(runtime, user_id)
        return _done(runtime, "sessions ended", user_id)

    @pages.post("/people/<int:user_id>/close")
    @needs(Role.ADMIN)
    def close_login(user_id: int) -> ResponseReturnValue:
        users.close(runtime, user_id)
        return _done(runtime, "login closed", user_id)

    @pages.post("/people/<int:user_id>/reopen")
    @needs(Role.ADMIN)
    def reopen_login(user_id: int) -> ResponseReturnValue:
        users.reopen(runtime, user_id)
        return _done(runtime, "login opened again", user_id)


def _add_own(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/me")
    @needs(Role.VIEWER)
    def me() -> ResponseReturnValue:
        return _own(runtime)

    @pages.post("/me/password")
    @needs(Role.VIEWER)
    def change_password() -> ResponseReturnValue:
        form = request.form
        try:
            users.change_own_password(runtime, g.user, form.get("old", ""), form.get("new", ""))
        except Refused as problem:
            return _own(runtime, problem=told(problem), status=409)
        trail.leave(runtime, g.user, "own password changed", f"login:{g.user.id}")
        flash(gettext("The password was changed. Please log in with the new one."))
        return redirect(url_for("pages.login"), 303)

    @pages.post("/me/email")
    @needs(Role.VIEWER)
    def change_email() -> ResponseReturnValue:
        try:
            users.set_email(runtime, g.user.id, request.form.get("email", ""))
        except Refused as problem:
            return _own(runtime, problem=told(problem), status=409)
        trail.leave(runtime, g.user, "address for alarms changed", f"login:{g.user.id}")
        flash(gettext("Saved."))
        return redirect(url_for("pages.me"), 303)

    @pages.post("/me/sessions/<reference>")
    @needs(Role.VIEWER)
    def end_session(reference: str) -> ResponseReturnValue:
        users.end_session(runtime, g.user.id, reference)
        trail.leave(runtime, g.user, "session ended", f"login:{g.user.id}")
        flash(gettext("The session was ended."))
        return redirect(url_for("pages.me"), 303)


def _add_trail(pages: Blueprint, runtime: Runtime) -> None:
    @pages.get("/changes")
    @needs(Role.ADMIN)
    def changes() -> ResponseReturnValue:
        before = request.args.get("before", "")
        return render_template("changes.html", page=_deeds(runtime, int(before) if before.isdecimal() else None))


def _deeds(runtime: Runtime, before: int | None) -> Page[Deed]:
    """Newest first; ``before`` is the number of the last row of the page above."""
    rows = select(Deed).order_by(col(Deed.id).desc()).limit(_ROWS + 1)
    if before is not None:
        rows = rows.where(col(Deed.id) < min(before, 2**31))
    with runtime.db.reading() as session:
        found = list(session.execute(rows).scalars())
    more = str(found[_ROWS - 1].id) if len(found) > _ROWS else ""
    return Page(found[:_ROWS], after=more)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise Refused("There is no such role.") from None


def _done(runtime: Runtime, what: str, user_id: int) -> ResponseReturnValue:
    trail.leave(runtime, g.user, what, f"login:{user_id}")
    flash(gettext("Saved."))
    return redirect(url_for("pages.people"), 303)


def _list(
    runtime: Runtime, problem: str = "", shown: tuple[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """``shown`` is a name with the password that was just made for it."""
    page = render_template("people.html", logins=users.logins(runtime), problem=problem, shown=shown)
    return page, status


def _own(runtime: Runtime, problem: str = "", status: int = 200) -> ResponseReturnValue:
    cookie = request.cookies.get(COOKIE, "")
    open_ones = [(each, users.is_own(each, cookie)) for each in users.sessions_of(runtime, g.user.id)]
    return render_template("me.html", sessions=open_ones, problem=problem), status
