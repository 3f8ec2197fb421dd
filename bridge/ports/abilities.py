"""What only some platforms can; asked for by ``isinstance``."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bridge.ports.platform import Access


@dataclass(frozen=True, slots=True)
class Granted:
    """What a shop sends once its owner has let us in. ``state`` is the text that we sent along.

    ``may_write`` is False for a key that only reads: it is of no use.
    """

    state: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    may_write: bool


@runtime_checkable
class Approves(Protocol):
    """A platform whose shops make a key for us when their owner agrees: nothing has to be copied."""

    def approval(self, shop: str, state: str, back: str, answer: str) -> str:
        """The shop's page on which its owner agrees.

        The shop sends the key to ``answer`` with ``state`` in it, and only then the browser to ``back``.
        Empty when the shop would not send a key to that address.
        """
        ...

    def granted(self, raw: bytes) -> Granted | None:
        """What the shop sent to ``answer``; None for anything else."""
        ...


@runtime_checkable
class Recognises(Protocol):
    """A platform that can tell its shops by their address."""

    def recognises(self, access: Access) -> bool:
        """Whether a shop of this kind answers there, asked without a key. Raises ``ShopAway``, ``ShopRefused``."""
        ...
