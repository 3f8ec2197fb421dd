"""Texts of the ledger as they lie on the disk: words that recur are one character each.

An entry says in full what it is, what it is for and why, and four fifths of that are the same words in each. Here
every one of them is written as one control character (a mark) of a closed table. Reading gives back exactly the
text that was written, whatever stood in it, so hashes, reports and exports see the words only. The texts are too
short for zlib, which makes them a third longer in twice the time.

Equal texts are equal on the disk and no others are, so rows compare, group and are unique by what is stored.
That holds as long as no table changes. **Never change one**: write a new table beside it, and a migration that
rewrites what lies in the old one (0008 shows how), in the same version.
"""

from dataclasses import dataclass
from functools import cached_property

MARKS = "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1c\x1d\x1e"
"""What words are written as: no zero, no white space and no escape, which databases and terminals act upon."""

_AS_IT_IS = "\x1f"
"""Stands before a text that is kept letter by letter."""


@dataclass(frozen=True)
class Shorthand:
    """A closed table: each of its words is written as the mark in the same place."""

    words: tuple[str, ...]

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        """The longest first, since a word may be a part of another one."""
        return sorted(zip(self.words, MARKS, strict=False), key=lambda pair: -len(pair[0]))

    @cached_property
    def _meanings(self) -> dict[int, str]:
        return {ord(mark): word for word, mark in zip(self.words, MARKS, strict=False)}

    def write(self, text: str) -> str:
        """As it lies on the disk."""
        if not text.isprintable():  # there may be marks in it already, which nothing would tell from ours
            return _AS_IT_IS + text
        for word, mark in self._pairs:
            text = text.replace(word, mark)
        return text

    def read(self, stored: str) -> str:
        """As it was written."""
        if stored.startswith(_AS_IT_IS):
            return stored[1:]
        return stored.translate(self._meanings)


KINDS = Shorthand(
    ("accrual", "bonus", "referral", "redemption", "expiry", "adjustment", "opening", "transfer")
)  # fmt: skip

CURRENCIES = Shorthand(("EUR", "CHF", "USD", "GBP", "DKK", "SEK", "NOK", "PLN", "CZK", "HUF"))

SOURCES = Shorthand(
    (
        "shop:1/order:",  # there is one shop nearly everywhere
        "shop:",
        "/order:",
        "/line:",
        "/rule:",
        "/level:",
        "/bonus:",
        "/adjust:",
        "/opening:",
        "/returned:",
        "/claimed",
    )
)

CAUSES = Shorthand(
    (
        "delivery:",
        "reconcile",
        "backfill",
        "import",
        "opening",
        "settled again",
        "read of the shop",
        "time",
        "user ",
    )
)

REASONS = Shorthand(
    (
        '{"what":"percent","article":"',
        '{"what":"pieces","article":"',
        '{"what":"level","level":',
        '{"what":"redemption","own":true,"number":"',
        '{"what":"difference","delta":',
        '{"what":"turnover","period":"',
        '{"what":"undone","kind":"',
        '{"what":"expiry","amount":',
        '{"what":"dates"}',
        ',"percent":"',
        '","percent":"',
        '","of":',
        '","pieces":',
        ',"each":',
        ',"basis":"gross","amount":',
        ',"basis":"net","amount":',
        ',"uncapped":',
        ',"amount":',
        ',"returned":0,"tax":"19"}',
        ',"returned":0,"tax":"',
        ',"returned":',
        ',"tax":"',
        ',"now":',
        '"}',
    )
)
