"""I8 of the sums beside the ledger: what is kept by month and for all accounts is what the entries make."""

from collections.abc import Iterator

from sqlmodel import Session

from bridge.runtime import Runtime
from bridge.services.checks.pages import Finding, Scope, scopes
from bridge.storage import totals


def check(runtime: Runtime) -> Iterator[Finding]:
    """The totals of every shop, added up anew in the transaction in which they are read."""
    for scope in scopes(runtime):
        with runtime.db.reading() as session:
            yield from _months(session, scope)
            yield from _stand(session, scope)


def _months(session: Session, scope: Scope) -> Iterator[Finding]:
    kept, zones = totals.kept(session, scope.shop_id)
    made = totals.months_made(session, scope.shop_id, scope.zone)
    if zones - {scope.zone.key}:
        # The borders of months have just moved with the zone; what was booked in all must still agree.
        kept, made = _by_kind(kept), _by_kind(made)
    for month, kind in sorted({*kept, *made}):
        (was, entries), (is_, count) = (sums.get((month, kind), (0, 0)) for sums in (kept, made))
        if (was, entries) != (is_, count):
            said = f"{scope.plain(was)} in {entries} entries, but the ledger holds {scope.plain(is_)} in {count}"
            subject = " ".join(filter(None, (f"shop {scope.shop_id},", month, kind)))
            yield Finding("I8", subject, f"The kept total is {said}.")


def _by_kind(counted: totals.Counted) -> totals.Counted:
    found: totals.Counted = {}
    for (_, kind), (amount, entries) in counted.items():
        before = found.get(("", kind), (0, 0))
        found["", kind] = (before[0] + amount, before[1] + entries)
    return found


def _stand(session: Session, scope: Scope) -> Iterator[Finding]:
    kept, made = totals.stand(session, scope.shop_id), totals.stand_made(session, scope.shop_id)
    for name in ("owed", "pending", "overspent"):
        was, is_ = getattr(kept, name), getattr(made, name)
        if was != is_:
            said = f"{scope.plain(was)}, but those of all accounts make {scope.plain(is_)}"
            yield Finding("I8", f"shop {scope.shop_id}, {name}", f"The kept total is {said}.")
    if kept.accounts != made.accounts:
        said = f"{kept.accounts} accounts are kept as having entries, and {made.accounts} have some"
        yield Finding("I8", f"shop {scope.shop_id}, accounts", f"{said}.")
