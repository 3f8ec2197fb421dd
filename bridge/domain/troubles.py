"""What is not as it should be, for the merchant: one sentence, what to do, what mends it; German and English.

A case keeps its technical sentence; here its subject and reason say what that means for the shop. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.tongue import Texts, Tongue
from bridge.domain.troubles_texts import TEXTS


class Remedy(StrEnum):
    """What mends it; the pages have a button or a link for each."""

    NONE = ""
    KEY = "key"
    WEBHOOKS = "webhooks"
    RECONCILE = "reconcile"
    REPLAY = "replay"
    ACCOUNT = "account"
    PROGRAMME = "programme"
    PAID = "paid"
    CASES = "cases"
    PROPOSALS = "proposals"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. ``name`` is what it is called in the texts, ``about`` its subject or a count.

    ``detail`` is the technical sentence, in English. ``grave``: nothing works until somebody does something.
    """

    name: str
    about: str = ""
    detail: str = ""
    remedy: Remedy = Remedy.NONE
    grave: bool = False

    def sentence(self, language: str) -> str:
        """What is wrong, in “en” or else in German."""
        return self._say("", language)

    def to_do(self, language: str) -> str:
        """What to do about it; empty where it is in the button."""
        return self._say(", to do", language)

    def _say(self, part: str, language: str) -> str:
        texts: Texts = TEXTS
        name = f"{self.name if self.name in texts else 'unknown'}{part}"
        if self.about == "1" and f"{name}, one" in texts:
            name += ", one"
        return Tongue(language, "EUR", texts).say(name, about=self.about) if name in texts else ""


_SHOP: Mapping[str, tuple[Remedy, bool]] = {
    "access lost": (Remedy.KEY, True),
    "locked": (Remedy.KEY, True),
    "refused": (Remedy.RECONCILE, True),
    "webhooks": (Remedy.WEBHOOKS, True),
    "webhooks repaired": (Remedy.RECONCILE, False),
}

_ORDER: Mapping[str, Remedy] = {
    "not settled": Remedy.RECONCILE,
    "code used twice": Remedy.ACCOUNT,
    "credit not used": Remedy.ACCOUNT,
    "customer not told": Remedy.NONE,
    "unknown code": Remedy.NONE,
}


def of_case(subject: str, reason: str, about: str, detail: str) -> Trouble:
    """The trouble that a case is about. ``about`` is the order's number, or the name of the account's owner."""
    kind, _, rest = subject.partition(":")
    match kind:
        case "shop":
            remedy, grave = _SHOP.get(reason, (Remedy.NONE, True))
            return Trouble(reason, about, detail, remedy, grave)
        case "order":
            return Trouble(reason, about, detail, _ORDER.get(reason, Remedy.NONE))
        case "account":
            return Trouble(reason, about, detail, Remedy.ACCOUNT)
        case "status":
            return Trouble(reason, rest.partition("/")[0], detail, Remedy.PAID)
        case "question":
            return Trouble("question", rest, detail, Remedy.QUESTION)
        case "request" | "mail":
            return Trouble("privacy request" if kind == "request" else "mail", rest, detail)
        case "budget":
            return Trouble("budget", reason, detail, Remedy.PROGRAMME)
        case "night":
            return Trouble(f"night, {reason}" if f"night, {reason}" in TEXTS else "night", about, detail)
        case _:
            return Trouble("unknown", about, detail)
