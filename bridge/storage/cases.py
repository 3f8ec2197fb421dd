"""Cases: what needs a decision. One open case per subject and reason, however often it is found."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, func, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from bridge.storage.models import Case


def _open(session: Session, shop_id: int, subject: str, reason: str) -> Case | None:
    return session.exec(
        select(Case)
        .where(Case.shop_id == shop_id, Case.subject == subject, Case.reason == reason)
        .where(col(Case.closed_at).is_(None))
    ).first()


def open_case(session: Session, shop_id: int, subject: str, reason: str, sentence: str, now: datetime) -> None:
    """Say once that something needs a decision; a case that is open already keeps its date."""
    if _open(session, shop_id, subject, reason) is None:
        case = Case(shop_id=shop_id, subject=subject, reason=reason, sentence=sentence, opened_at=now)
        session.add(case)


def open_of(session: Session, shop_id: int, before: int | None = None, limit: int | None = None) -> list[Case]:
    """The shop's open cases, newest first; those with ids below ``before``."""
    question = select(Case).where(Case.shop_id == shop_id, col(Case.closed_at).is_(None))
    if before is not None:
        question = question.where(col(Case.id) < before)
    return list(session.exec(question.order_by(col(Case.id).desc()).limit(limit)))


def open_about(session: Session, shop_id: int, subject: str) -> list[Case]:
    """The open cases about one subject, oldest first."""
    return list(session.execute(_ABOUT, {"the_shop": shop_id, "the_subject": subject}).scalars())


_ABOUT = (
    sa_select(Case)
    .where(col(Case.shop_id) == bindparam("the_shop"), col(Case.subject) == bindparam("the_subject"))
    .where(col(Case.closed_at).is_(None))
    .order_by(col(Case.id))
)


def count_open(session: Session, shop_id: int) -> int:
    """How many cases of the shop are open."""
    question = select(func.count()).select_from(Case)
    return session.exec(question.where(Case.shop_id == shop_id, col(Case.closed_at).is_(None))).one()


def close(session: Session, shop_id: int, number: int, now: datetime) -> bool:
    """Somebody has worked off this case; whether it was open."""
    case = session.get(Case, number)
    if case is None or case.shop_id != shop_id or case.closed_at is not None:
        return False
    case.closed_at = now
    session.add(case)
    return True


def close_case(session: Session, shop_id: int, subject: str, reason: str, now: datetime) -> None:
    """What was wrong is right again, or was decided."""
    case = _open(session, shop_id, subject, reason)
    if case is not None:
        case.closed_at = now
        session.add(case)


def close_cases(
    session: Session, shop_id: int, subjects: Collection[str], reasons: Collection[str], now: datetime
) -> None:
    """The same for many: every open case of these subjects with one of these reasons."""
    session.execute(
        update(Case)
        .where(col(Case.shop_id) == shop_id, col(Case.subject).in_(subjects), col(Case.reason).in_(reasons))
        .where(col(Case.closed_at).is_(None))
        .values(closed_at=now)
    )
