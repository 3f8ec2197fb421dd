"""The rules that a code carries, kept as the companion plugin keeps them; a shop without it knows none."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from adapters.woocommerce.sandbox.records import Coupon, Customer, Product
from adapters.woocommerce.sandbox.state import State


def limited(
    state: State, coupon: Coupon | None, products: Sequence[Product], left: Sequence[int], buyer: int
) -> tuple[int, list[int]]:
    """What a coupon may take (minor units), and of each product's rest in ``left`` how much it may touch."""
    rules = _rules(coupon) if coupon and state.settings.plugin else None
    if coupon is None or rules is None:
        return (coupon.amount if coupon else 0), list(left)
    groups = _groups(state.customers.get(buyer))
    usable = [
        0 if _is_barred(rules, product, groups) else rest for product, rest in zip(products, left, strict=True)
    ]
    most = int((sum(usable) * Decimal(rules["share"] or 100) / 100).to_integral_value(ROUND_FLOOR))
    least = int(Decimal(rules["min_payable"]).scaleb(2))
    most = min(most, sum(left) - least) if least else most
    return max(0, min(coupon.amount, most)), usable


def _rules(coupon: Coupon) -> Mapping[str, Any] | None:
    found = (entry.value for entry in coupon.meta if entry.key == "_rabattkonto_rules")
    return next((value for value in found if isinstance(value, dict)), None)


def _groups(customer: Customer | None) -> set[str]:
    return {customer.role} if customer else set()


def _is_barred(rules: Mapping[str, Any], product: Product, groups: set[str]) -> bool:
    words = _words(product) | {"group": groups}
    return any(all(words[kind] & set(named) for kind, named in rule.items()) for rule in rules["barred"])


def _words(product: Product) -> dict[str, set[str]]:
    whole = product.parent or product
    return {
        "sku": {product.sku},
        "product": {str(product.id), str(whole.id)},
        "category": {word for term in whole.categories for word in (term.name, term.slug)},
        "tag": {word for term in whole.tags for word in (term.name, term.slug)},
    }
