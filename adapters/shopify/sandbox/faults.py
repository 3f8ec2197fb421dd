"""Switches that make the toy shop misbehave. Each counts down: "the next n" requests or deliveries."""

from dataclasses import dataclass


@dataclass(slots=True)
class Faults:
    """What goes wrong next. Requests first, deliveries below; ``stall`` is in seconds.

    ``act_then_stall`` does what was asked and then answers too late; ``away`` drops the connection; ``lag`` counts
    uses of codes only when the queue has run; ``late`` holds a delivery back for one round.
    """

    server_error: int = 0
    html: int = 0
    unauthorized: int = 0
    away: int = 0
    throttled: int = 0
    internal: int = 0
    act_then_stall: int = 0
    truncated: int = 0
    wrong_shape: int = 0
    lag: int = 0
    lose: int = 0
    double: int = 0
    late: int = 0
    reverse: int = 0

    stall: float = 60.0

    def take(self, name: str) -> bool:
        """Use up one of the named fault; False when none is left."""
        left: int = getattr(self, name)
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True
