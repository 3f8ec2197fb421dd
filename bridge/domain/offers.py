"""Offers: what code should be live for an account, and the steps from what the shop has to what it should have.

Pure and level-triggered: it looks at what should be and what is, never at what was done before.
Amounts are minor units; a face is an amount in the shop's own price mode.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from bridge.domain.programme import Redeem
from bridge.ports import NO_RULES, CodeRef, CodeRules, CodeWrite, ShopCode


class OfferState(StrEnum):
    """What has become of a code. A dead one never comes back to life; the next offer has a new code."""

    PLANNED = "planned"
    LIVE = "live"
    USED = "used"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"
    FOREIGN = "foreign"


OPEN = frozenset({OfferState.PLANNED, OfferState.LIVE, OfferState.USED})
"""States in which the shop may have a code that still has to be looked at."""

EXPIRED = frozenset({OfferState.RETIRED, OfferState.WITHDRAWN})
"""States of a code that the shop keeps, but lets nobody use."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A code we issued, as we know it. ``worth`` is gross, ``taken`` what orders took, as a face.

    ``waiting`` says that the shop counted a use when we last looked, and that no order showed it.
    ``holder`` is what the platform ties it to: an address or a customer's id.
    """

    id: int
    code: str
    sequence: int
    state: OfferState
    worth: int
    face: int
    holder: str
    taken: int = 0
    external_id: str = ""
    problem: str = ""
    waiting: bool = False

    @property
    def ref(self) -> CodeRef:
        """How the shop is asked for this code."""
        return CodeRef(self.code, self.external_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The offer that an account should have."""

    worth: int = 0
    face: int = 0
    holder: str = ""
    rules: CodeRules = NO_RULES

    def __bool__(self) -> bool:
        """Whether there should be a code at all: without a holder it would be open to everybody."""
        return self.face > 0 and bool(self.holder)


@dataclass(frozen=True, slots=True)
class Write:
    """Tell the shop; when it agrees, the offer is what ``then`` says. ``rules`` None: the code ends."""

    was: Issued
    then: Issued
    rules: CodeRules | None = None

    def as_code(self, owner: str) -> CodeWrite:
        """What the shop is told."""
        holders = (self.then.holder,) if self.then.holder else ()
        return CodeWrite(self.then.ref, self.then.face, holders, owner, self.then.state in EXPIRED, self.rules)


@dataclass(frozen=True, slots=True)
class Mark:
    """Only record it: the shop is as it should be, or out of our hands."""

    was: Issued
    then: Issued


@dataclass(frozen=True, slots=True)
class Wait:
    """The code was used and the order is not here yet: nothing may change before it is."""

    was: Issued


Step: TypeAlias = Write | Mark | Wait


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do for one account now. ``issue`` asks for a new code, ``again`` for another look afterwards."""

    steps: tuple[Step, ...] = ()
    issue: bool = False
    again: bool = False

    @property
    def writes(self) -> list[Write]:
        """The steps that the shop is told."""
        return [step for step in self.steps if isinstance(step, Write)]

    @property
    def marks(self) -> list[Mark]:
        """The steps that are only recorded."""
        return [step for step in self.steps if isinstance(step, Mark)]

    @property
    def waits(self) -> list[Wait]:
        """The codes whose order has to come first."""
        return [step for step in self.steps if isinstance(step, Wait)]


def worth(available: int, redeem: Redeem, guest: bool, automatic: bool) -> int:
    """What the live code should be worth; 0 means none. ``automatic`` is the account's own choice."""
    allowed = redeem.automatic and automatic and (redeem.guests or not guest)
    return available if allowed and available >= redeem.minimum else 0


def face(worth: int, prices_include_tax: bool, highest_rate: Fraction) -> int:
    """What the shop is told, for a worth in gross; ``highest_rate`` is in percent.

    A shop with net prices puts the tax on top of the code, so that the gross fall of the total
    would be more than the credit; at the highest rate it is never more.
    """
    if prices_include_tax:
        return worth
    net = Fraction(worth) / (1 + highest_rate / 100)
    return net.numerator // net.denominator


