"""The shop's own words for an order's state: which ones its orders show, which only the merchant can explain."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.ports import Means
from bridge.storage.cases import close_case, open_case
from bridge.storage.models import Case, Delivery, OrderState

Pair = tuple[str, str]
"""A status and a payment method."""

_REASON = "paid table"

NOT_SETTLED = "not settled"
"""The reason of the case about an order that was read from the shop and could not be settled."""


def seen(session: Session, shop_id: int) -> dict[Pair, int]:
    """How many stored orders show each status with each payment method."""
    rows = session.execute(
        select(col(OrderState.status), col(OrderState.method), func.count())
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.status) != "")
        .group_by(col(OrderState.status), col(OrderState.method))
    )
    return {(status, method): count for status, method, count in rows}


def ask(session: Session, shop_id: int, pairs: Iterable[Pair], unread: Mapping[str, str], now: datetime) -> None:
    """Say that these need an answer; each is said once, however many orders show it.

    ``unread`` gives the reason by order id for orders that have to be read again after the answer.
    """
    for status, method in sorted(set(pairs)):
        sentence = (
            f"Orders can be “{status}” in the shop (paid by “{method or 'nothing'}”), and nobody has said whether"
            f" that means money. They book nothing until `rabattkonto shop paid ID --status {status} --means"
            f" {'|'.join(Means)}` does."
        )
        open_case(session, shop_id, f"status:{status}/{method}", _REASON, sentence, now)
    for order, reason in unread.items():
        open_case(session, shop_id, f"order:{order}", NOT_SETTLED, reason, now)


def asked(session: Session, shop_id: int) -> list[Pair]:
    """What still waits for an answer."""
    subjects = session.execute(
        select(col(Case.subject))
        .where(col(Case.shop_id) == shop_id, col(Case.reason) == _REASON, col(Case.closed_at).is_(None))
        .order_by(col(Case.subject))
    ).scalars()
    return [_pair(subject) for subject in subjects]


def answered(session: Session, shop_id: int, pairs: Iterable[Pair], now: datetime) -> None:
    """These were explained."""
    for status, method in pairs:
        close_case(session, shop_id, f"status:{status}/{method}", _REASON, now)


def quarantined(session: Session, shop_id: int) -> list[int]:
    """Deliveries about orders that nobody could understand and whose bodies are still there."""
    found = session.execute(
        select(col(Delivery.id)).where(
            col(Delivery.shop_id) == shop_id,
            col(Delivery.state) == "attention",
            col(Delivery.topic).like("order%"),
            col(Delivery.body_hash).is_(None),
        )
    ).scalars()
    return [number for number in found if number is not None]


def unread(session: Session, shop_id: int) -> list[str]:
    """Orders that were read from the shop and could not be understood."""
    subjects = session.execute(
        select(col(Case.subject)).where(
            col(Case.shop_id) == shop_id,
            col(Case.reason) == NOT_SETTLED,
            col(Case.subject).like("order:%"),
            col(Case.closed_at).is_(None),
        )
    ).scalars()
    return sorted({subject.removeprefix("order:") for subject in subjects})


def _pair(subject: str) -> Pair:
    status, _, method = subject.removeprefix("status:").partition("/")
    return status, method
