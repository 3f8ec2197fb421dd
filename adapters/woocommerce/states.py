"""What WooCommerce's order statuses mean to the ledger: the one table that decides when money has come in."""

from datetime import datetime

from bridge.domain.orders import State

_STATES = {
    "pending": State.OPEN,
    "on-hold": State.OPEN,
    "processing": State.PAID,
    "completed": State.PAID,
    "refunded": State.PAID,  # it earned once; its refunds take that back line by line
    "cancelled": State.CANCELLED,
    "failed": State.FAILED,
    "trash": State.GONE,
    "checkout-draft": State.DRAFT,
    "auto-draft": State.DRAFT,
}

PAID_ON_COMPLETION = frozenset({"cod"})
"""Payment methods whose money comes after the goods: “processing” means only that a parcel is packed."""


def state(status: str, method: str, paid_at: datetime | None) -> State | None:
    """The state of an order, None for a status that we have never seen.

    “processing” without a date of payment is not paid: WooCommerce sets the two together, but for methods
    that collect later.
    """
    if status == "processing" and (paid_at is None or method in PAID_ON_COMPLETION):
        return State.OPEN
    return _STATES.get(status)
