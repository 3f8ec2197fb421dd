"""Targets: what each key of an account should sum to, and the differences that make it so.

One key is (account, kind, source). Booking differences is the only way in which order states become
entries, so duplicates, reordering, refunds and replays are one code path.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an entry is."""

    ACCRUAL = "accrual"
    BONUS = "bonus"
    REFERRAL = "referral"
    REDEMPTION = "redemption"
    EXPIRY = "expiry"
    ADJUSTMENT = "adjustment"
    OPENING = "opening"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Key:
    """What an entry counts towards: an account's sum of one kind for one source."""

    account: int
    kind: Kind
    source: str


Why = Mapping[str, Any]
"""The structured explanation of an amount; ``domain.why`` turns it into a sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a key should sum to, in minor units, with the dates of the credit.

    ``happened_at`` dates the first entry, ``changed_at`` every later difference (shop time, UTC).
    ``expires_on`` is the last usable day.
    """

    key: Key
    amount: int
    happened_at: datetime
    changed_at: datetime
    usable_at: datetime
    expires_on: date | None
    version: int | None
    order: str | None
    why: Why = field(hash=False)


@dataclass(frozen=True, slots=True)
class Holding:
    """What the ledger holds for a key: the sum, the last revision and the dates it carries."""

    key: Key
    amount: int
    revision: int
    usable_at: datetime
    expires_on: date | None
    version: int | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry to be booked. ``reverses`` is the revision it corrects; ``moves`` marks a mere move of dates."""

    key: Key
    revision: int
    amount: int
    happened_at: datetime
    usable_at: datetime
    expires_on: date | None
    version: int | None
    order: str | None
    why: Why
    reverses: int | None = None
    moves: bool = False


def differences(held: Mapping[Key, Holding], wanted: Iterable[Target], changed_at: datetime) -> list[Change]:
    """What must be booked so that the held keys equal the wanted ones; held keys not wanted go to zero."""
    changes: list[Change] = []
    missing = dict(held)
    for target in wanted:
        holding = missing.pop(target.key, None)
        changes += _first(target) if holding is None else _later(holding, target)
    for holding in missing.values():
        if holding.amount:
            changes.append(_undone(holding, changed_at))
    return changes


def _first(target: Target) -> list[Change]:
    if not target.amount:
        return []
    return [_change(target, 1, target.amount, target.happened_at)]


def _later(holding: Holding, target: Target) -> list[Change]:
    changes = []
    revision = holding.revision
    moved = (holding.usable_at, holding.expires_on) != (target.usable_at, target.expires_on)
    if moved and holding.amount and target.amount:
        changes = _moved(holding, target)
        revision += 2
    rest = target.amount - holding.amount
    if rest:
        changes.append(_difference(target, rest, revision + 1, holding.revision))
    return changes


def _difference(target: Target, rest: int, revision: int, reverses: int) -> Change:
    why = {"what": "difference", "delta": rest, "now": target.why}
    change = _change(target, revision, rest, target.changed_at, reverses=reverses)
    return replace(change, why=why)


def _moved(holding: Holding, target: Target) -> list[Change]:
    """Only the dates differ: the old dates are taken out and the new ones put in."""
    out = Change(
        key=holding.key,
        revision=holding.revision + 1,
        amount=-holding.amount,
        happened_at=target.changed_at,
        usable_at=holding.usable_at,
        expires_on=holding.expires_on,
        version=holding.version,
        order=holding.order,
        why={"what": "dates"},
        reverses=holding.revision,
        moves=True,
    )
    back = _change(target, holding.revision + 2, holding.amount, target.changed_at, moves=True)
    return [out, back]


def _change(
    target: Target,
    revision: int,
    amount: int,
    when: datetime,
    reverses: int | None = None,
    moves: bool = False,
) -> Change:
    return Change(
        key=target.key,
        revision=revision,
        amount=amount,
        happened_at=when,
        usable_at=target.usable_at,
        expires_on=target.expires_on,
        version=target.version,
        order=target.order,
        why=target.why,
        reverses=reverses,
        moves=moves,
    )


def _undone(holding: Holding, changed_at: datetime) -> Change:
    return Change(
        key=holding.key,
        revision=holding.revision + 1,
        amount=-holding.amount,
        happened_at=changed_at,
        usable_at=holding.usable_at,
        expires_on=holding.expires_on,
        version=holding.version,
        order=holding.order,
        why={"what": "undone", "kind": holding.key.kind.value},
        reverses=holding.revision,
    )
