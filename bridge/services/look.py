"""One look at up to a hundred accounts: what they should have in the shop, what they have, and the difference."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from sqlmodel import Session

from bridge.domain import answers
from bridge.domain import offers as domain
from bridge.domain.answers import Outcome, Verdict
from bridge.domain.offers import OfferState, Plan, Wanted, Write
from bridge.domain.programme import Redeem
from bridge.ports import ShopClient, ShopCode
from bridge.runtime import Runtime
from bridge.services.contact import backoff
from bridge.services.shown import digest, view_of
from bridge.storage import offers, people, programmes
from bridge.storage.cases import close_cases, open_case
from bridge.storage.models import Shop
from bridge.storage.offers import Closing, NextCode, Standing

T = TypeVar("T")

_PER_CALL = 100
_TIRED = 3
"""Failures in a row after which a person is told, and a code that nobody can find counts as somebody else's."""

_AT_ONCE = 5
"""Looks in a row that may follow each other without a pause."""

CODE, ADDRESS, FOREIGN = "code", "no address", "foreign code"
"""Reasons of cases about an account's code. The last one stays open until somebody has looked."""


@dataclass(slots=True)
class Look:
    """One account under way. ``sentences`` are for a person, by the reason of the case."""

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
    def lacks_address(self) -> bool:
        """Whether there is credit to offer and nobody to tie the code to."""
        return self.wanted.face > 0 and not self.wanted.email


@dataclass(slots=True)
class Tally:
    """What was done. ``waiting`` counts codes that were used and whose order is not here yet."""

    looks: int = 0
    written: int = 0
    shown: int = 0
    waiting: int = 0


def wanted_of(standing: Standing, redeem: Redeem | None, shop: Shop) -> Wanted:
    """The offer that an account should have; nothing without a programme in force, or once it was merged."""
    if redeem is None or standing.merged:
        return Wanted()
    worth = domain.worth(standing.available, redeem, standing.guest, standing.automatic)
    face = domain.face(worth, shop.prices_include_tax, Fraction(shop.highest_rate or 0))
    return Wanted(worth, face, standing.email)


