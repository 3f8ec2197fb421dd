"""The statement that a customer reads. Its address is the key: nobody can guess it, and it shows no name."""

from hmac import compare_digest

from flask import Blueprint, abort, g, render_template
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


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The route; its address is made by ``services.shown.statement_address``."""

    @pages.get("/statement/<token>/<key>")
    @open_to_all
    def statement(token: str, key: str) -> ResponseReturnValue:
        right = statement_address(runtime, token).rpartition("/")[2]
        if not compare_digest(key.encode(), right.encode()):
            abort(404)
        with runtime.db.reading() as session:
            account = _account(session, token)
            shown = statements.statement(session, account, runtime.clock(), _language(), limit=_ENTRIES)
        return render_template("statement.html", account=shown, lines=shown.lines[::-1])


def _language() -> str:
    return "en" if spoken() == "en" else "de"


def _account(session: Session, token: str) -> int:
    found = session.exec(select(Account.id, Shop.timezone).join(Shop).where(Account.token == token)).first()
    if found is None or found[0] is None:
        abort(404)
    g.zone = found[1]
    return found[0]
