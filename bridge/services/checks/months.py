"""I8: per shop and month, what was owed before and all that was booked make what is owed after."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.domain.calendar import Span, midnight, period_of
from bridge.runtime import Runtime
from bridge.services.checks.pages import Finding, Scope, scopes
from bridge.storage import books
from bridge.storage.models import Account


def check(runtime: Runtime) -> Iterator[Finding]:
    """Every month of every shop, and at its end the balances of all accounts."""
    for scope in scopes(runtime):
        with runtime.db.reading() as session:
            yield from _shop(session, scope)


def _shop(session: Session, scope: Scope) -> Iterator[Finding]:
    first = books.first_booking(session, scope.shop_id)
    closing = 0
    if first is not None:
        month = period_of(first, Span.MONTH, scope.zone)
        while (start := midnight(month.start, scope.zone)) <= scope.now:
            end = midnight(month.end, scope.zone)
            closing += sum(books.shop_sums(session, scope.shop_id, start, end).values())
            found = sum(books.shop_sums(session, scope.shop_id, None, end).values())
            if closing != found:
                sums = f"{scope.plain(closing)}, but all entries until then to {scope.plain(found)}"
                yield Finding("I8", f"shop {scope.shop_id}, {month.label}", f"The months add up to {sums}.")
                return
            month = month.next()
    yield from _owed(session, scope, closing)


def _owed(session: Session, scope: Scope, closing: int) -> Iterator[Finding]:
    statement = select(func.sum(col(Account.balance))).where(col(Account.shop_id) == scope.shop_id)
    balances = int(session.execute(statement).scalar_one() or 0)
    if balances != closing:
        sums = f"{scope.plain(closing)}, but the balances of all accounts to {scope.plain(balances)}"
        yield Finding("I8", f"shop {scope.shop_id}", f"The months add up to {sums}.")
