"""One round of a push: up to a hundred accounts, from reading them to recording what the shop answered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session

from bridge.domain import answers
from bridge.domain import offers as domain
from bridge.domain.answers import Outcome, Verdict
from bridge.domain.offers import OfferState, Write
from bridge.ports import ShopClient
from bridge.runtime import Runtime
from bridge.services.contact import backoff
from bridge.services.look import ADDRESS, CODE, DELETED, Look, wanted_of
from bridge.services.shown import digest, view_of
from bridge.storage import offers, people, programmes
from bridge.storage.cases import close_cases, open_case
from bridge.storage.models import Shop
from bridge.storage.offers import Closing, NextCode

T = TypeVar("T")

_PER_CALL = 100

_AT_ONCE = 5
"""Looks in a row that may follow each other without a pause."""


@dataclass(slots=True)
class Tally:
    """What was done. ``waiting`` counts codes that were used and whose order is not here yet."""

    looks: int = 0
    written: int = 0
    shown: int = 0
    waiting: int = 0


class Round:
    """The steps of one round, in order. Raises ``ShopError``; what was answered before is recorded by then."""

    def __init__(self, runtime: Runtime, shop: Shop, client: ShopClient, tally: Tally) -> None:
        self._runtime = runtime
        self._db = runtime.db
        self._shop = shop
        self._shop_id = shop.id or 0
        self._client = client
        self._platform = runtime.platform(shop.platform)
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
        self._tally.waiting += sum(look.waiting for look in looks)

    # --- what should be, and what is --------------------------------------------------------------

    def _read(self, accounts: Sequence[int]) -> list[Look]:
        with self._db.reading() as session:
            return self._looks(session, accounts)

    def _looks(self, session: Session, accounts: Sequence[int], lock: bool = False) -> list[Look]:
        version = programmes.timeline(session, self._shop_id).at(self._now)
        programme = version.programme if version else None
        found = offers.standings(session, accounts, lock)
        return [Look(s, wanted_of(s, programme, self._shop, self._platform), shown=s.shown) for s in found]

    def _with_addresses(self, looks: list[Look]) -> list[Look]:
        """Ask the shop for the addresses that we do not know, all in one call."""
        lacking = [look.standing for look in looks if look.lacks_address and look.standing.customer]
        missing = {standing.customer: standing.account for standing in lacking}
        seen = [c for c in self._client.customers(sorted(missing)) if c.contact.email] if missing else []
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
            standing = look.standing
            look.take_plan(domain.decide(standing.offers, look.wanted, found, standing.token))

    # --- what is done about it --------------------------------------------------------------------

    def _record_marks(self, looks: Iterable[Look]) -> None:
        looks = list(looks)
        changes = [(mark.was, mark.then) for look in looks for mark in look.plan.marks]
        waits = {wait.was.id for look in looks for wait in look.plan.waits}
        noted = {offer.id for look in looks for offer in look.standing.offers if offer.waiting}
        if changes or waits != noted:
            with self._db.transaction() as session:
                offers.record(session, changes, self._now)
                offers.note_waits(session, waits - noted, noted - waits, self._now)

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
            # Whatever else changed since the first reading keeps the account stale: closing compares it.
            planned = [o for o in fresh.standing.offers if o.state is OfferState.PLANNED]
            look.plan = domain.decide(planned, look.wanted, {}, look.standing.token)
            look.again = not planned

    def _write(self, looks: Sequence[Look]) -> None:
        for chunk in _chunks([(look, write) for look in looks for write in look.plan.writes]):
            outcomes = self._send(chunk)
            undone = self._send([(look, answers.undo(o)) for look, o in outcomes if o.verdict is Verdict.UNDO])
            final = {o.was.id: o for _, o in (*outcomes, *undone)}
            for look, outcome in outcomes:
                look.take_outcome(outcome, final[outcome.was.id])
            with self._db.transaction() as session:
                offers.record(session, [(o.was, o.then) for o in final.values()], self._now)

    def _send(self, pairs: Sequence[tuple[Look, Write]]) -> list[tuple[Look, Outcome]]:
        if not pairs:
            return []
        replies = self._client.write_codes([write.as_code(look.standing.token) for look, write in pairs])
        self._tally.written += len(pairs)
        return [
            (look, answers.judge(write, reply, look.standing.token, look.tired))
            for (look, write), reply in zip(pairs, replies, strict=True)
        ]

    # --- what the customer sees -------------------------------------------------------------------

    def _show(self, looks: Sequence[Look]) -> None:
        """Keep the customers' meta data current: each write comes back as a delivery, so only on a change."""
        views = [
            (look, view_of(self._runtime, self._shop, look.standing, look.live))
            for look in looks
            if look.standing.customer and not look.standing.merged and not look.again
        ]
        for chunk in _chunks([(look, view) for look, view in views if digest(view) != look.shown]):
            refused = set(self._client.show([view for _, view in chunk]))
            for look, view in chunk:
                if view.customer not in refused:
                    look.shown = digest(view)
                    self._tally.shown += 1

    # --- how it ended -----------------------------------------------------------------------------

    def _close(self, looks: Sequence[Look]) -> None:
        """An account is done only if nothing that decides its code has changed since it was read."""
        accounts = [look.standing.account for look in looks]
        with self._db.transaction() as session:
            now = {look.standing.account: look for look in self._looks(session, accounts, lock=True)}
            closings = [self._closing(look, now[look.standing.account]) for look in looks]
            offers.close(session, closings)
            self._keep_cases(session, looks)

    def _closing(self, look: Look, now: Look) -> Closing:
        account, attempts = look.standing.account, look.standing.attempts + 1
        changed = look.differs_from(now)
        if look.is_done and not changed:
            return Closing(account, False, 0, look.shown)
        at_once = changed or not (look.waiting or look.failed)
        due_at = None if at_once and attempts < _AT_ONCE else self._now + backoff(attempts)
        return Closing(account, True, attempts, look.shown, due_at)

    def _keep_cases(self, session: Session, looks: Sequence[Look]) -> None:
        well = [look.subject for look in looks if look.is_done and look.is_well]
        close_cases(session, self._shop_id, well, (CODE, ADDRESS, DELETED), self._now)
        gone = [look.subject for look in looks if DELETED in look.sentences]
        close_cases(session, self._shop_id, gone, (ADDRESS,), self._now)
        for look in looks:
            for reason, sentence in look.sentences.items():
                open_case(session, self._shop_id, look.subject, reason, sentence, self._now)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _PER_CALL):
        yield items[start : start + _PER_CALL]
