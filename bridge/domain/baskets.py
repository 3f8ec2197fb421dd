"""What a programme forbids a code to take off a basket. The shop's storefront keeps it; here it is only said."""

from fractions import Fraction

from bridge.domain.money import plain_percent
from bridge.domain.programme import Exclude, Programme
from bridge.ports import Barred, CodeRules


def basket_rules(programme: Programme) -> CodeRules:
    """The rules that every live code carries under this programme; none for most of them."""
    redeem = programme.redeem
    return CodeRules(
        share=_share(redeem.max_share_percent),
        min_payable=redeem.min_payable,
        barred=tuple(_barred(rule) for rule in programme.exclude if rule.use),
    )


def _share(most: Fraction | None) -> str:
    return "" if most is None or most == 1 else plain_percent(most)


def _barred(rule: Exclude) -> Barred:
    return Barred(rule.sku or (), rule.product or (), rule.category or (), rule.tag or (), rule.group or ())
