"""Short ways to write orders, programmes and moments, with defaults that no test depends on."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.domain import document
from bridge.domain.orders import Article, CodeUse, Credit, Line, Order, State
from bridge.domain.programme import Programme, Timeline, Version

BERLIN = ZoneInfo("Europe/Berlin")


def at(clock: str) -> datetime:
    """``"2026-03-02 10:00"`` on a clock in Berlin, as UTC."""
    return datetime.fromisoformat(clock).replace(tzinfo=BERLIN).astimezone(UTC)


def line(
    line_id: str = "1",
    paid: int = 10000,
    quantity: int = 1,
    credit: int = 0,
    code: str = "guthaben-a",
    **values: Any,
) -> Line:
    """A line at 19 percent; ``credit`` is what the code took off, other names are those of article or line."""
    of_article = {name: values.pop(name) for name in tuple(values) if name in Article.__dataclass_fields__}
    article = Article(**{"sku": "TEE", "name": "Tee", **of_article, "credit": of_article.get("credit")})
    credits_ = (Credit(code, credit),) if credit else ()
    defaults: dict[str, Any] = {"net": round(paid / 1.19), "tax": "19"}
    return Line(line_id, article, quantity, paid, credits=credits_, **defaults | values)


def order(*lines: Line, clock: str = "2026-03-02 10:00", state: State = State.PAID, **values: Any) -> Order:
    """An order of Anna's that was placed, and last changed, at the clock's moment."""
    moment = at(clock)
    taken: dict[str, int] = {}
    for item in lines:
        for part in item.credits:
            taken[part.code] = taken.get(part.code, 0) + part.amount
    defaults: dict[str, Any] = {
        "id": "1001", "currency": "EUR", "updated": moment, "placed": moment, "customer": "anna",
        "codes": tuple(CodeUse(code, face) for code, face in taken.items()),
    }  # fmt: skip
    fields = defaults | values
    return Order(number=fields["id"], state=state, lines=lines or (line(),), **fields)


def programme(rules: str = "", basics: str = "available_after_days = 0") -> Programme:
    """A programme in euros: ``basics`` stands under ``[programme]``, ``rules`` below."""
    return document.read(f'[programme]\ncurrency = "EUR"\n{basics}\n{rules}')


def timeline(*programmes: Programme | tuple[str, Programme]) -> Timeline:
    """Versions in a row; all but the first say from when on they are in force."""
    versions = []
    for number, item in enumerate(programmes, start=1):
        since, what = item if isinstance(item, tuple) else (None, item)
        versions.append(Version(number, at(since) if since else None, what))
    return Timeline(versions)
