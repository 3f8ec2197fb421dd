"""Cursors: where a list goes on. Opaque to whoever sends them back; one that we never gave is refused."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from bridge.errors import Refused


def write(*numbers: int) -> str:
    """The place as a text."""
    return urlsafe_b64encode(",".join(map(str, numbers)).encode()).decode().rstrip("=")


def read(cursor: str) -> int:
    """The id after which a list goes on, 0 for its beginning; ``Refused`` for what ``write`` did not make."""
    return _numbers(cursor, 1)[0] if cursor else 0


def read_pair(cursor: str) -> tuple[int, int]:
    """The two numbers of a cursor that has so many; ``Refused`` for any other."""
    first, second = _numbers(cursor, 2)
    return first, second


def _numbers(cursor: str, parts: int) -> list[int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        numbers = [int(part) for part in urlsafe_b64decode(padded).decode().split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != parts or any(abs(number) >= 2**63 for number in numbers):
        raise Refused("This cursor was not given out for this list; begin without one.")
    return numbers
