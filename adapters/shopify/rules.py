"""What a discount can keep of a code's rules: a smallest basket, and a collection that credit may be used on. Pure.

Shopify computes no share of a basket. A code whose worth is known can ask for a basket large enough, though: then
what it takes is never more than the share, and never less than the smallest amount is left to pay. In a smaller
basket the code takes nothing, and stays as it is.
"""

import re
from fractions import Fraction

from bridge.ports import CodeRules

ALLOWED = "rabattkonto"
"""The handle of the collection that holds everything on which credit may be used, where some things are barred."""

TAG = re.compile(r"rabattkonto-rules-(?P<mark>[0-9a-f]{16})-(?P<least>[0-9]+)-(?P<goods>some|all)")
CHANGED = "changed"
"""The mark of a code whose limits somebody has altered in the shop."""


def least(rules: CodeRules, face: int) -> int:
    """The smallest basket, in minor units, that a code of this face may be used in; 0 for any."""
    share = Fraction(rules.share) / 100 if rules.share else Fraction(1)
    by_share = -(-face * share.denominator // share.numerator) if rules.share and share else 0
    by_rest = face + rules.min_payable if rules.min_payable else 0
    return max(by_share, by_rest)


def tag(rules: CodeRules, face: int) -> str:
    """What the code carries to say which rules it was given and how they were written."""
    return f"rabattkonto-rules-{rules.mark}-{least(rules, face)}-{'some' if rules.barred else 'all'}"


def read_mark(tags: list[str], smallest: int, restricted: bool) -> str:
    """The mark of the rules that a code keeps: what its tag says, unless the limits themselves say otherwise."""
    found = next((match for each in tags if (match := TAG.fullmatch(each))), None)
    if found is None:
        return CHANGED if smallest or restricted else ""
    kept = int(found["least"]) == smallest and (found["goods"] == "some") == restricted
    return found["mark"] if kept else CHANGED


def unkept(rules: CodeRules, has_collection: bool) -> str:
    """Why Shopify cannot keep these rules, in sentences; empty when it can."""
    if any(each.group for each in rules.barred):
        return (
            "An [[exclude]] with a group cannot be kept by Shopify: which goods a code is for is the same for all"
            " customers. Leave the group out, or set use = false for it."
        )
    if rules.share and not Fraction(rules.share):
        return "With max_share_percent = “0” no credit could ever be used. Set automatic = false instead."
    if rules.barred and not has_collection:
        return (
            "An [[exclude]] that forbids use needs a collection in Shopify that holds everything credit may be used"
            f" on: make one with the handle “{ALLOWED}” (Products, Collections; its address ends in"
            f" /collections/{ALLOWED}), then try again. Credit is used on the goods in it and on no others."
        )
    return ""
