"""Offers as they are stored, read and written in sets, with what decides the offer of each account."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from bridge.domain.offers import EXPIRED, OPEN, Issued, OfferState, Wanted
from bridge.storage.models import Account, Offer, Person
from bridge.vault import Vault


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as far as its offer depends on it. Two equal ones mean that nothing happened in between.

    ``offers`` are all open ones and the newest, oldest first. ``customer`` is the platform's id,
    empty for a guest. ``erased``: its owner was. Amounts are minor units.
    """

    account: int
    token: str
    available: int
    balance: int
    guest: bool
    automatic: bool
    merged: bool
    erased: bool
    customer: str
    email: str = field(repr=False)
    attempts: int
    shown: str
    offers: tuple[Issued, ...]


def due(session: Session, shop_id: int, now: datetime, limit: int) -> list[int]:
    """Accounts whose code must be looked at now."""
    statement = (
        select(col(Account.id))
        .where(col(Account.shop_id) == shop_id, col(Account.stale))
        .where(or_(col(Account.push_due_at).is_(None), col(Account.push_due_at) <= now))
        .order_by(col(Account.id))
        .limit(limit)
    )
    return [i for i in session.execute(statement).scalars() if i is not None]


def standings(session: Session, accounts: Collection[int], lock: bool = False) -> list[Standing]:
    """How these accounts stand, in the order of their ids; ``lock`` keeps them so until the commit."""
    statement = (
        select(Account, Person)
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Account.id).in_(list(accounts)))
        .order_by(col(Account.id))
    )
    if lock:
        statement = statement.with_for_update(of=Account)
    rows = session.execute(statement).all()
    issued = _issued(session, accounts)
    return [_standing(account, person, issued) for account, person in rows]


def _standing(account: Account, person: Person | None, issued: Mapping[int, list[Issued]]) -> Standing:
    account_id = account.id or 0
    return Standing(
        account=account_id,
        token=account.token,
        available=max(0, account.balance - account.pending),
        balance=account.balance,
        guest=account.guest,
        automatic=account.automatic,
        merged=account.merged_into is not None,
        erased=account.erased_at is not None,
        customer=person.customer if person else "",
        email=person.email.strip() if person else "",
        attempts=account.push_attempts,
        shown=account.shown,
        offers=tuple(issued.get(account_id, ())),
    )


