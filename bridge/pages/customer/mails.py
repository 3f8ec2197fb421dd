"""The end of mails about news, by one click and without any login.

The page only asks, since programs follow links in mails too. The POST carries no token of our forms: it comes from
mail programs (RFC 8058), and the unguessable address can do nothing else.
"""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from bridge.runtime import Runtime
from bridge.services import choices, letters


def blueprint(runtime: Runtime) -> Blueprint:
    """The routes, apart from all other pages."""
    mails = Blueprint("mails", __name__)

    @mails.get("/mails/off/<link>")
    def ask(link: str) -> ResponseReturnValue:
        if letters.whose_mails(runtime, link) is None:
            abort(404)
        return render_template("customer/mails_off.html", done=False)

    @mails.post("/mails/off/<link>")
    def end(link: str) -> ResponseReturnValue:
        account = letters.whose_mails(runtime, link)
        if account is None:
            abort(404)
        choices.choose_mails(runtime, account, news=False)
        return render_template("customer/mails_off.html", done=True)

    return mails
