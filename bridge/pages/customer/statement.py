"""The statement: where the account stands, and every booking with its reason. The ledger itself, never a copy."""

from dataclasses import dataclass
from hmac import compare_digest

from flask import Blueprint, Response, abort, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlmodel import Session

from bridge.domain.targets import Kind
from bridge.domain.why import sentence
from bridge.pages.customer.visit import Visit, tongue, visit
from bridge.pages.frame import open_to_all
from bridge.pages.links import Page
from bridge.pages.words import KINDS
from bridge.reports import spreadsheet
from bridge.reports.standing import standing
from bridge.runtime import Runtime
from bridge.services import choices, letters, proof, questions
from bridge.storage import leaves
from bridge.storage.books import Booked
from bridge.storage.leaves import Place
from bridge.storage.models import Question

ON_A_PAGE = 50
ON_PAPER = 1000
"""Entries of the view for printing; whoever has more takes the file."""

FILTERS = {
    "earned": (lazy_gettext("earned"), (Kind.ACCRUAL, Kind.BONUS, Kind.OPENING)),
    "referral": (lazy_gettext("referrals"), (Kind.REFERRAL,)),
    "redeemed": (lazy_gettext("redeemed"), (Kind.REDEMPTION,)),
    "expired": (lazy_gettext("expired"), (Kind.EXPIRY,)),
    "others": (lazy_gettext("corrections"), (Kind.ADJUSTMENT, Kind.TRANSFER)),
}
"""What the list can be narrowed to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One booking as it is shown: its reason in a sentence, and what was asked about it."""

    entry: Booked
    reason: str
    questions: list[Question]


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/statement")
    @open_to_all
    def statement() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
            now = standing(database, here.account, runtime.clock(), tongue())
            entries = _entries(runtime, database, here, ON_A_PAGE)
            wants_news = choices.wants_news(database, here.id)
            guests = bool(here.mailbox) and proof.waits(database, runtime, here.account, here.mailbox)
        choices.remember_language(runtime, here.id, tongue())
        return here.page(
            "customer/statement.html",
            now=now,
            page=entries,
            filters=FILTERS,
            at=runtime.clock(),
            mail=letters.can_be_sent(runtime),
            wants_news=wants_news,
            guests=guests,
            order_page=here.order_page,
        )

    @pages.get("/statement/print")
    @open_to_all
    def statement_on_paper() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
            now = standing(database, here.account, runtime.clock(), tongue())
            entries = _entries(runtime, database, here, ON_PAPER)
        return here.page("customer/print.html", now=now, page=entries, at=runtime.clock())

    @pages.get("/statement.csv")
    @open_to_all
    def statement_file() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
        rows = stream_with_context(
            spreadsheet.rows(runtime, here.account, tongue(), {kind: str(word) for kind, word in KINDS.items()})
        )
        answer = Response(rows, mimetype="text/csv")
        answer.headers["Content-Disposition"] = 'attachment; filename="rabattkonto.csv"'
        return answer

    @pages.post("/statement/automatic")
    @open_to_all
    def choose_automatic() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
        choices.choose_automatic(runtime, here.id, automatic=request.form.get("automatic") == "yes")
        return redirect(url_for("pages.statement"), 303)

    @pages.post("/statement/guests")
    @open_to_all
    def claim() -> ResponseReturnValue:
        """By a press of a button: following a link is no proof, since programs follow links in mails, too."""
        with runtime.db.reading() as database:
            here = visit(runtime, database)
            proven = bool(here.mailbox) and proof.waits(database, runtime, here.account, here.mailbox)
        if not proven:
            abort(404)
        proof.prove(runtime, here.account.shop_id, here.id)
        return redirect(url_for("pages.statement"), 303)

    @pages.post("/statement/mails")
    @open_to_all
    def choose_mails() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            here = visit(runtime, database)
        choices.choose_mails(runtime, here.id, news=request.form.get("news") == "yes")
        return redirect(url_for("pages.statement"), 303)


def _entries(runtime: Runtime, database: Session, here: Visit, limit: int) -> Page[Line]:
    _, kinds = FILTERS.get(request.args.get("only", ""), ("", ()))
    leaf = leaves.leaf(database, here.account, limit, _place(runtime, here), [kind.value for kind in kinds])
    asked = questions.of_entries(database, here.id, [entry.id for entry in leaf.entries])
    lines = [
        Line(entry, sentence(entry.why, tongue(), here.account.currency, entry.text), asked.get(entry.id, []))
        for entry in leaf.entries
    ]
    return Page(lines, after=_cursor(runtime, here, leaf.next) if leaf.next else "")


def _cursor(runtime: Runtime, here: Visit, place: Place) -> str:
    """Proven, so that nobody can send somebody to their own account with other balances in it."""
    return f"{place.before}.{place.balance}.{_proof(runtime, here, place)}"


def _place(runtime: Runtime, here: Visit) -> Place | None:
    """Where the page begins; at the newest entry for whatever is no cursor of ours."""
    before, _, rest = request.args.get("before", "").partition(".")
    balance, _, proof = rest.partition(".")
    try:
        place = Place(int(before), int(balance))
    except ValueError:
        return None
    right = compare_digest(proof.encode(), _proof(runtime, here, place).encode())
    return place if right else None


def _proof(runtime: Runtime, here: Visit, place: Place) -> str:
    return runtime.vault.token("leaf", here.account.token, place.before, place.balance)
