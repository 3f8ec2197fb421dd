"""“So funktioniert Ihr Rabatt-Konto”: the terms, made of the programme itself so that text and behaviour agree.

Pure. The sections are frozen values; a page and the command line put the same ones on paper.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain import wording
from bridge.domain.compare import compare
from bridge.domain.lots import GRACE_DAYS
from bridge.domain.programme import Programme, Timeline, Version
from bridge.domain.terms_texts import TEXTS
from bridge.domain.tongue import Tongue


@dataclass(frozen=True, slots=True)
class Section:
    """One part: paragraphs, then a list, whose order matters where it is ``ordered``."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole text in one language."""

    title: str
    sections: tuple[Section, ...]

    def as_text(self) -> str:
        """The text as lines, for a terminal."""
        return "\n\n".join([self.title, *(_text(section) for section in self.sections)])


def _text(section: Section) -> str:
    marks = [f"{number}." if section.ordered else "-" for number in range(1, len(section.items) + 1)]
    items = [f"{mark} {item}" for mark, item in zip(marks, section.items, strict=True)]
    return "\n".join([section.heading.upper(), *section.paragraphs, *items])


def terms_at(timeline: Timeline, now: datetime, language: str) -> Terms | None:
    """The terms in force at a moment with all announced changes; None without any programme.

    Before the first version begins, its terms are shown with the day from which on they hold.
    """
    current = timeline.governing(now)
    if current is None:
        return None
    later = timeline.versions[timeline.versions.index(current) + 1 :]
    return terms(current, later, language)


def terms(version: Version, upcoming: Sequence[Version] = (), language: str = "de") -> Terms:
    """The terms of one version, in “de” or “en”, and what will change with the upcoming ones."""
    programme = version.programme
    tongue = Tongue(language, programme.currency, TEXTS)
    sections = [
        *_basics(version, tongue),
        *_earning(programme, tongue),
        *_bonuses(programme, tongue),
        *_exclusions(programme, tongue),
        *_using(programme, tongue),
        *_returns(programme, tongue),
        *_referral(programme, tongue),
        *_limits(programme, tongue),
        *_announced([version, *upcoming], tongue),
    ]
    return Terms(tongue.say("title", name=programme.programme.name), tuple(sections))


def _basics(version: Version, tongue: Tongue) -> Iterator[Section]:
    paragraphs = [tongue.say("idea")]
    if version.valid_from is not None:
        day = tongue.moment(version.valid_from, version.programme.zone)
        paragraphs.append(tongue.say("since", day=day))
    yield Section(tongue.say("basics"), tuple(paragraphs))


def _earning(programme: Programme, tongue: Tongue) -> Iterator[Section]:
    basis = programme.programme.earn_basis
    rules = [rule for rule in programme.earn if not rule.also]
    extra = [rule for rule in programme.earn if rule.also]
    intro = tongue.say("rules" if rules else "no rules")
    items = [_stop(wording.earn(rule, tongue, basis)) for rule in [*rules, *extra]]
    notes = tongue.say("rules in addition") if extra else ""
    yield Section(tongue.say("earning"), _said(intro, notes, tongue.say("typed")), tuple(items), ordered=True)
    yield Section(tongue.say("figures"), items=tuple(_figures(programme, tongue)))


def _figures(programme: Programme, tongue: Tongue) -> Iterator[str]:
    """How an amount comes about, in the order in which one would calculate it."""
    yield tongue.say("when paid")
    yield tongue.say(f"price, {programme.programme.earn_basis}")
    if any(rule.minimum_order for rule in programme.earn):
        yield tongue.say("order value")
    yield tongue.say("pieces")
    yield tongue.say("rounding")


def _bonuses(programme: Programme, tongue: Tongue) -> Iterator[Section]:
    if programme.bonus:
        items = tuple(_stop(wording.bonus(rule, tongue)) for rule in programme.bonus)
        waits = tongue.say("bonus available") if programme.programme.available_after_days else ""
        yield Section(tongue.say("bonuses"), _said(tongue.say("bonus figures"), waits), items)


def _exclusions(programme: Programme, tongue: Tongue) -> Iterator[Section]:
    rules = [rule for rule in programme.exclude if rule.earn or rule.use]
    if rules:
        items = tuple(_stop(wording.exclusion(rule, tongue)) for rule in rules)
        counts = any(rule.earn for rule in rules) and (programme.bonus or programme.referral)
        yield Section(tongue.say("exclusions"), _said(tongue.say("uncounted") if counts else ""), items)


def _using(programme: Programme, tongue: Tongue) -> Iterator[Section]:
    items = [wording.available(programme.programme, tongue), *wording.redeem(programme.redeem, tongue)]
    yield Section(tongue.say("using"), (tongue.say("code"),), tuple(map(_stop, items)))
    lapse = tongue.say("lapse") if programme.expiry else ""
    yield Section(tongue.say("lasting"), _said(_stop(wording.expiry(programme.expiry, tongue)), lapse))


def _returns(programme: Programme, tongue: Tongue) -> Iterator[Section]:
    items = [tongue.say("returned pieces"), tongue.say("refund"), tongue.say("cancelled")]
    grace = tongue.say("grace", days=GRACE_DAYS) if programme.expiry else ""
    items += [" ".join(_said(tongue.say("credit back"), grace))]
    if programme.bonus or any(rule.minimum_order for rule in programme.earn):
        items.append(tongue.say("condition lost"))
    yield Section(tongue.say("returns"), items=(*items, tongue.say("overspent")))


def _referral(programme: Programme, tongue: Tongue) -> Iterator[Section]:
    if programme.referral is not None:
        rules = wording.referral(programme.referral, tongue, programme.programme.earn_basis)
        intro = (tongue.say("sponsors"), tongue.say("sponsors earn with"))
        yield Section(tongue.say("referral"), intro, tuple(map(_stop, rules)))


def _limits(programme: Programme, tongue: Tongue) -> Iterator[Section]:
    items = [tongue.say("no cash"), tongue.say("employees")]
    if programme.budget is not None and programme.budget.action == "stop":
        items.append(_stop(wording.budget(programme.budget, tongue)))
    yield Section(tongue.say("limits"), items=tuple(items))


def _announced(versions: Sequence[Version], tongue: Tongue) -> Iterator[Section]:
    """One section per version to come: what it changes against the one before it."""
    for before, after in itertools.pairwise(versions):
        if after.valid_from is not None:
            day = tongue.moment(after.valid_from, after.programme.zone)
            found = compare(before.programme, after.programme, tongue.language)
            items = tuple(change.sentence for change in found) or (tongue.say("nothing changes"),)
            yield Section(tongue.say("announced", day=day), (tongue.say("placed before"),), items)


def _said(*sentences: str) -> tuple[str, ...]:
    """The sentences that have something to say."""
    return tuple(sentence for sentence in sentences if sentence)


def _stop(sentence: str) -> str:
    return f"{sentence}."
