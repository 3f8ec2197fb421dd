"""Who stands below an account now, level by level: counted in one question, shown a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, exists, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bridge.storage.models import Account, Contribution, Person, Sponsorship

DEEPEST = 20
"""Levels that are looked at; programmes pay for far fewer."""


@dataclass(frozen=True, slots=True)
class Below:
    """Somebody on a level. ``turnover`` is paid and kept, gross minor units; ``sponsor`` is who brought them."""

    account: int
    name: str
    since: datetime
    sponsor: int
    sponsor_name: str
    turnover: int


def counts(session: Session, account_id: int, now: datetime) -> dict[int, int]:
    """How many stand on each level below the account, nearest first, without the empty ones."""
    tree = _tree(account_id, now)
    rows = session.execute(select(tree.c.level, func.count()).group_by(tree.c.level).order_by(tree.c.level))
    return {int(level): int(count) for level, count in rows}


def level(
    session: Session, account_id: int, number: int, now: datetime, before: int | None, limit: int
) -> list[Below]:
    """Those on one level, the newest account first; those with ids below ``before``."""
    tree = _tree(account_id, now, number)
    above, sponsor = aliased(Person), aliased(Account)
    turnover = (
        select(func.coalesce(func.sum(col(Contribution.turnover)), 0))
        .where(col(Contribution.account_id) == tree.c.account)
        .scalar_subquery()
    )
    shown: list[Any] = [
        tree.c.account, tree.c.since, tree.c.sponsor, turnover, col(Person.name), col(Person.email),
        col(Account.token), col(above.name), col(above.email), col(sponsor.token),
    ]  # fmt: skip
    question = (
        select(*shown)
        .join(Account, col(Account.id) == tree.c.account)
        .join(sponsor, col(sponsor.id) == tree.c.sponsor)
        .join(Person, col(Person.account_id) == tree.c.account, isouter=True)
        .join(above, col(above.account_id) == tree.c.sponsor, isouter=True)
        .where(tree.c.level == number)
    )  # fmt: skip
    if before is not None:
        question = question.where(tree.c.account < before)
    rows = session.execute(question.order_by(tree.c.account.desc()).limit(limit))
    return [_below(*row) for row in rows]


def _below(account: int, since: datetime, sponsor: int, turnover: int, *names: str | None) -> Below:
    return Below(account, _called(names[:3]), since, sponsor, _called(names[3:]), int(turnover))


def _called(names: Sequence[str | None]) -> str:
    return next((name for name in names if name), "")


def _tree(account_id: int, now: datetime, deepest: int = DEEPEST) -> CTE:
    """Everybody below by the bindings that hold now. An account has one sponsor, so nobody is met twice."""
    first: Any = (
        select(
            col(Sponsorship.account_id).label("account"),
            col(Sponsorship.sponsor_id).label("sponsor"),
            col(Sponsorship.since).label("since"),
            literal(1).label("level"),
        )
        .join(Account, col(Account.id) == col(Sponsorship.account_id))
        .where(col(Sponsorship.sponsor_id) == account_id, *_holds(now))
    )
    tree: CTE = first.cte("tree", recursive=True)
    further = (
        select(col(Sponsorship.account_id), col(Sponsorship.sponsor_id), col(Sponsorship.since), tree.c.level + 1)
        .join(tree, col(Sponsorship.sponsor_id) == tree.c.account)
        .join(Account, col(Account.id) == col(Sponsorship.account_id))
        .where(*_holds(now), tree.c.level < deepest, col(Sponsorship.account_id) != account_id)
    )
    return tree.union_all(further)


def _holds(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The newest binding that has begun, of an account that is nobody else's part."""
    later = aliased(Sponsorship)
    ended = exists().where(
        later.account_id == col(Sponsorship.account_id),  # type: ignore[arg-type]
        later.since > col(Sponsorship.since),
        later.since <= now,  # type: ignore[arg-type]
    )
    return col(Sponsorship.since) <= now, ~ended, col(Account.merged_into).is_(None)
