"""What changes between two programmes, and for whom, in sentences. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bridge.domain import wording
from bridge.domain.programme import Bonus, Earn, Matcher, Programme
from bridge.domain.tongue import Texts, Tongue
from bridge.domain.wording_texts import TEXTS as RULES

Rule = TypeVar("Rule", Earn, Bonus)

_TEXTS: Texts = {
    **RULES,
    "everybody": ("Alle Kunden", "All customers"),
    "group members": ("Kunden der Gruppe {names}", "Customers of the group {names}"),
    "partners": ("Partner", "Partners"),
    "merchant": ("Händler", "The merchant"),
    "added": ("Neu: {now}.", "New: {now}."),
    "added at": ("Neu, als Regel {place} von {count}: {now}.", "New, as rule {place} of {count}: {now}."),
    "removed": ("Entfällt: {before}.", "No longer: {before}."),
    "changed": ("Bisher: {before}. Künftig: {now}.", "Until now: {before}. From then on: {now}."),
    "order": (
        "Die Reihenfolge der Regeln ändert sich: {ids}. Es gilt die erste, die passt.",
        "The order of the rules changes: {ids}. The first one that fits counts.",
    ),
    "name": ("das Programm heißt „{value}“", "the programme is called “{value}”"),
    "currency": ("alle Beträge sind in {value}", "all amounts are in {value}"),
    "timezone": ("Tage beginnen nach der Uhr von {value}", "days begin by the clock of {value}"),
    "basis, gross": (
        "Prozente gelten vom Preis mit Steuer",
        "percentages are taken of the price with tax",
    ),
    "basis, net": (
        "Prozente gelten vom Preis ohne Steuer",
        "percentages are taken of the price without tax",
    ),
    "no budget": ("kein Budget", "no budget"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes: ``part`` is the table of the document, ``whom`` those for whom it does."""

    part: str
    whom: str
    sentence: str


def compare(before: Programme, after: Programme, language: str = "de") -> tuple[Difference, ...]:
    """Everything that changes from one programme to the other, in “de” or “en”; empty when nothing does."""
    pair = _Pair(before, after, language)
    return (
        *pair.basics(),
        *pair.earn(),
        *pair.bonus(),
        *pair.exclude(),
        *pair.redeem(),
        *pair.expiry(),
        *pair.referral(),
        *pair.budget(),
    )


