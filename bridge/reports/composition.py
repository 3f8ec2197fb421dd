"""How redemptions were made up: from purchases or recommendations, and at which tax rate that credit was earned.

The tax adviser may treat the parts differently. Nothing is stored for it: the replay of the account says it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bridge.domain import lots
from bridge.domain.targets import Kind
from bridge.errors import NotFound
from bridge.services.contact import find_shop
from bridge.storage import gates, programmes
from bridge.storage.codec import unpack_why
from bridge.storage.models import Account, Entry
from bridge.storage.movements import load_movements

UNCOVERED = "uncovered"
"""The part of a redemption that no credit has filled yet: the account is overspent."""


@dataclass(frozen=True, slots=True)
class Part:
    """Minor units of one redemption out of credit of a kind, earned at a tax rate (percent as text, or empty)."""

    kind: str
    tax: str
    amount: int


def composition(session: Session, account_id: int, now: datetime) -> dict[str, tuple[Part, ...]]:
    """The parts of each redemption by its source; they add up to what the redemption holds.

    Parts come sorted by kind and rate. Credit without a line behind it (a bonus, an opening) has no rate, and
    neither has what came back after its lot had expired.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id} here.")
    zone = programmes.zone(programmes.timeline(session, account.shop_id), find_shop(session, account.shop_id))
    given, spent = load_movements(session, [account_id]).get(account_id, ([], []))
    drawn = lots.draws(given, spent, now, zone, gates.of_shop(session, account.shop_id))
    return _parts(drawn, _redemptions(session, account_id), _rates(session, account_id))


def _parts(
    drawn: tuple[lots.Draw, ...], redemptions: set[str], rates: Mapping[tuple[str, str], str]
) -> dict[str, tuple[Part, ...]]:
    sums: dict[str, dict[tuple[str, str], int]] = {source: defaultdict(int) for source in sorted(redemptions)}
    for draw in drawn:
        if draw.source in sums:
            part = (draw.kind or UNCOVERED, rates.get((draw.kind, draw.lot), ""))
            sums[draw.source][part] += draw.amount
    return {source: tuple(Part(*key, amount) for key, amount in sorted(p.items())) for source, p in sums.items()}


def _redemptions(session: Session, account_id: int) -> set[str]:
    kind = Kind.REDEMPTION.value
    return set(session.exec(select(Entry.source).where(Entry.account_id == account_id, Entry.kind == kind)))


def _rates(session: Session, account_id: int) -> dict[tuple[str, str], str]:
    """The tax rate behind each key of the account, as its first entry explains it."""
    statement = select(Entry.kind, Entry.source, Entry.explanation).where(
        Entry.account_id == account_id,
        Entry.revision == 1,
        col(Entry.kind).in_((Kind.ACCRUAL.value, Kind.REFERRAL.value)),
    )
    return {(kind, source): unpack_why(why).get("tax", "") for kind, source, why in session.exec(statement)}
