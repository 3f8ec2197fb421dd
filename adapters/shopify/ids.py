"""Shopify's two kinds of ids: bare numbers in webhooks, ``gid://shopify/Type/number`` in GraphQL. Pure."""

import re

from adapters.documents import Unclear

_GID = re.compile(r"gid://shopify/[A-Za-z]+/([0-9]{1,19})(?:\?.*)?")


def gid(kind: str, number: str) -> str:
    """``gid("Order", "7")`` is ``gid://shopify/Order/7``."""
    return f"gid://shopify/{kind}/{number}"


def number(found: str) -> str:
    """The number in a GID; raises ``Unclear`` for anything else."""
    match = _GID.fullmatch(found)
    if match is None:
        raise Unclear("an id in it is none")
    return match[1]


def numeric(ids: list[str]) -> list[str]:
    """Those of the ids that a GID can be made of, each once."""
    return [each for each in dict.fromkeys(ids) if each.isascii() and each.isdigit() and len(each) < 20]
