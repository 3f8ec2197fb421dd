"""The statement that a customer reads.

The link holds a key that nobody can guess; it is exchanged at once for a short session on a clean address,
so that neither the browser's history nor a shared screen gives it away.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from flask import Blueprint, abort, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

from bridge.pages.frame import open_to_all
from bridge.pages.language import spoken
from bridge.reports import statement as statements
from bridge.runtime import Runtime
from bridge.services.shown import statement_address
from bridge.storage.models import Account, Shop

_ENTRIES = 200
"""The newest ones; what is older is asked for from the merchant."""


_OPEN_FOR = timedelta(minutes=30)
"""How long the statement can be looked at after its link was followed."""


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes; the link is made by ``services.shown.statement_address``."""

    @pages.get("/statement/<token>/<key>")
    @open_to_all
    def statement_link(token: str, key: str) -> ResponseReturnValue:
        right = statement_address(runtime, token).rpartition("/")[2]
        if not compare_digest(key.encode(), right.encode()):
            abort(404)
        session["statement"] = [token, (runtime.clock() + _OPEN_FOR).isoformat()]
        return redirect(url_for("pages.statement"), 303)

    @pages.get("/statement")
    @open_to_all
    def statement() -> ResponseReturnValue:
        token = _token(runtime)
        if token is None:
            return render_template("customer/stale.html"), 404
        with runtime.db.reading() as database:
            account = _account(database, token)
            shown = statements.statement(database, account, runtime.clock(), _language(), limit=_ENTRIES)
        return render_template("customer/statement.html", account=shown, lines=shown.lines[::-1])


def _token(runtime: Runtime) -> str | None:
    """The account that this browser may look at now."""
    token, until = session.get("statement", ("", ""))
    return token if token and datetime.fromisoformat(until) > runtime.clock() else None


def _language() -> str:
    return "en" if spoken() == "en" else "de"


def _account(session: Session, token: str) -> int:
    found = session.exec(select(Account.id, Shop.timezone).join(Shop).where(Account.token == token)).first()
    if found is None or found[0] is None:
        abort(404)
    g.zone = found[1]
    return found[0]
