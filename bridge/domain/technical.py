"""Technical sentences in German: why a message was set aside, what the shop answered, what a repair found.

They are kept in English, as logs and command line say them, so old rows and new ones are one kind. Each is known
by its wording (``technical_texts``): whatever stands in its gaps is carried over, and translated where it is a
sentence itself. What the table does not know is left to be shown as it is. Pure.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from bridge.domain.technical_texts import TEXTS

LONGEST = 2000
"""Characters of a sentence; a longer one is none of ours, and looking for its gaps would take its time."""

_GAP = re.compile(r"\{(\w+)\}")
_SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z“])")


class _Rule(NamedTuple):
    english: re.Pattern[str]
    german: str


def is_known(sentence: str) -> bool:
    """Whether there is German for it."""
    return in_german(sentence) is not None


@lru_cache(maxsize=2048)
def in_german(sentence: str) -> str | None:
    """The same in German, None where some of it is not in the table."""
    return None if len(sentence) > LONGEST else _one_by_one(sentence) or _whole(sentence)


def said(sentence: str, language: str) -> str:
    """In “en” or else in German; empty for what can only be shown as it is."""
    german = in_german(sentence)
    return "" if german is None else sentence if language == "en" else german


def _whole(sentence: str) -> str | None:
    for rule in _rules():
        if found := rule.english.fullmatch(sentence):
            return rule.german.format(**{gap: in_german(text) or text for gap, text in found.groupdict().items()})
    return None


def _one_by_one(text: str) -> str | None:
    sentences = _SENTENCES.split(text)
    if len(sentences) < 2:
        return None
    told = [_whole(sentence) for sentence in sentences]
    return None if None in told else " ".join(each for each in told if each)


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_Rule(re.compile(_pattern(english), re.DOTALL), german) for english, german in TEXTS.items())


def _pattern(wording: str) -> str:
    """The wording as a pattern; a gap that appears twice holds the same both times."""
    pattern, seen = "", set[str]()
    for number, part in enumerate(_GAP.split(wording)):
        if number % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>.+?)"
            seen.add(part)
    return pattern
