"""A language and a currency: how amounts, percentages, days and lists are said. What is said stands elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from bridge.domain.money import decimals, plain_percent


@lru_cache(maxsize=4096)
def _money(amount: int, currency: str, locale: str) -> str:
    """Statements say the same amounts over and over, and Babel takes its time."""
    value = Decimal(amount).scaleb(-decimals(currency))
    # Babel writes the hyphen of a keyboard; beside figures stands a minus.
    return format_currency(value, currency, locale=locale).replace("-", "−")


Texts = Mapping[str, tuple[str, str]]
"""Wordings by name, German and English side by side."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One of the two languages (“en”, anything else is German), the currency of all amounts, and the wordings."""

    language: str
    currency: str
    texts: Texts

    def say(self, name: str, /, **values: object) -> str:
        """The wording of that name with its gaps filled."""
        return self.texts[name][self.language == "en"].format(**values)

    def money(self, amount: int) -> str:
        """Minor units as people write them."""
        return _money(amount, self.currency, self._locale)

    def percent(self, share: Fraction) -> str:
        """``1/40`` as “2,5 %”."""
        space = "\u00a0" if self._locale == "de" else ""
        figure = format_decimal(Decimal(plain_percent(share)), locale=self._locale, decimal_quantization=False)
        return f"{figure}{space}%"

    def day(self, day: date) -> str:
        """A calendar day, written out."""
        return format_date(day, "long", locale=self._locale)

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """A day, with the clock time where it is not midnight."""
        local = moment.astimezone(zone)
        if not (local.hour or local.minute):
            return self.day(local.date())
        return format_datetime(moment, "long", tzinfo=zone, locale=self._locale)

    def any_of(self, names: Sequence[str]) -> str:
        """“A, B oder C”."""
        return format_list(list(names), style="or", locale=self._locale)

    @property
    def _locale(self) -> Literal["de", "en"]:
        return "en" if self.language == "en" else "de"
