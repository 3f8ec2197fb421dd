"""Entries by hand: up to a limit at once, above it only when a second person agrees."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from bridge.errors import NotFound, Refused
from bridge.runtime import Runtime
from bridge.services import adjust
from bridge.services.contact import find_shop
from bridge.storage.models import Account, Proposal, Shop

_LIMIT = "second_person_above"


def limit(shop: Shop) -> int | None:
    """Minor units up to which one person may book alone; None where nobody has set a limit."""
    found = shop.answers.get(_LIMIT)
    return int(found) if found is not None else None


def set_limit(runtime: Runtime, shop_id: int, above: int | None) -> None:
    """From now on an entry of more than this (minor units) needs a second person; None ends that."""
    if above is not None and above < 0:
        raise Refused("The limit cannot be below zero. Nothing was changed.")
    with runtime.db.transaction() as session:
        shop = find_shop(session, shop_id)
        shop.answers = {**shop.answers, _LIMIT: above}
        session.add(shop)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish: ``booked`` at once, or the number of the proposal that waits."""

    booked: bool
    proposal: int | None = None


def enter(runtime: Runtime, account_id: int, amount: int, reason: str, user: int) -> Outcome:
    """Book an amount (minor units) on an account by hand, or propose it where it is above the shop's limit.

    ``Refused`` without a reason or for zero, ``NotFound`` without the account.
    """
    adjust.refuse_empty(amount, reason)
    with runtime.db.transaction() as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(f"There is no account {account_id} here.")
        above = limit(find_shop(session, account.shop_id))
        waits = above is not None and abs(amount) > above
        proposal = Proposal(
            shop_id=account.shop_id,
            account_id=account_id,
            amount=amount,
            reason=reason.strip(),
            asked_by=user,
            asked_at=runtime.clock(),
        )
        if waits:
            session.add(proposal)
            session.flush()
    if waits:
        return Outcome(booked=False, proposal=proposal.id)
    adjust.adjust_account(runtime, account_id, amount, reason, f"user {user}")
    return Outcome(booked=True)


def approve(runtime: Runtime, shop_id: int, number: int, user: int) -> int:
    """A second person agrees: the entry is booked; its account. ``Refused`` for the one who asked.

    Decided and booked in one transaction, so that nothing is booked twice however often it is sent.
    """
    with runtime.db.transaction() as session:
        proposal = _open(session, shop_id, number)
        if proposal.asked_by == user:
            raise Refused("Whoever proposed an entry cannot agree to it: that takes a second person.")
        proposal.state, proposal.decided_by, proposal.decided_at = "booked", user, runtime.clock()
        by = f"user {proposal.asked_by}, agreed by user {user}"
        adjust.post_adjustment(runtime, session, proposal.account_id, proposal.amount, proposal.reason, by)
        account = proposal.account_id
    runtime.bell.ring("push", shop_id)
    return account


def refuse(runtime: Runtime, shop_id: int, number: int, user: int) -> int:
    """Nothing is booked; the account it was about. Whoever asked may take it back so."""
    with runtime.db.transaction() as session:
        proposal = _open(session, shop_id, number)
        proposal.state, proposal.decided_by, proposal.decided_at = "refused", user, runtime.clock()
        return proposal.account_id


def waiting(session: Session, shop_id: int, account_id: int | None = None) -> Sequence[Proposal]:
    """What waits for a second person, oldest first; of one account only, if given."""
    # Written out as in the index for it: with a parameter SQLite would read the whole table.
    question = select(Proposal).where(Proposal.shop_id == shop_id, text("state = 'waiting'"))
    if account_id is not None:
        question = question.where(Proposal.account_id == account_id)
    return session.exec(question.order_by(col(Proposal.id)).limit(100)).all()


def _open(session: Session, shop_id: int, number: int) -> Proposal:
    found = session.exec(select(Proposal).where(Proposal.id == number).with_for_update()).first()
    if found is None or found.shop_id != shop_id:
        raise NotFound(f"There is no proposal {number} at shop {shop_id}.")
    if found.state != "waiting":
        raise Refused("This proposal was decided already. Nothing was changed.")
    return found
