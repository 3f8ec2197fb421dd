"""Whether a shop's referral credit can be used: locked and let free by facts, each with its date."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bridge.domain.lots import Gate
from bridge.storage.facts import Dated, Facts

SHOP = "shop"
"""The subject of facts about the shop as a whole."""

_NAME = "referral credit"


def of_shop(session: Session, shop_id: int) -> tuple[Gate, ...]:
    """When referral credit was locked and let free, oldest first; without any it is free."""
    history = Facts(session, shop_id, [SHOP]).history(SHOP, _NAME)
    return tuple(Gate(fact.at, bool(fact.value["locked"])) for fact in history)


def newest(session: Session, shop_id: int) -> tuple[datetime, dict[str, Any]] | None:
    """The last decision: when it was taken, and what was said."""
    history = Facts(session, shop_id, [SHOP]).history(SHOP, _NAME)
    return (history[-1].at, history[-1].value) if history else None


def turn(session: Session, shop_id: int, at: datetime, *, locked: bool, choice: str, by: str) -> None:
    """Keep a decision: referral credit is locked, or let free with the adviser's choice recorded."""
    facts = Facts(session, shop_id, [SHOP])
    facts.learn(Dated(SHOP, _NAME, at, {"locked": locked, "choice": choice, "by": by}))
    facts.save()
