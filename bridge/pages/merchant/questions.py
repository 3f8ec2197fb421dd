"""Questions of customers about entries, and the merchant's answers."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.domain.why import sentence
from bridge.errors import Refused
from bridge.pages.frame import needs
from bridge.pages.language import spoken
from bridge.runtime import Runtime
from bridge.services import questions, trail
from bridge.services.users import Role


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/questions/<int:number>")
    @needs(Role.VIEWER)
    def customers_question(number: int) -> ResponseReturnValue:
        return _page(runtime, number)

    @pages.post("/questions/<int:number>")
    @needs(Role.BOOKKEEPER)
    def answer_question(number: int) -> ResponseReturnValue:
        text = request.form.get("answer", "")
        try:
            questions.answer(runtime, number, text, g.user.name)
        except Refused:
            problem = gettext("Write 1 to %(most)s characters.", most=questions.LONGEST)
            return _page(runtime, number, text, problem), 422
        trail.leave(runtime, g.user, "question answered", f"question:{number}")
        flash(gettext("The answer is in the customer's account now."), "fine")
        return redirect(url_for("pages.customers_question", number=number), 303)


def _page(runtime: Runtime, number: int, text: str = "", problem: str = "") -> str:
    asked = questions.show(runtime, number)
    g.zone = asked.shop.timezone
    reason = sentence(asked.entry.why, "en" if spoken() == "en" else "de", asked.account.currency, asked.entry.text)
    return render_template(
        "merchant/question.html",
        asked=asked,
        reason=reason,
        text=text or asked.question.answer,
        problem=problem,
        most=questions.LONGEST,
    )
