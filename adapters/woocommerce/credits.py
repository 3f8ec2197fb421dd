"""How much our codes took off an order, and off which line. Minor units, pure.

The coupon lines say what each code took, the lines show where. They can disagree: a line edited
by hand loses its discount while the coupon line goes on showing it, and then the lines are right.
"""

from collections.abc import Sequence

from bridge.domain.money import split


def worths(stated: Sequence[int], shown: int) -> list[int]:
    """What each of our codes really took: as stated, but together never more than the lines show."""
    return split(min(sum(stated), shown), stated)


def shares(taken: Sequence[int], discounts: Sequence[int]) -> list[list[int]]:
    """For each code its part of every line's discount; other coupons own what remains.

    A single code that owns the whole discount gets exactly what each line shows. That
    matters: the shop spreads a code over pieces, so no proportion could be computed afresh.
    """
    left = list(discounts)
    parts = []
    for worth in taken:
        part = split(worth, left)
        left = [rest - share for rest, share in zip(left, part, strict=True)]
        parts.append(part)
    return parts
