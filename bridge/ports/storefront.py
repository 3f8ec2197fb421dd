"""The storefront: what it may promise for articles, and what it works with between two words of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Words: TypeAlias = Mapping[str, tuple[str, ...]]
"""Which articles and buyers are meant, by sku, product, category, tag and group: each that is named must fit, of
its words any."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a piece earns where ``only`` fits: ``amount`` in minor units, or else ``percent`` as text.

    It holds in orders of at least ``minimum_order``. The first that fits counts; one with ``also`` is added.
    """

    only: Words
    minimum_order: int = 0
    amount: int | None = None
    percent: str = ""
    also: bool = False


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a shop may promise for an article. Percentages are of the price, "gross" or "net" by ``basis``.

    ``typed`` says that credit typed on an article counts before the rates; ``days`` after the payment it is usable.
    """

    name: str = ""
    typed: bool = False
    basis: str = "gross"
    days: int = 0
    rates: tuple[Rate, ...] = ()
    excluded: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Furnishing:
    """What the storefront works with until it hears something else.

    ``way_in`` is the address that shows customers their statement, ``key`` signs their requests to it.
    """

    tariff: Tariff
    way_in: str = ""
    key: str = field(default="", repr=False)
