"""The failures that users and operators meet. Each takes the facts and writes its own sentence."""


class BridgeError(Exception):
    """A failure whose text is fit to be shown: what happened, what was done, what to do."""


class SettingsError(BridgeError):
    """One or more settings cannot be used; the text lists every problem at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("These settings cannot be used:\n" + "\n".join(f"  - {p}" for p in problems))


class SignatureError(BridgeError):
    """A delivery that is not signed with a secret of this shop. Nothing of it is kept."""


class ShopError(BridgeError):
    """The shop did not do what was asked. Subclasses say whether asking again makes sense."""


class ShopAway(ShopError):
    """The shop cannot be reached or is overloaded: try again later. ``after`` is in seconds, if it said so."""

    def __init__(self, text: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(text)


class ShopRefused(ShopError):
    """The shop answered, and the answer is no: trying the same again changes nothing."""

    def __init__(self, text: str, code: str = "") -> None:
        self.code = code
        super().__init__(text)


class AccessLost(ShopRefused):
    """The shop no longer accepts our key: the merchant has to give a new one."""


class Unsettled(BridgeError):
    """A delivery that cannot be booked without a decision: it goes to "needs attention" with this sentence."""


class SealBroken(BridgeError):
    """A stored secret that no key of ours opens, or that was moved here from another row."""

    def __init__(self, field: str) -> None:
        super().__init__(
            f"The stored “{field}” cannot be opened with the keys at hand. Give SECRET_KEY (or the key file"
            " in the data folder) the value it had when the shop was added, or enter the access again."
        )


class Busy(BridgeError):
    """The inbox cannot take a delivery durably right now; the answer is 503 and nothing was kept."""


class NotFound(BridgeError):
    """A shop, account, delivery or version that does not exist here."""


class Refused(BridgeError):
    """An action of a user that the rules do not allow, with the reason."""


class CopyFailed(BridgeError):
    """A copy of the database that could not be made, is damaged, or cannot be put back here."""
