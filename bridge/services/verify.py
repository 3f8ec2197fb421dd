"""Verify: proves from the database at hand that the invariants hold, and names the first rows where not."""

from collections.abc import Callable, Iterator
from itertools import islice

from bridge.runtime import Runtime
from bridge.services.checks import accounts, chain, inbox, months, offers, orders, totals
from bridge.services.checks.pages import Finding

__all__ = ["Finding", "verify"]

_CHECKS: tuple[Callable[[Runtime], Iterator[Finding]], ...] = (
    chain.check,
    accounts.check,
    orders.check,
    offers.check,
    inbox.check,
    months.check,
    totals.check,
)

_ENOUGH = 20
"""Findings per check. What is wrong shows in the first ones, and a list without end helps nobody."""


def verify(runtime: Runtime) -> list[Finding]:
    """All checks; an empty list is the proof. Changes nothing, and may run beside the workers."""
    return [finding for check in _CHECKS for finding in islice(check(runtime), _ENOUGH)]