def decide(offers: Sequence[Issued], wanted: Wanted, shop: Mapping[str, ShopCode], owner: str) -> Plan:
    """The steps towards one live code that is what is wanted.

    ``offers`` are the account's, oldest first: all open ones and the newest. ``shop`` holds
    what the shop has of them, ``owner`` is the account's token in our meta data.
    A new code is asked for only once every earlier one is known to be dead.
    """
    opened = [offer for offer in offers if offer.state in OPEN]
    heir = next((o for o in reversed(opened) if o.state is not OfferState.USED), None)
    steps: list[Step] = []
    still = 0
    for offer in opened:
        goal = wanted if offer is heir else Wanted()
        step = _step(offer, goal, shop.get(offer.code.lower()), owner)
        if step is not None:
            steps.append(step)
        still += not (isinstance(step, Mark) and step.then.state not in OPEN)
    closing = any(isinstance(s, Write) and s.then.state not in OPEN for s in steps)
    lacking = bool(wanted) and not _barred(offers, wanted)
    return Plan(tuple(steps), issue=lacking and not still, again=lacking and closing)


def _step(offer: Issued, wanted: Wanted, found: ShopCode | None, owner: str) -> Step | None:
    if offer.state is OfferState.USED:
        return _retire(offer, found, owner)
    if found is None:
        return _absent(offer, wanted)
    if found.owner != owner:
        return Mark(offer, foreign(offer))
    if found.uses:
        return Wait(offer)
    if found.expired or not wanted:
        # A code that the merchant only switched off is expired by us too: it must not come back beside the next.
        return Write(offer, replace(offer, state=OfferState.WITHDRAWN, external_id=found.external_id))
    return _keep(offer, wanted, found)


def _retire(offer: Issued, found: ShopCode | None, owner: str) -> Step:
    """A used code is expired and takes no more than it took, also when the order is calculated anew."""
    then = replace(offer, state=OfferState.RETIRED, face=offer.taken)
    if found is None or found.owner != owner or (found.expired and found.face == offer.taken):
        return Mark(offer, then)
    return Write(offer, replace(then, external_id=found.external_id))


def _absent(offer: Issued, wanted: Wanted) -> Step | None:
    """A planned code that is not wanted now stays planned: a request of ours may still be on its way."""
    if offer.state is OfferState.LIVE:
        return Mark(offer, replace(offer, state=OfferState.WITHDRAWN))
    return Write(offer, _as_wanted(offer, wanted, offer.external_id), wanted.rules) if wanted else None


def _keep(offer: Issued, wanted: Wanted, found: ShopCode) -> Step | None:
    then = _as_wanted(offer, wanted, found.external_id)
    bent = found.face != wanted.face or found.limit != 1 or found.rules != wanted.rules.mark
    if bent or not only(found, wanted.holder):
        return Write(offer, then, wanted.rules)
    return Mark(offer, then) if then != offer else None


def _as_wanted(offer: Issued, wanted: Wanted, external_id: str) -> Issued:
    return replace(
        offer,
        state=OfferState.LIVE,
        worth=wanted.worth,
        face=wanted.face,
        holder=wanted.holder,
        external_id=external_id,
        problem="",
    )


def only(found: ShopCode, holder: str) -> bool:
    """Whether the code is for this holder and no other; shops store addresses in lower case."""
    return [each.lower() for each in found.holders] == [holder.lower()]


def _barred(offers: Sequence[Issued], wanted: Wanted) -> bool:
    """Whether the shop has shown that it cannot tie a code to this holder."""
    newest = max(offers, key=lambda o: o.sequence, default=None)
    if newest is None or newest.state is not OfferState.WITHDRAWN:
        return False
    return bool(newest.problem) and newest.holder.lower() == wanted.holder.lower()


def foreign(offer: Issued) -> Issued:
    """The offer after somebody else turned out to hold its code."""
    problem = (
        f"The shop has a code {offer.code} that is not ours. It was left alone, and the customer gets another"
        " code; rename or delete it in the shop if nobody knows it."
    )
    return replace(offer, state=OfferState.FOREIGN, problem=problem)
