"""The small parts of answers: pages of things, amounts, stamps, numbers in GIDs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from adapters.shopify.sandbox.state import State
from bridge.domain.money import plain

Fields = dict[str, Any]


def connection(nodes: Sequence[Fields], first: int = 50, after: str | None = None, **_: object) -> Fields:
    """A page of things; the cursor is how many came before."""
    start = int(after) if after else 0
    page = nodes[start : start + first]
    end = start + len(page)
    return {"nodes": page, "pageInfo": {"hasNextPage": end < len(nodes), "endCursor": str(end) if page else None}}


def paged(nodes: Sequence[Fields]) -> Callable[..., Fields]:
    """A connection as a field."""
    return lambda _info, **asked: connection(nodes, **asked)


def money(state: State, amount: int) -> Fields:
    """An amount as every field of this kind states it."""
    return {"shopMoney": {"amount": plain(amount, state.settings.currency)}}


def number(asked: str) -> int:
    digits = asked.rpartition("/")[2]
    return int(digits) if digits.isdigit() else 0


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def numbers(asked: Iterable[str]) -> list[int]:
    """The numbers in GIDs."""
    return [number(each) for each in asked]
