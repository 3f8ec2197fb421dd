"""The three programmes to begin with, as the document that the merchant can change later. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import tomli_w

_NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,2})?")

KINDS = ("article", "percent", "network")


class WrongWish(ValueError):
    """A number that cannot be meant; ``what`` names the field."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed, as they typed it."""

    kind: str = "percent"
    amount: str = "1,00"
    percent: str = "3"
    share: str = "3"
    first: str = "5"
    second: str = "0"
    third: str = "0"
    days: str = "14"

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Wish":
        """From a form or an address; what is missing is as we suggest it."""
        given = {name: form[name][:20] for name in cls.__slots__ if name in form}
        kind = given.get("kind", cls().kind)
        return cls(**{**given, "kind": kind if kind in KINDS else cls().kind})


def document(wish: Wish, currency: str, timezone: str) -> str:
    """The programme's text; ``WrongWish`` names the number that cannot be."""
    tables: dict[str, Any] = {
        "programme": {
            "name": "Rabatt-Konto",
            "currency": currency,
            "timezone": timezone,
            "available_after_days": _days(wish.days),
            "earn_basis": "gross",
        },
        "earn": [_earn(wish)],
    }
    if wish.kind == "network":
        tables["referral"] = _referral(wish)
    return tomli_w.dumps(tables)


def _earn(wish: Wish) -> dict[str, str]:
    if wish.kind == "article":
        return {
            "id": "piece",
            "amount": str(_number(wish.amount, "amount", Decimal("1000")).quantize(Decimal("0.01"))),
        }
    percent, field = (wish.share, "share") if wish.kind == "network" else (wish.percent, "percent")
    return {"id": "all", "percent": _plain(_number(percent, field))}


def _referral(wish: Wish) -> dict[str, Any]:
    """Empty levels at the end are left out; the cap is what all of them together ask for, so it never surprises."""
    levels = [_number(text, "levels", least=Decimal(0)) for text in (wish.first, wish.second, wish.third)]
    while levels and not levels[-1]:
        levels.pop()
    if not levels or not all(levels) or sum(levels) > 50:
        raise WrongWish("levels")
    return {
        "base": "paid",
        "levels": [_plain(level) for level in levels],
        "cap_percent_of_paid": _plain(sum(levels, Decimal(0))),
    }


def _number(text: str, what: str, most: Decimal = Decimal(100), least: Decimal = Decimal("0.01")) -> Decimal:
    """A number with a comma or a point, from ``least`` to ``most``."""
    if not _NUMBER.fullmatch(text.strip()):
        raise WrongWish(what)
    number = Decimal(text.strip().replace(",", "."))
    if not least <= number <= most:
        raise WrongWish(what)
    return number


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _days(text: str) -> int:
    if not text.strip().isdecimal() or not text.isascii() or int(text) > 365:
        raise WrongWish("days")
    return int(text)