class _Pair:
    """Two programmes side by side. Each is put into words in its own currency."""

    def __init__(self, before: Programme, after: Programme, language: str) -> None:
        self._before = before
        self._after = after
        self._was = Tongue(language, before.currency, _TEXTS)
        self._now = Tongue(language, after.currency, _TEXTS)

    def basics(self) -> Iterator[Difference]:
        before, after = self._before.programme, self._after.programme
        for name in ("name", "currency", "timezone"):
            was = self._was.say(name, value=getattr(before, name))
            yield from self._changed("programme", was, self._now.say(name, value=getattr(after, name)))
        yield from self._changed(
            "programme", wording.available(before, self._was), wording.available(after, self._now)
        )
        was = self._was.say(f"basis, {before.earn_basis}")
        yield from self._changed("programme", was, self._now.say(f"basis, {after.earn_basis}"))

    def earn(self) -> Iterator[Difference]:
        basis_before, basis_now = (p.programme.earn_basis for p in (self._before, self._after))
        before = {rule.id: wording.earn(rule, self._was, basis_before) for rule in self._before.earn}
        now = {rule.id: wording.earn(rule, self._now, basis_now) for rule in self._after.earn}
        yield from self._rules("earn", before, now, self._before.earn, self._after.earn)
        yield from self._order(list(before), list(now))

    def bonus(self) -> Iterator[Difference]:
        before = {rule.id: wording.bonus(rule, self._was) for rule in self._before.bonus}
        now = {rule.id: wording.bonus(rule, self._now) for rule in self._after.bonus}
        yield from self._rules("bonus", before, now, self._before.bonus, self._after.bonus)

    def exclude(self) -> Iterator[Difference]:
        """Exclusions have no ids and no order: one that reads differently is another one."""
        before = {wording.exclusion(rule, self._was): rule for rule in self._before.exclude}
        now = {wording.exclusion(rule, self._now): rule for rule in self._after.exclude}
        for said in before.keys() - now.keys():
            yield Difference("exclude", self._whom(before[said]), self._now.say("removed", before=said))
        for said in now.keys() - before.keys():
            yield Difference("exclude", self._whom(now[said]), self._now.say("added", now=said))

    def redeem(self) -> Iterator[Difference]:
        before = list(wording.redeem(self._before.redeem, self._was))
        yield from self._lists("redeem", before, list(wording.redeem(self._after.redeem, self._now)))

    def expiry(self) -> Iterator[Difference]:
        before, now = self._before.expiry, self._after.expiry
        yield from self._changed("expiry", wording.expiry(before, self._was), wording.expiry(now, self._now))

    def referral(self) -> Iterator[Difference]:
        before, now = self._said_referral(self._before, self._was), self._said_referral(self._after, self._now)
        yield from self._lists("referral", before, now, self._now.say("partners"))

    def _said_referral(self, programme: Programme, tongue: Tongue) -> list[str]:
        if programme.referral is None:
            return []
        return list(wording.referral(programme.referral, tongue, programme.programme.earn_basis))

    def budget(self) -> Iterator[Difference]:
        before, now = self._before.budget, self._after.budget
        was = wording.budget(before, self._was) if before else self._was.say("no budget")
        told = wording.budget(now, self._now) if now else self._now.say("no budget")
        stops = any(rule is not None and rule.action == "stop" for rule in (before, now))
        yield from self._changed("budget", was, told, "" if stops else self._now.say("merchant"))

    # --- what all parts have in common --------------------------------------------------------------

    def _changed(self, part: str, before: str, now: str, whom: str = "") -> Iterator[Difference]:
        if before != now:
            sentence = self._now.say("changed", before=before, now=now)
            yield Difference(part, whom or self._now.say("everybody"), sentence)

    def _rules(
        self,
        part: str,
        before: Mapping[str, str],
        now: Mapping[str, str],
        old: Sequence[Rule],
        new: Sequence[Rule],
    ) -> Iterator[Difference]:
        """Rules by id: those that are gone, those that are new with their place, those that say something else."""
        for rule in old:
            if rule.id not in now:
                yield Difference(part, self._whom(rule), self._now.say("removed", before=before[rule.id]))
        for place, rule in enumerate(new, start=1):
            if rule.id not in before:
                name = "added at" if part == "earn" and len(new) > 1 else "added"
                told = self._now.say(name, now=now[rule.id], place=place, count=len(new))
                yield Difference(part, self._whom(rule), told)
        for rule, was in ((rule, was) for rule in new for was in old if rule.id == was.id):
            yield from self._changed(part, before[rule.id], now[rule.id], self._whom(was, rule))

    def _order(self, before: list[str], now: list[str]) -> Iterator[Difference]:
        stayed = [i for i in before if i in now]
        if stayed != [i for i in now if i in before]:
            sentence = self._now.say("order", ids=", ".join(now))
            yield Difference("earn", self._now.say("everybody"), sentence)

    def _lists(self, part: str, before: list[str], now: list[str], whom: str = "") -> Iterator[Difference]:
        """Sentences that come and go."""
        whom = whom or self._now.say("everybody")
        gone, came = ([s for s in a if s not in b] for a, b in ((before, now), (now, before)))
        for was in gone:
            yield Difference(part, whom, self._now.say("removed", before=was))
        for told in came:
            yield Difference(part, whom, self._now.say("added", now=told))

    def _whom(self, *rules: Matcher | Bonus) -> str:
        """Those whom a rule is for; where one of them is for everybody, so is the change."""
        if any(rule.group is None for rule in rules):
            return self._now.say("everybody")
        groups = sorted({name for rule in rules for name in rule.group or ()})
        return self._now.say("group members", names=self._now.any_of(groups))
