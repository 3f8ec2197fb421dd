"""Lists as the interface gives them: filtered, ordered, paged, cut to the wanted fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from flask import Response, request

from adapters.woocommerce.sandbox.php import php_json
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.state import State

Body = Mapping[str, Any]


class Listed(Protocol):
    """What every listed record has."""

    @property
    def id(self) -> int:
        """The record's number."""
        ...

    @property
    def created(self) -> datetime:
        """When it was made."""
        ...


Item = TypeVar("Item", bound=Listed)


def page(state: State, records: Iterable[Item], show: Callable[[Item], Body]) -> Response:
    """The wanted page of the wanted records, with the totals in the headers."""
    found = _ordered(_included(_changed(state, records)))
    size = _number("per_page", 10, 100)
    number = _number("page", 1)
    shown = [_fields(show(record)) for record in found[(number - 1) * size : number * size]]
    pages = -(-len(found) // size)
    head = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages), **_link(number, pages)}
    return answer(shown, head=head)


def answer(body: object, status: int = 200, head: Mapping[str, str] | None = None) -> Response:
    """One answer of the interface, in PHP's own JSON."""
    return Response(php_json(body), status, dict(head or {}), mimetype="application/json")


def one(body: Body) -> Response:
    """A single record, cut to the wanted fields."""
    return answer(_fields(body))


def moment(state: State, text: str, *, utc: bool = False) -> datetime:
    """A moment that a request names: shop time unless it says otherwise. Raises ``Refusal``."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("rest_invalid_param", f"Invalid date: {text}") from None
    zone = UTC if utc else ZoneInfo(state.settings.timezone)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)


def numbers(name: str) -> list[int]:
    """Ids in a parameter, ``1,2,3`` or repeated."""
    texts = [
        part
        for value in (*request.args.getlist(name), *request.args.getlist(f"{name}[]"))
        for part in value.split(",")
    ]
    return [int(text) for text in texts if text.strip().isdigit()]


def _changed(state: State, records: Iterable[Item]) -> list[Item]:
    """Those made or changed in the wanted time. All bounds are exclusive, and shop time unless told otherwise."""
    utc = request.args.get("dates_are_gmt", "").lower() in {"1", "true"}
    found = list(records)
    for name, stamp in (("", _created), ("modified_", _modified)):
        if after := request.args.get(f"{name}after"):
            edge = moment(state, after, utc=utc)
            found = [record for record in found if stamp(record) > edge]
        if before := request.args.get(f"{name}before"):
            edge = moment(state, before, utc=utc)
            found = [record for record in found if stamp(record) < edge]
    return found


def _included(records: Sequence[Item]) -> list[Item]:
    wanted, unwanted = numbers("include"), set(numbers("exclude"))
    if "include" in request.args or "include[]" in request.args:
        records = [record for record in records if record.id in set(wanted)]
    return [record for record in records if record.id not in unwanted]


def _ordered(records: Sequence[Item]) -> list[Item]:
    by = request.args.get("orderby", "date")
    keys: dict[str, Callable[[Item], Any]] = {
        "id": lambda record: record.id,
        "date": lambda record: (record.created, record.id),
        "registered_date": lambda record: (record.created, record.id),
        "name": lambda record: record.id,
        "modified": lambda record: (_modified(record), record.id),
        "include": lambda record: numbers("include").index(record.id),
    }
    if by not in keys:
        raise Refusal("rest_invalid_param", "Invalid parameter(s): orderby", details={"params": {"orderby": by}})
    rising = request.args.get("order", "asc" if by == "include" else "desc") == "asc"
    return sorted(records, key=keys[by], reverse=not rising)


def _created(record: Listed) -> datetime:
    return record.created


def _modified(record: Listed) -> datetime:
    # A refund is never changed: it carries only the moment when it was made.
    stamp: datetime = getattr(record, "modified", record.created)
    return stamp


def _fields(body: Body) -> Body:
    wanted = [name.strip() for name in request.args.get("_fields", "").split(",") if name.strip()]
    return {name: body[name] for name in body if name in wanted} if wanted else body


def _number(name: str, default: int, highest: int | None = None) -> int:
    text = request.args.get(name, str(default))
    value = int(text) if text.isdigit() else 0
    if value >= 1 and (highest is None or value <= highest):
        return value
    limits = f"between 1 (inclusive) and {highest} (inclusive)" if highest else "greater than or equal to 1"
    sentence = f"{name} must be {limits}"
    raise Refusal("rest_invalid_param", f"Invalid parameter(s): {name}", details={"params": {name: sentence}})


def _link(number: int, pages: int) -> dict[str, str]:
    others = [(number - 1, "prev"), (number + 1, "next")]
    links = [f'<{_address(n)}>; rel="{rel}"' for n, rel in others if 1 <= n <= pages]
    return {"Link": ", ".join(links)} if links else {}


def _address(number: int) -> str:
    rest = [(k, v) for k, v in request.args.items(multi=True) if k != "page" and not k.startswith("oauth_")]
    query = "&".join(f"{key}={value}" for key, value in [*rest, ("page", str(number))])
    return f"{request.base_url}?{query}"
