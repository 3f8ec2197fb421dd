"""I4: one live code per account, worth no more than the account can spend."""

from collections.abc import Iterator

from sqlalchemy import func
from sqlmodel import col, select

from bridge.runtime import Runtime
from bridge.services.checks.pages import Finding, Scope, name_of, scopes
from bridge.storage.models import Account, Offer

_LIVE = ("planned", "live")


def check(runtime: Runtime) -> Iterator[Finding]:
    """Every account that has a code."""
    for scope in scopes(runtime):
        yield from _several(runtime, scope)
        yield from _too_much(runtime, scope)


def _several(runtime: Runtime, scope: Scope) -> Iterator[Finding]:
    statement = (
        select(Account.token, func.count())
        .join(Offer, col(Offer.account_id) == col(Account.id))
        .where(Account.shop_id == scope.shop_id, col(Offer.state).in_(_LIVE))
        .group_by(col(Account.id), col(Account.token))
        .having(func.count() > 1)
        .order_by(col(Account.id))
    )
    with runtime.db.reading() as session:
        for token, count in session.exec(statement):
            yield Finding(
                "I4", f"account {token}", f"There are {count} live or planned codes, but one is the most."
            )


def _too_much(runtime: Runtime, scope: Scope) -> Iterator[Finding]:
    """An account that is marked has changed since its code was pushed; the next push makes them equal."""
    statement = (
        select(Account, Offer)
        .join(Offer, col(Offer.account_id) == col(Account.id))
        .where(Account.shop_id == scope.shop_id, Offer.state == "live", col(Account.stale).is_(False))
        .where(col(Offer.worth) > 0, col(Offer.worth) > col(Account.balance) - col(Account.pending))
        .order_by(col(Account.id))
    )
    with runtime.db.reading() as session:
        for account, offer in session.exec(statement):
            usable = scope.plain(max(0, account.balance - account.pending))
            sentence = (
                f"The live code {offer.code} is worth {scope.plain(offer.worth)}, but only {usable} can be used."
            )
            yield Finding("I4", name_of(account), sentence)
