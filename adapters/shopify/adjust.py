"""Lower what is still to be paid of an order that its customer pays by hand: an order edit takes the credit off.

Shopify puts no code on an order that exists. The edit discounts lines instead, and names the code as its reason: by
that the order is read as one that used it, and the code is retired like any other.
"""

from dataclasses import dataclass
from typing import Any

from adapters.shopify.connection import Complaint, Connection, understood
from adapters.shopify.ids import gid
from adapters.shopify.money import amount
from bridge.domain.money import plain, split
from bridge.ports import Applied


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that was begun and not yet committed: nothing of it counts."""

    id: str
    outstanding: int
    lines: tuple[tuple[str, int], ...]


def put_on(shop: Connection, order: str, code: str, worth: int, currency: str) -> str:
    """Take ``worth`` (minor units) off the order, or as much as its lines cost; why not, empty when it was done.

    Whether a line's discount counts for the line or for each piece is documented nowhere, so the edit is looked at
    before it is committed, and dropped when it would take anything else than it should.
    """
    try:
        edit = understood(_read, shop.change("BeginEdit", id=gid("Order", order)), currency)
        whole = min(worth, sum(price for _, price in edit.lines), edit.outstanding)
        if whole <= 0:
            return "Nothing on it can be lowered any more."
        left = _lower(shop, edit, whole, code, currency)
        if edit.outstanding - left != whole:
            return "Shopify would have taken another amount off than it was told, so the edit was dropped."
        shop.change("CommitEdit", id=edit.id, note=code)
    except Complaint as refused:
        return str(refused)
    return ""


def refused(reason: str) -> Applied:
    """The order was left as it is."""
    return Applied(refusal=reason)


def _lower(shop: Connection, edit: Edit, whole: int, code: str, currency: str) -> int:
    """Stage a discount on each line, in proportion; what would be left to pay."""
    left = edit.outstanding
    for (line, _), part in zip(edit.lines, split(whole, [price for _, price in edit.lines]), strict=True):
        if part:
            discount = {
                "description": code,
                "fixedValue": {"amount": plain(part, currency), "currencyCode": currency},
            }
            answer = shop.change("LowerLine", id=edit.id, line=line, discount=discount)
            left = understood(_outstanding, answer["calculatedOrder"], currency)
    return left


def left_to_pay(node: Any, currency: str) -> int:
    """What is still to be paid of an order, by an answer about it."""
    return _outstanding(node, currency)


def _read(answer: Any, currency: str) -> Edit:
    order = answer["calculatedOrder"]
    lines = [(each["id"], _money(each["editableSubtotalSet"], currency)) for each in order["lineItems"]["nodes"]]
    return Edit(order["id"], _outstanding(order, currency), tuple(line for line in lines if line[1] > 0))


def _outstanding(order: Any, currency: str) -> int:
    return _money(order["totalOutstandingSet"], currency)


def _money(bag: Any, currency: str) -> int:
    return amount(bag["shopMoney"]["amount"], currency)