def _issued(session: Session, accounts: Collection[int]) -> dict[int, list[Issued]]:
    newest = (
        select(func.max(col(Offer.id)))
        .where(col(Offer.account_id).in_(list(accounts)))
        .group_by(col(Offer.account_id))
    )
    rows = session.execute(
        select(Offer)
        .where(col(Offer.account_id).in_(list(accounts)))
        .where(or_(col(Offer.state).in_([state.value for state in OPEN]), col(Offer.id).in_(newest)))
        .order_by(col(Offer.account_id), col(Offer.sequence))
    ).scalars()
    found: dict[int, list[Issued]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(as_issued(row))
    return found


def as_issued(row: Offer) -> Issued:
    """A stored offer as the decisions take it."""
    return Issued(
        id=row.id or 0,
        code=row.code,
        sequence=row.sequence,
        state=OfferState(row.state),
        worth=row.worth,
        face=row.face,
        email=row.email,
        taken=row.taken,
        external_id=row.external_id,
        problem=row.problem,
    )


@dataclass(frozen=True, slots=True)
class NextCode:
    """A new code that an account is to get."""

    standing: Standing
    wanted: Wanted


def issue(
    session: Session, vault: Vault, shop_id: int, prefix: str, wanting: Sequence[NextCode], now: datetime
) -> None:
    """Choose and store the next code of each account, to be committed before any of them is sent.

    An account that got an open offer meanwhile is passed over: there is never more than one.
    """
    taken = _with_open(session, [item.standing.account for item in wanting])
    rows = [_planned(vault, shop_id, prefix, item, now) for item in wanting if item.standing.account not in taken]
    if rows:
        session.execute(insert(Offer), rows)


def _with_open(session: Session, accounts: Collection[int]) -> set[int]:
    rows = session.execute(
        select(col(Offer.account_id)).where(
            col(Offer.account_id).in_(list(accounts)),
            col(Offer.state).in_([state.value for state in OPEN]),
        )
    )
    return set(rows.scalars())


def _planned(vault: Vault, shop_id: int, prefix: str, item: NextCode, now: datetime) -> dict[str, object]:
    standing, wanted = item.standing, item.wanted
    sequence = max((offer.sequence for offer in standing.offers), default=0) + 1
    return {
        "shop_id": shop_id,
        "account_id": standing.account,
        "sequence": sequence,
        "code": prefix + vault.token("code", standing.token, sequence),
        "state": OfferState.PLANNED.value,
        "worth": wanted.worth,
        "face": wanted.face,
        "taken": 0,
        "email": wanted.email,
        "external_id": "",
        "problem": "",
        "created_at": now,
    }


def record(session: Session, changes: Sequence[tuple[Issued, Issued]], now: datetime) -> None:
    """Write what has become of offers, each as (before, after).

    A row that was settled in between is left as it is; its account is stale anyway.
    """
    if not changes:
        return
    statement = (
        update(Offer)
        .where(
            col(Offer.id) == bindparam("offer"),
            col(Offer.state) == bindparam("was_state"),
            col(Offer.taken) == bindparam("was_taken"),
        )
        .values({name: bindparam(f"new_{name}") for name in _CHANGING})
    )
    session.connection().execute(statement, [_change(was, then, now) for was, then in changes])


_CHANGING = ("state", "worth", "face", "email", "external_id", "problem", "pushed_at")


def _change(was: Issued, then: Issued, now: datetime) -> dict[str, object]:
    return {
        "offer": was.id,
        "was_state": was.state.value,
        "was_taken": was.taken,
        "new_state": then.state.value,
        "new_worth": then.worth,
        "new_face": then.face,
        "new_email": then.email,
        "new_external_id": then.external_id,
        "new_problem": then.problem,
        "new_pushed_at": now,
    }


@dataclass(frozen=True, slots=True)
class Closing:
    """How a look at an account ended. ``due_at`` None with ``stale`` asks for another look at once."""

    account: int
    stale: bool
    attempts: int
    shown: str
    due_at: datetime | None = None


def close(session: Session, closings: Sequence[Closing]) -> None:
    """Write how the looks at these accounts ended."""
    if not closings:
        return
    statement = (
        update(Account)
        .where(col(Account.id) == bindparam("account"))
        .values(
            stale=bindparam("new_stale"),
            push_due_at=bindparam("new_due_at"),
            push_attempts=bindparam("new_attempts"),
            shown=bindparam("new_shown"),
        )
    )
    values = [
        {
            "account": c.account,
            "new_stale": c.stale,
            "new_due_at": c.due_at,
            "new_attempts": c.attempts,
            "new_shown": c.shown,
        }
        for c in closings
    ]
    session.connection().execute(statement, values)


def look_at_all(session: Session, shop_id: int) -> None:
    """Ask for a look at every account of the shop: what they are worth may have changed for all."""
    session.execute(update(Account).where(col(Account.shop_id) == shop_id).values(stale=True, push_due_at=None))


def take_up_dead(session: Session, shop_id: int, codes: Sequence[str]) -> int:
    """Those of the codes that should be dead wait for being retired again; how many."""
    rows = session.execute(
        update(Offer)
        .where(
            col(Offer.shop_id) == shop_id,
            col(Offer.code).in_(list(codes)),
            col(Offer.state).in_([state.value for state in EXPIRED]),
        )
        .values(state=OfferState.USED.value)
        .returning(col(Offer.account_id))
    )
    return len(rows.all())
