"""Codes that people can say on the telephone: a few syllables, a letter and a digit."""

import re

_CONSONANTS = "bdfgklmnprstvw"
_VOWELS = "aeiou"
_LETTERS = "abdefghkmnpr"
_DIGITS = "2345679"

SYLLABLES = 3
COUNT = (len(_CONSONANTS) * len(_VOWELS)) ** SYLLABLES * len(_LETTERS) * len(_DIGITS)
"""How many codes there are; enough that two partners rarely get the same one."""

_TYPED = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30})[a-z0-9]")


def speakable(number: int) -> str:
    """The code of a number below ``COUNT``: nine characters like ``talomi-k7``."""
    number, digit = divmod(number, len(_DIGITS))
    number, letter = divmod(number, len(_LETTERS))
    syllables = ""
    for _ in range(SYLLABLES):
        number, vowel = divmod(number, len(_VOWELS))
        number, consonant = divmod(number, len(_CONSONANTS))
        syllables += _CONSONANTS[consonant] + _VOWELS[vowel]
    return f"{syllables}-{_LETTERS[letter]}{_DIGITS[digit]}"


def typed(code: str) -> str:
    """A code as it was meant: small letters, no spaces around. ``ValueError`` if it cannot stand in a link."""
    meant = code.strip().lower()
    if not _TYPED.fullmatch(meant):
        raise ValueError(f"“{code}” cannot be a code; use 3 to 32 of a-z, 0-9 and hyphens inside")
    return meant
