"""Questions about entries: a customer asks, the merchant answers, and both stand beside the entry.

The texts are erasable. The case that opens for the merchant names the question by its number only.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from bridge.errors import NotFound, Refused
from bridge.runtime import Runtime
from bridge.services import letters
from bridge.storage import leaves
from bridge.storage.books import Booked
from bridge.storage.cases import close_case, open_case
from bridge.storage.models import Account, Question, Shop

LONGEST = 1000
"""Characters of a question, and of an answer."""

_MOST_OPEN = 10
"""Open questions of one account: more of them would bury those of others."""

_REASON = "question"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything that the answer needs to know."""

    question: Question
    entry: Booked
    account: Account
    shop: Shop


def ask(runtime: Runtime, account_id: int, entry_id: int, text: str) -> int:
    """Ask about an entry of one's own account; the question's number.

    Raises ``NotFound`` for an entry of another account, ``Refused`` for an empty or overlong text, and for too
    many questions at once.
    """
    said = _checked(text)
    with runtime.db.transaction() as session:
        account = session.get_one(Account, account_id)
        leaves.entry_of(session, account, entry_id)
        _refuse_flood(session, account_id)
        question = Question(
            shop_id=account.shop_id, account_id=account_id, entry_id=entry_id, text=said, asked_at=runtime.clock()
        )
        session.add(question)
        session.flush()
        number = question.id or 0
        open_case(session, account.shop_id, _subject(number), _REASON, _sentence(number, entry_id), runtime.clock())
    return number


def answer(runtime: Runtime, question_id: int, text: str, by: str) -> None:
    """Answer a question; a second answer replaces the first. Raises ``NotFound`` and ``Refused``."""
    said = _checked(text)
    with runtime.db.transaction() as session:
        question = _find(session, question_id)
        question.answer, question.answered_at, question.answered_by = said, runtime.clock(), by
        close_case(session, question.shop_id, _subject(question_id), _REASON, runtime.clock())
        session.flush()
        letters.tell_answer(session, runtime, question)
    runtime.bell.ring("mail", 0)


def show(runtime: Runtime, question_id: int) -> Asked:
    """One question with its entry; ``NotFound`` without it."""
    with runtime.db.reading() as session:
        question = _find(session, question_id)
        account = session.get_one(Account, question.account_id)
        entry = leaves.entry_of(session, account, question.entry_id)
        return Asked(question, entry, account, session.get_one(Shop, question.shop_id))


def of_entries(session: Session, account_id: int, entries: Collection[int]) -> dict[int, list[Question]]:
    """The account's questions about these entries, oldest first."""
    rows = session.exec(
        select(Question)
        .where(Question.account_id == account_id, col(Question.entry_id).in_(list(entries)))
        .order_by(col(Question.id))
    )
    found: dict[int, list[Question]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(row)
    return found


def erase(session: Session, accounts: Collection[int]) -> None:
    """Forget what these accounts asked and were answered, also that there was something to answer."""
    rows = session.exec(select(Question).where(col(Question.account_id).in_(list(accounts)))).all()
    for row in rows:
        close_case(session, row.shop_id, _subject(row.id or 0), _REASON, row.asked_at)
    session.execute(delete(Question).where(col(Question.account_id).in_(list(accounts))))


def _find(session: Session, question_id: int) -> Question:
    question = session.get(Question, question_id)
    if question is None:
        raise NotFound(f"There is no question {question_id}.")
    return question


def _refuse_flood(session: Session, account_id: int) -> None:
    waiting = session.exec(
        select(func.count())
        .select_from(Question)
        .where(Question.account_id == account_id, col(Question.answered_at).is_(None))
    ).one()
    if waiting >= _MOST_OPEN:
        raise Refused(f"{waiting} questions wait for an answer already. Nothing was sent.")


def _checked(text: str) -> str:
    said = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not said or len(said) > LONGEST:
        raise Refused(f"Write 1 to {LONGEST} characters. Nothing was sent.")
    return said


def _subject(number: int) -> str:
    return f"question:{number}"


def _sentence(number: int, entry_id: int) -> str:
    return f"A customer asks about entry {entry_id}. Read and answer it on the page /questions/{number}."
