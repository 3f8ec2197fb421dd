"""What the interface can do: operations with their models, of which routes and document are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from bridge.api.models import Money
from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services.contact import load_shop
from bridge.services.tokens import Bearer, Scope

Q = TypeVar("Q")
B = TypeVar("B")


class Nothing(BaseModel):
    """No parameters, or no body."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, B]):
    """One request as a handler takes it. ``mark`` is the same whenever the request's Idempotency-Key is."""

    runtime: Runtime
    bearer: Bearer
    language: str
    path: Mapping[str, str]
    query: Q
    body: B
    mark: str = ""

    @property
    def shop(self) -> int:
        """The one shop that the token is for: whatever is looked up is looked up in it."""
        return self.bearer.shop


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. ``path`` has its parameters in braces, as the document writes them."""

    method: str
    path: str
    scope: Scope
    handle: Callable[[Any], BaseModel]
    answer: type[BaseModel]
    query: type[BaseModel] = Nothing
    body: type[BaseModel] = Nothing
    status: int = 200
    keyed: bool = False
    """Whether it needs an Idempotency-Key: done twice, it would count twice."""
    deed: str = ""
    """What the trail says when it has succeeded, empty for one that only looks."""

    @property
    def summary(self) -> str:
        """What it does, in the handler's own words."""
        return (self.handle.__doc__ or "").strip()

    @property
    def name(self) -> str:
        """Its name in the document."""
        return self.handle.__name__


def shop_amount(call: Call[Any, Any], amount: Money) -> int:
    """The minor units of an amount that a request names; ``Refused`` unless it is in the shop's currency."""
    currency = load_shop(call.runtime, call.shop).currency
    if amount.currency != currency:
        raise Refused(f"The amount is in {amount.currency}, but the shop sells in {currency}. Nothing was done.")
    return amount.amount
