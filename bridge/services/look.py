"""A look at one account: what it should have in the shop, what came of it, and what a person has to know."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from bridge.domain import offers as domain
from bridge.domain.answers import Outcome, Verdict
from bridge.domain.baskets import basket_rules
from bridge.domain.offers import Issued, OfferState, Plan, Wanted
from bridge.domain.programme import Programme
from bridge.ports import Platform
from bridge.storage.models import Shop, ShopStatus
from bridge.storage.offers import Standing

TIRED = 3
"""Failures in a row after which a person is told, and a code that nobody can find counts as somebody else's."""

CODE, ADDRESS, DELETED, FOREIGN = "code", "no address", "customer deleted", "foreign code"
"""Reasons of cases about an account's code. The last one stays open until somebody has looked."""


_NO_ADDRESS = (
    "This customer has credit to use, but the shop knows no e-mail address to tie a code to. Enter the address in"
    " the shop; the code follows by itself."
)
_DELETED = (
    "The shop has deleted this customer, who still has credit. It stays on the account and is offered to nobody."
    " Decide what becomes of it; `rabattkonto adjust` books what you decide."
)


def wanted_of(standing: Standing, programme: Programme | None, shop: Shop, platform: Platform) -> Wanted:
    """The offer that an account should have; nothing without a programme in force, or once it has an end."""
    held = standing.merged or standing.erased or standing.paused
    if programme is None or held or shop.status == ShopStatus.LEAVING:
        return Wanted()
    if standing.guest and not platform.ties_guests:
        return Wanted()
    worth = domain.worth(standing.available, programme.redeem, standing.guest, standing.automatic)
    face = domain.face(worth, shop.prices_include_tax, Fraction(shop.highest_rate or 0))
    return Wanted(worth, face, platform.holder(standing.customer, standing.email), basket_rules(programme))


@dataclass(slots=True)
class Look:
    """One account under way. ``live`` is the code that its customer can use, ``sentences`` are cases by reason.

    ``again`` asks for another look at once, ``waiting`` and ``failed`` for one after a while.
    """

    standing: Standing
    wanted: Wanted
    plan: Plan = field(default_factory=Plan)
    again: bool = False
    waiting: bool = False
    failed: bool = False
    shown: str = ""
    live: str = ""
    sentences: dict[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """How cases name the account."""
        return f"account:{self.standing.token}"

    @property
    def tired(self) -> bool:
        """Whether this has been tried in vain for a while."""
        return self.standing.attempts >= TIRED

    @property
    def lacks_address(self) -> bool:
        """Whether there is credit to offer and nobody to tie the code to."""
        return self.wanted.face > 0 and not self.wanted.holder

    @property
    def _is_deleted(self) -> bool:
        """Whether the shop has no customer for this account any more."""
        return not self.standing.guest and not self.standing.customer

    @property
    def is_well(self) -> bool:
        """Whether the customer has what they should have."""
        return not self.sentences and bool(self.live or not self.wanted)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.again or self.waiting or self.failed)

    def take_plan(self, plan: Plan) -> None:
        """Keep what is to be done, and what follows from it before anything is sent."""
        self.plan = plan
        self.again = plan.again
        self.live = next((o.code for o in self._after_marks() if o.state is OfferState.LIVE), "")
        for mark in plan.marks:
            if mark.then.state is OfferState.FOREIGN:
                self.sentences[FOREIGN] = mark.then.problem
        for wait in plan.waits:
            self._wait(wait.was.code)
        if self.lacks_address:
            reason, sentence = (DELETED, _DELETED) if self._is_deleted else (ADDRESS, _NO_ADDRESS)
            self.sentences[reason] = sentence

    def take_outcome(self, outcome: Outcome, final: Outcome) -> None:
        """Keep what an answer means; ``final`` is that of the undoing, where a code had to be taken back."""
        code = outcome.then.code
        if final.verdict is Verdict.WAIT:
            self._wait(code)
        elif final.verdict is Verdict.DONE and final.then.state is OfferState.LIVE:
            self.live = code
        elif final.verdict is Verdict.RETRY and not final.sentence:
            self.again = True
        else:
            self.live = "" if self.live == code else self.live
            # A code taken back for its address is an end: only another address makes a new attempt useful.
            ended = final.verdict is Verdict.DONE and (outcome is final or bool(final.then.problem))
            self.failed = self.failed or not ended
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        if outcome.then.state is OfferState.FOREIGN:
            self.sentences[FOREIGN] = outcome.sentence
        elif outcome.sentence and (outcome.verdict is Verdict.UNDO or self.tired):
            self.sentences[CODE] = outcome.sentence

    def _wait(self, code: str) -> None:
        self.waiting = True
        self.live = ""
        if self.tired:
            self.sentences[CODE] = (
                f"The code {code} was used in the shop, but no order that we know shows it. The next code"
                " follows once that order is here. An hour after the use was seen, all orders since the code was"
                " made are read again; if none carries it, the use counts as nobody's and the credit is offered"
                f" anew. If you know that the order was deleted: `rabattkonto shop release ID {code}`."
            )

    def _after_marks(self) -> Iterator[Issued]:
        then = {mark.was.id: mark.then for mark in self.plan.marks}
        return (then.get(offer.id, offer) for offer in self.standing.offers)

    def differs_from(self, now: "Look") -> bool:
        """Whether anything that decides the code has changed since, our own writing apart."""
        if now._used() - self._used():
            return True
        before, after = (replace(look.standing, offers=()) for look in (self, now))
        return before != after or self.wanted != now.wanted

    def _used(self) -> set[int]:
        return {offer.id for offer in self.standing.offers if offer.state is OfferState.USED}
