"""Who would have earned more, and who less: the ledger that runs and the simulated one, read side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappush, heappushpop, merge
from itertools import groupby

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.services.simulate.figures import by_account
from bridge.services.simulate.report import AccountChange
from bridge.storage.models import Account, Person

_MOST = 10
"""How many accounts are named on each side."""


@dataclass(frozen=True, slots=True)
class _Change:
    account: int
    simulated: int
    running: int

    @property
    def more(self) -> int:
        return self.simulated - self.running


def changes(
    real: Session, simulated: Session, shop_id: int, since: datetime | None
) -> tuple[tuple[AccountChange, ...], tuple[AccountChange, ...]]:
    """Those that gain the most and those that lose the most, the greatest difference first."""
    gains: list[tuple[int, int, _Change]] = []
    losses: list[tuple[int, int, _Change]] = []
    for change in _changed(real, simulated, shop_id, since):
        side = gains if change.more > 0 else losses
        # The account breaks ties, so that a change is never compared with another one.
        item = (abs(change.more), -change.account, change)
        if len(side) < _MOST:
            heappush(side, item)
        else:
            heappushpop(side, item)
    return _named(real, gains), _named(real, losses)


def _changed(real: Session, simulated: Session, shop_id: int, since: datetime | None) -> Iterator[_Change]:
    then = ((account, amount, 0) for account, amount in by_account(simulated, shop_id, since))
    now = ((account, 0, amount) for account, amount in by_account(real, shop_id, since))
    for account, rows in groupby(merge(then, now), key=lambda row: row[0]):
        both = list(rows)
        change = _Change(account, sum(row[1] for row in both), sum(row[2] for row in both))
        if change.more:
            yield change


def _named(real: Session, found: Sequence[tuple[int, int, _Change]]) -> tuple[AccountChange, ...]:
    """With the accounts' tokens and the initials of whom they belong to, as far as that is known."""
    ordered = [change for _, _, change in sorted(found, reverse=True)]
    rows = real.execute(
        select(col(Account.id), col(Account.token), col(Person.name))
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Account.id).in_([change.account for change in ordered]))
    )
    known = {row.id: (row.token, _initials(row.name or "")) for row in rows}
    return tuple(AccountChange(*known[c.account], c.simulated, c.running) for c in ordered)


def _initials(name: str) -> str:
    return " ".join(f"{part[0].upper()}." for part in name.split())
