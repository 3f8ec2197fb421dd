"""The same seven calls for every kind of record: list, show, create, change, delete, and the batch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rest.listing import Body, answer, one, page
from adapters.woocommerce.sandbox.state import State

BATCH = 100
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """One kind of record and what can be done with it. ``has_trash`` says that deleting may be undone."""

    path: str
    listed: Callable[[], Iterable[Any]]
    find: Callable[[int], Any]
    show: Callable[[Any], Body]
    create: Callable[[Json], Any]
    change: Callable[[Any, Json], None]
    trash: Callable[[Any], None]
    destroy: Callable[[Any], None]
    has_trash: bool = True


class Collection:
    """A resource on its addresses. Each call holds the shop's lock."""

    def __init__(self, state: State, resource: Resource) -> None:
        self.state = state
        self.resource = resource

    def mount(self, app: Flask, root: str) -> None:
        """Put the calls on their addresses."""
        path = f"{root}/{self.resource.path}"
        rules: list[tuple[str, list[str], Callable[..., Response]]] = [
            (path, ["GET"], self.list),
            (path, ["POST"], self.create),
            (f"{path}/batch", ["POST", "PUT", "PATCH"], self.batch),
            (f"{path}/<int:number>", ["GET"], self.show),
            (f"{path}/<int:number>", ["POST", "PUT", "PATCH"], self.change),
            (f"{path}/<int:number>", ["DELETE"], self.delete),
        ]
        for rule, methods, call in rules:
            app.add_url_rule(rule, f"{self.resource.path}.{call.__name__}", call, methods=methods)

    def list(self) -> Response:
        """A page of records."""
        with self.state.lock:
            return page(self.state, self.resource.listed(), self.resource.show)

    def show(self, number: int) -> Response:
        """One record."""
        with self.state.lock:
            return one(self.resource.show(self.resource.find(number)))

    def create(self) -> Response:
        """A new record, answered with 201."""
        with self.state.lock:
            return answer(self.resource.show(self.resource.create(payload())), 201)

    def change(self, number: int) -> Response:
        """A changed record."""
        with self.state.lock:
            return answer(self._change(number, payload()))

    def delete(self, number: int) -> Response:
        """Into the trash, or gone for good with ``force=true``."""
        with self.state.lock:
            record = self.resource.find(number)
            forced = request.args.get("force", "").lower() in {"1", "true"}
            if not forced and not self.resource.has_trash:
                code, sentence = "woocommerce_rest_trash_not_supported", "Resource does not support trashing."
                raise Refusal(code, sentence, 501)
            before = self.resource.show(record)
            (self.resource.destroy if forced else self.resource.trash)(record)
            return answer(before if forced else self.resource.show(record))

    def batch(self) -> Response:
        """Up to a hundred changes; each that fails carries its own error, the others stand."""
        wanted = payload()
        asked = {name: list(wanted.get(name) or []) for name in ("create", "update", "delete")}
        if sum(map(len, asked.values())) > BATCH:
            sentence = f"Unable to accept more than {BATCH} items for this request."
            raise Refusal("woocommerce_rest_request_entity_too_large", sentence, 413)
        with self.state.lock:
            done = {
                "create": [self._try(0, self._create, each) for each in asked["create"]],
                "update": [self._try(int(each.get("id", 0)), self._update, each) for each in asked["update"]],
                "delete": [self._try(int(each), self._destroy, int(each)) for each in asked["delete"]],
            }
        return answer({name: results for name, results in done.items() if results})

    def _try(self, number: int, call: Callable[[Any], Body], subject: object) -> Body:
        try:
            return call(subject)
        except Refusal as refusal:
            return {"id": number, "error": refusal.body()}

    def _create(self, entry: Json) -> Body:
        return self.resource.show(self.resource.create(entry))

    def _update(self, entry: Json) -> Body:
        return self._change(int(entry.get("id", 0)), entry)

    def _change(self, number: int, entry: Json) -> Body:
        record = self.resource.find(number)
        self.resource.change(record, entry)
        return self.resource.show(record)

    def _destroy(self, number: int) -> Body:
        record = self.resource.find(number)
        before = self.resource.show(record)
        self.resource.destroy(record)
        return before


def payload() -> Json:
    """The JSON object in the request; raises ``Refusal`` for anything else."""
    sent = request.get_json(silent=True)
    if request.get_data() and not isinstance(sent, dict):
        raise Refusal("rest_invalid_json", "Invalid JSON body passed.")
    return sent or {}
