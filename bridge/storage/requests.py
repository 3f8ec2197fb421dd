"""Requests by law on their way from a delivery to whoever carries them out."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from bridge.ports import PrivacyAsked
from bridge.storage.models import PrivacyRequest


def keep(session: Session, shop_id: int, asked: Sequence[tuple[int, PrivacyAsked]], now: datetime) -> None:
    """Store requests, each once for its delivery."""
    deliveries = [delivery for delivery, _ in asked]
    known = set(
        session.exec(select(PrivacyRequest.delivery_id).where(col(PrivacyRequest.delivery_id).in_(deliveries)))
    )
    for delivery, request in asked:
        if delivery not in known:
            session.add(
                PrivacyRequest(
                    shop_id=shop_id,
                    delivery_id=delivery,
                    wish=request.wish.value,
                    customer=request.customer,
                    email=request.email,
                    reference=request.reference,
                    asked_at=now,
                )
            )
