"""“Frage zu dieser Buchung”: the customer asks, the answer appears beside the entry."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.domain.why import sentence
from bridge.errors import Refused
from bridge.pages.customer.visit import tongue, visit
from bridge.pages.frame import open_to_all
from bridge.runtime import Runtime
from bridge.services import questions
from bridge.storage import leaves


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes. Another account's entry is as unknown as one that does not exist."""

    @pages.get("/statement/entries/<int:entry>")
    @open_to_all
    def question(entry: int) -> ResponseReturnValue:
        return _form(runtime, entry)

    @pages.post("/statement/entries/<int:entry>")
    @open_to_all
    def ask(entry: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
        text = request.form.get("text", "")
        try:
            questions.ask(runtime, here.id, entry, text)
        except Refused:
            problem = gettext("Write up to %(most)s characters. If many questions are open, wait for an answer.",
                              most=questions.LONGEST)  # fmt: skip
            return _form(runtime, entry, text, problem), 422
        flash(gettext("Your question is on its way. The answer will appear beside the booking."), "fine")
        return redirect(url_for("pages.statement", _anchor=f"entry-{entry}"), 303)


def _form(runtime: Runtime, number: int, text: str = "", problem: str = "") -> str:
    with runtime.db.reading() as database:
        here = visit(runtime, database)
        entry = leaves.entry_of(database, here.account, number)
        asked = questions.of_entries(database, here.id, [number]).get(number, [])
    reason = sentence(entry.why, tongue(), here.account.currency, entry.text)
    return here.page(
        "customer/question.html",
        entry=entry,
        reason=reason,
        asked=asked,
        text=text,
        problem=problem,
        most=questions.LONGEST,
    )
