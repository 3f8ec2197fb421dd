"""Codes as Shopify's discounts: what we send, what comes back. Pure."""

from datetime import datetime
from typing import Any

from adapters.documents import Unclear, text
from adapters.shopify.ids import gid, number
from adapters.shopify.money import amount
from adapters.shopify.rules import least, read_mark, tag
from bridge.domain.money import plain
from bridge.ports import CodeRules, CodeWrite, ShopCode

OURS = "rabattkonto"
"""The tag by which all our codes are found; discounts have tags since 2026-04."""

_OWNER = "rabattkonto-owner-"
_VOUCHER = "rabattkonto-voucher-"
_NAUGHT = "rabattkonto-took-nothing"
"""A discount cannot be worth nothing: a retired code that took nothing has the smallest amount, and says so."""

EVER = "2020-01-01T00:00:00Z"
LONG_AGO = "2020-01-02T00:00:00Z"
"""A code begins long ago, so that it can be used at once whatever the clocks say; its end lies a day later.

An order keeps its discount when the code on it ends, and a cancelled order does not give it back (“Discounts FAQ”).
"""


def read_code(node: Any, currency: str) -> ShopCode | None:
    """The code in a discount's node, None for a discount of another kind; raises ``Unclear`` and its like."""
    found = node.get("codeDiscount") or node.get("discount")
    if found["__typename"] != "DiscountCodeBasic" or not found["codes"]["nodes"]:
        return None
    tags = [text(each) for each in found["tags"]]
    return ShopCode(
        code=text(found["codes"]["nodes"][0]["code"].lower()),
        external_id=number(node["id"]),
        face=0 if _NAUGHT in tags else _face(found, currency),
        holders=_holders(found["context"]),
        uses=int(found["asyncUsageCount"]),
        limit=found["usageLimit"],
        expired=found["status"] != "ACTIVE",
        owner=_after(_OWNER, tags),
        rules=read_mark(tags, _smallest(found, currency), _is_restricted(found)) if _after(_OWNER, tags) else "",
        voucher=_after(_VOUCHER, tags),
    )


def created(node: Any) -> datetime:
    """When a discount was made."""
    found = node.get("codeDiscount") or node.get("discount")
    try:
        return datetime.fromisoformat(found["createdAt"])
    except ValueError:
        raise Unclear("a date in it is none") from None


def refusal(write: CodeWrite) -> str:
    """Why this write must not be sent, empty when it may: without a customer a code is open to everybody."""
    if write.expired or (write.holders and all(each.isdigit() for each in write.holders)):
        return ""
    return f"The code {write.ref.code} was not written: without a customer anybody could use it."


def payload(write: CodeWrite, currency: str, allowed: str) -> dict[str, Any]:
    """The input of one write; ``allowed`` is the collection that rules with barred goods refer to.

    Only what a code that ends still needs is sent of it: what it took, and its end.
    """
    if write.expired:
        tags = [_NAUGHT] if not write.face else []
        return {
            "customerGets": {"value": _value(max(write.face, 1), currency)},
            "endsAt": LONG_AGO,
            "tags": [OURS, _OWNER + write.owner, *tags],
        }
    rules = write.rules or CodeRules()
    smallest = least(rules, write.face)
    return {
        "title": f"Rabatt-Konto {write.ref.code}",
        "code": write.ref.code,
        "startsAt": EVER,
        "endsAt": None,
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "combinesWith": {"orderDiscounts": True, "productDiscounts": True, "shippingDiscounts": True},
        "context": {"customers": {"add": [gid("Customer", each) for each in write.holders]}},
        "customerGets": {"value": _value(write.face, currency), "items": _items(rules, allowed)},
        "minimumRequirement": minimum(smallest, currency),
        "tags": [OURS, _OWNER + write.owner, *([tag(rules, write.face)] if rules else [])],
    }


def others_removed(now: ShopCode, write: CodeWrite) -> dict[str, Any]:
    """The input that leaves a code to its holders alone: adding one does not take out those who were there."""
    strangers = [gid("Customer", each) for each in now.holders if each not in write.holders]
    return {"context": {"customers": {"remove": strangers}}} if strangers else {}


def minimum(smallest: int, currency: str) -> dict[str, Any] | None:
    """A smallest basket as the input has it; None takes one off."""
    if not smallest:
        return None
    return {"subtotal": {"greaterThanOrEqualToSubtotal": plain(smallest, currency)}}


def voucher_tags(mark: str) -> list[str]:
    """What a promotional code of ours carries."""
    return [OURS, _VOUCHER + mark]


def fixed(value: int, currency: str) -> dict[str, Any]:
    """So much off the whole order."""
    return {"value": _value(value, currency), "items": {"all": True}}


def _value(face: int, currency: str) -> dict[str, Any]:
    return {"discountAmount": {"amount": plain(face, currency), "appliesOnEachItem": False}}


def _items(rules: CodeRules, allowed: str) -> dict[str, Any]:
    return {"collections": {"add": [allowed]}} if rules.barred and allowed else {"all": True}


def _face(found: Any, currency: str) -> int:
    """A code that somebody turned into a percentage has no amount, so it reads as 0 and will be written again."""
    value = found["customerGets"]["value"]
    return amount(value["amount"]["amount"], currency) if value["__typename"] == "DiscountAmount" else 0


def _holders(context: Any) -> tuple[str, ...]:
    if context["__typename"] != "DiscountCustomers":
        return ()
    return tuple(number(each["id"]) for each in context["customers"])


def _smallest(found: Any, currency: str) -> int:
    wanted = found["minimumRequirement"]
    if wanted is None or wanted["__typename"] != "DiscountMinimumSubtotal":
        return 0
    return amount(wanted["greaterThanOrEqualToSubtotal"]["amount"], currency)


def _is_restricted(found: Any) -> bool:
    return bool(found["customerGets"]["items"]["__typename"] != "AllDiscountItems")


def _after(prefix: str, tags: list[str]) -> str:
    return next((each.removeprefix(prefix) for each in tags if each.startswith(prefix)), "")
