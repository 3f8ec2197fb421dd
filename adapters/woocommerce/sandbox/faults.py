"""Switches that make the toy shop misbehave. Each counts down: "the next n" requests or deliveries."""

from dataclasses import dataclass


@dataclass(slots=True)
class Faults:
    """What goes wrong next. Requests first, deliveries below; ``stall`` and ``drip`` are in seconds.

    ``act_then_stall`` does what was asked and then answers too late; ``away`` drops the
    connection; ``redirect`` points to another host; ``oversized`` is an answer of ``size`` bytes and more;
    ``late`` sends a body built now one round later, so that it arrives stale.
    """

    server_error: int = 0
    too_many: int = 0
    html: int = 0
    unauthorized: int = 0
    away: int = 0
    act_then_stall: int = 0
    slow: int = 0
    truncated: int = 0
    wrong_shape: int = 0
    redirect: int = 0
    oversized: int = 0
    lose: int = 0
    double: int = 0
    late: int = 0
    reverse: int = 0
    reserve_fails: int = 0

    retry_after: str = ""
    stall: float = 60.0
    drip: float = 0.05
    size: int = 33 * 1024 * 1024

    def take(self, name: str) -> bool:
        """Use up one of the named fault; False when none is left."""
        left: int = getattr(self, name)
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True
