"""What an adapter must know of a shop beforehand, and what the shop's statuses mean for money."""

from dataclasses import dataclass
from enum import StrEnum


class Means(StrEnum):
    """What a status of the shop means for the money of an order."""

    OPEN = "open"
    PAID = "paid"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A merchant's answer: what a status means for orders paid this way; an empty method is every other one."""

    status: str
    method: str
    means: Means


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status is taken to mean, and whose word that is: "default", "answer" or "suggestion".

    A suggestion books nothing: such orders wait for an answer. ``note`` is the condition, if there is one.
    """

    means: Means
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """What an adapter must know of a shop to understand a body without asking anybody.

    ``paid`` are the merchant's answers to what the shop's statuses mean.
    """

    currency: str
    code_prefix: str = "guthaben-"
    paid: tuple[Ruling, ...] = ()
