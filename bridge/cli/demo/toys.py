"""The toy shops of the demo: one story can be told in each of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from bridge.errors import Refused

NAMES = ("woocommerce", "shopify")
_NAME = "Toy Shop"
_GOODS = {"TEE-RED": ("T-Shirt Red", "19.99"), "MUG": ("Mug", "9.99"), "STICKER": ("Sticker", "2.50")}
_ANNA = ("anna@customers.example", "Anna", "Muster")


class DemoShop(Protocol):
    """What the story needs of a shop. Amounts are minor units, orders are named by their ids."""

    platform: str
    name: str
    url: str
    key: str
    secret: str
    anna: str

    def buy(self, items: Sequence[tuple[str, int]], later: bool) -> str:
        """Anna buys goods by their SKUs, and pays at once or ``later``; the order."""
        ...

    def pay(self, order: str) -> None:
        """The money for an order has come in."""
        ...

    def take_back_one(self, order: str) -> None:
        """One piece of the order's first line comes back."""
        ...

    def live(self) -> list[tuple[str, int]]:
        """The codes that could be used now, with their amounts."""
        ...

    def shown(self) -> str:
        """The code that the shop shows Anna."""
        ...

    def taken(self, order: str) -> int:
        """What codes took off an order."""
        ...

    def fall_silent(self) -> None:
        """From now on every message is lost."""
        ...

    def speak_again(self) -> None:
        """Messages get through again."""
        ...

    def has_said_all(self) -> bool:
        """Whether nothing is on its way."""
        ...


@contextmanager
def opened(platform: str) -> Iterator[DemoShop]:
    """The toy shop of a platform, on a loopback port, stocked and with Anna as its customer."""
    if platform == "woocommerce":
        from bridge.cli.demo.woocommerce import opened as woocommerce

        with woocommerce(_NAME, _GOODS, _ANNA) as shop:
            yield shop
        return
    try:
        from bridge.cli.demo.shopify import opened as shopify
    except ImportError as missing:
        raise Refused(f"The toy Shopify needs {missing.name}; `python3 -m bridge demo` installs it.") from None
    with shopify(_NAME, _GOODS, _ANNA) as made:
        yield made