class Round:
    """The steps of one round, in order. Raises ``ShopError``; what was answered before is recorded by then."""

    def __init__(self, runtime: Runtime, shop: Shop, client: ShopClient, tally: Tally) -> None:
        self._runtime = runtime
        self._db = runtime.db
        self._shop = shop
        self._shop_id = shop.id or 0
        self._client = client
        self._now = runtime.clock()
        self._tally = tally

    def run(self, accounts: Sequence[int]) -> None:
        """Look at these accounts once."""
        looks = self._with_addresses(self._read(accounts))
        self._decide(looks)
        self._record_marks(looks)
        self._issue(looks)
        self._write(looks)
        self._show(looks)
        self._close(looks)
        self._tally.looks += len(looks)

    # --- what should be, and what is --------------------------------------------------------------

    def _read(self, accounts: Sequence[int]) -> list[Look]:
        with self._db.reading() as session:
            return self._looks(session, accounts)

    def _looks(self, session: Session, accounts: Sequence[int], lock: bool = False) -> list[Look]:
        version = programmes.timeline(session, self._shop_id).at(self._now)
        redeem = version.programme.redeem if version else None
        found = offers.standings(session, accounts, lock)
        return [Look(s, wanted_of(s, redeem, self._shop), shown=s.shown) for s in found]

    def _with_addresses(self, looks: list[Look]) -> list[Look]:
        """Ask the shop for the addresses that we do not know, all in one call."""
        missing = {
            look.standing.customer: look.standing.account
            for look in looks
            if look.lacks_address and look.standing.customer
        }
        if not missing:
            return looks
        seen = [c for c in self._client.customers(sorted(missing)) if c.contact.email]
        if not seen:
            return looks
        contacts = {missing[c.id]: (c.id, c.contact) for c in seen}
        with self._db.transaction() as session:
            people.remember(session, contacts, self._now, override=False)
        return self._read([look.standing.account for look in looks])

    def _decide(self, looks: Iterable[Look]) -> None:
        refs = [o.ref for look in looks for o in look.standing.offers if o.state in domain.OPEN]
        found = self._client.codes(refs) if refs else {}
        for look in looks:
            self._plan(look, found)

    def _plan(self, look: Look, found: dict[str, ShopCode]) -> None:
        standing = look.standing
        look.plan = domain.decide(standing.offers, look.wanted, found, standing.token)
        look.again = look.plan.again
        look.live = next((o.code for o in _after(look.plan, standing) if o.state is OfferState.LIVE), "")
        if look.plan.waits:
            self._wait(look, look.plan.waits[0].was.code)
        if look.lacks_address:
            look.sentences[ADDRESS] = (
                "This customer has credit to use, but the shop knows no e-mail address to tie a code to. Enter"
                " the address in the shop; the code follows by itself."
            )

    def _wait(self, look: Look, code: str) -> None:
        look.waiting = True
        look.live = ""
        if look.standing.attempts >= _TIRED:
            look.sentences[CODE] = (
                f"The code {code} was used in the shop, but no order that we know shows it. The next code"
                " follows once that order is here; look whether it was deleted or could not be understood."
            )

    # --- what is done about it --------------------------------------------------------------------

    def _record_marks(self, looks: Iterable[Look]) -> None:
        changes = [(mark.was, mark.then) for look in looks for mark in look.plan.marks]
        for look in looks:
            for mark in look.plan.marks:
                if mark.then.state is OfferState.FOREIGN:
                    look.sentences[FOREIGN] = mark.then.problem
        if changes:
            with self._db.transaction() as session:
                offers.record(session, changes, self._now)

    def _issue(self, looks: Sequence[Look]) -> None:
        """New codes are committed before the shop hears of them, so that a retry finds its own code."""
        lacking = {look.standing.account: look for look in looks if look.plan.issue}
        if not lacking:
            return
        codes = [NextCode(look.standing, look.wanted) for look in lacking.values()]
        with self._db.transaction() as session:
            offers.issue(session, self._runtime.vault, self._shop_id, self._shop.code_prefix, codes, self._now)
        for fresh in self._read(list(lacking)):
            look = lacking[fresh.standing.account]
            # Whatever changed since the first reading keeps the account stale: it is compared when closing.
            planned = tuple(o for o in fresh.standing.offers if o.state is OfferState.PLANNED)
            look.plan = domain.decide(planned, look.wanted, {}, look.standing.token)
            look.again = not planned

    def _write(self, looks: Sequence[Look]) -> None:
        pairs = [(look, write) for look in looks for write in look.plan.writes]
        for chunk in _chunks(pairs):
            outcomes = self._send(chunk)
            undone = self._send([(look, answers.undo(o)) for look, o in outcomes if o.verdict is Verdict.UNDO])
            final = {o.was.id: o for _, o in (*outcomes, *undone) if o.verdict is not Verdict.UNDO}
            self._take(outcomes, final)

    def _send(self, pairs: Sequence[tuple[Look, Write]]) -> list[tuple[Look, Outcome]]:
        if not pairs:
            return []
        writes = [write.as_code(look.standing.token) for look, write in pairs]
        self._tally.written += len(writes)
        replies = self._client.write_codes(writes)
        return [
            (look, answers.judge(write, reply, look.standing.token, look.standing.attempts >= _TIRED))
            for (look, write), reply in zip(pairs, replies, strict=True)
        ]

    def _take(self, outcomes: Sequence[tuple[Look, Outcome]], final: dict[int, Outcome]) -> None:
        """Record what the shop has now, and keep on each look what that means for it."""
        for look, outcome in outcomes:
            self._weigh(look, outcome, final[outcome.was.id])
        with self._db.transaction() as session:
            offers.record(session, [(o.was, o.then) for o in final.values()], self._now)

    def _weigh(self, look: Look, outcome: Outcome, final: Outcome) -> None:
        code = outcome.then.code
        if final.verdict is Verdict.WAIT:
            self._wait(look, code)
        elif final.verdict is Verdict.DONE and final.then.state is OfferState.LIVE:
            look.live = code
        elif final.verdict is Verdict.RETRY and not final.sentence:
            look.again = True
        else:
            look.live = "" if look.live == code else look.live
            # A code taken back for its address is an end: only another address makes a new attempt useful.
            ended = final.verdict is Verdict.DONE and (outcome is final or bool(final.then.problem))
            look.failed = look.failed or not ended
        if outcome.then.state is OfferState.FOREIGN:
            look.sentences[FOREIGN] = outcome.sentence
        elif outcome.sentence and (outcome.verdict is Verdict.UNDO or look.standing.attempts >= _TIRED):
            look.sentences[CODE] = outcome.sentence

    # --- what the customer sees -------------------------------------------------------------------

    def _show(self, looks: Sequence[Look]) -> None:
        """Keep the customers' meta data current: each write comes back as a delivery, so only on a change."""
        changed = {}
        for look in looks:
            if not look.standing.customer or look.standing.merged or look.again:
                continue
            view = view_of(self._runtime, self._shop, look.standing, look.live)
            if digest(view) != look.shown:
                changed[view.customer] = (look, view)
        for chunk in _chunks(list(changed.values())):
            refused = set(self._client.show([view for _, view in chunk]))
            for look, view in chunk:
                if view.customer not in refused:
                    look.shown = digest(view)
                    self._tally.shown += 1

    # --- how it ended -----------------------------------------------------------------------------

    def _close(self, looks: Sequence[Look]) -> None:
        """An account is done only if nothing that decides its code has changed since it was read."""
        with self._db.transaction() as session:
            accounts = [look.standing.account for look in looks]
            now = {look.standing.account: look for look in self._looks(session, accounts, lock=True)}
            closings = [self._closing(look, now[look.standing.account]) for look in looks]
            offers.close(session, closings)
            self._keep_cases(session, looks, closings)
        self._tally.waiting += sum(look.waiting for look in looks)

    def _closing(self, look: Look, now: Look) -> Closing:
        account, attempts = look.standing.account, look.standing.attempts + 1
        changed = _differs(look, now)
        if not (changed or look.waiting or look.failed or look.again):
            return Closing(account, False, 0, look.shown)
        at_once = changed or not (look.waiting or look.failed)
        due_at = None if at_once and attempts < _AT_ONCE else self._now + backoff(attempts)
        return Closing(account, True, attempts, look.shown, due_at)

    def _keep_cases(self, session: Session, looks: Sequence[Look], closings: Sequence[Closing]) -> None:
        well = [
            look.subject
            for look, closing in zip(looks, closings, strict=True)
            if not closing.stale and not look.sentences and (look.live or not look.wanted)
        ]
        close_cases(session, self._shop_id, well, (CODE, ADDRESS), self._now)
        for look in looks:
            for reason, sentence in look.sentences.items():
                open_case(session, self._shop_id, look.subject, reason, sentence, self._now)


def _after(plan: Plan, standing: Standing) -> Iterator[domain.Issued]:
    """The offers as they are once the marks are recorded."""
    then = {mark.was.id: mark.then for mark in plan.marks}
    return (then.get(offer.id, offer) for offer in standing.offers)


def _differs(look: Look, now: Look) -> bool:
    """Whether anything that decides the code has changed since, our own writing apart."""
    if _used(now) - _used(look):
        return True
    before, after = (replace(item.standing, offers=()) for item in (look, now))
    return before != after or look.wanted != now.wanted


def _used(look: Look) -> set[int]:
    return {offer.id for offer in look.standing.offers if offer.state is OfferState.USED}


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _PER_CALL):
        yield items[start : start + _PER_CALL]
