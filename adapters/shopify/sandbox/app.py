"""The shop as a web application: its token endpoint, its GraphQL endpoint and a shop window."""

import hashlib
import json
import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask, Response, render_template_string, request
from graphql import GraphQLError, execute_sync, parse, validate
from graphql.language import DocumentNode, OperationDefinitionNode

from adapters.shopify.keys import HEADER
from adapters.shopify.sandbox.changes import mutations
from adapters.shopify.sandbox.checkout import financial_status, total
from adapters.shopify.sandbox.graph import queries, schema
from adapters.shopify.sandbox.shop import ToyShop
from adapters.shopify.sandbox.throttle import MOST_FOR_ONE, charged, reckoned
from adapters.wires import OnTheWire, Wire
from bridge.domain.money import plain

LIFE = timedelta(seconds=86_399)
"""How long a token is good."""

_WINDOW = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ name }}</title><h1>{{ name }}</h1>
<p>A toy shop that speaks like Shopify.</p><table><tr><th>Order</th><th>Customer</th><th>Total</th><th>Paid?</th>
<th>Codes</th></tr>{% for o in orders %}<tr><td>{{ o.name }}</td><td>{{ o.who }}</td><td>{{ o.total }}</td>
<td>{{ o.status }}</td><td>{{ o.codes }}</td></tr>{% endfor %}</table>"""


def create_app(shop: ToyShop, wire: Wire | None = None) -> Flask:
    """A WSGI application around a shop. ``wire`` says how a stalled or broken connection is played."""
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    desk = _Desk(shop, wire or OnTheWire())
    app.post("/admin/oauth/access_token")(desk.token)
    app.post("/admin/api/<version>/graphql.json")(desk.graphql)
    app.get("/")(desk.window)
    return app


class _Desk:
    """Answers requests, one at a time."""

    def __init__(self, shop: ToyShop, wire: Wire) -> None:
        self._shop = shop
        self._wire = wire

    def token(self) -> Response:
        """The client credentials grant."""
        shop, given = self._shop, request.get_json(silent=True) or request.form
        known = (shop.settings.client_id, shop.settings.client_secret)
        if not known[0] or (given.get("client_id"), given.get("client_secret")) != known:
            return _json({"error": "invalid_client"}, 401)
        if given.get("grant_type") != "client_credentials":
            return _json({"error": "unsupported_grant_type"}, 400)
        with shop.lock:
            value = f"shpat_{secrets.token_hex(16)}"
            shop.tokens[value] = shop.clock() + LIFE
        scope = ",".join(shop.settings.scopes)
        return _json({"access_token": value, "scope": scope, "expires_in": int(LIFE.total_seconds())}, 200)

    def graphql(self, version: str) -> Response:
        """One operation."""
        refused = self._before()
        if refused is not None:
            return refused
        with self._shop.lock:
            answer = self._execute(request.get_json())
        response = _json(answer, 200)
        response.headers["X-Shopify-API-Version"] = self._shop.settings.served
        return self._after(response)

    def window(self) -> str:
        """What has been bought, for people."""
        shop = self._shop
        orders = [
            {
                "name": f"#{each.number}",
                "who": each.email,
                "total": plain(total(shop, each), shop.settings.currency),
                "status": financial_status(shop, each),
                "codes": ", ".join(code for code, _ in each.codes),
            }
            for each in reversed(shop.orders.values())
        ]
        return render_template_string(_WINDOW, name=shop.settings.name, orders=orders)

    # --- faults -------------------------------------------------------------------------------

    def _before(self) -> Response | None:
        faults = self._shop.faults
        if faults.take("away"):
            self._wire.drop()
            return Response(status=502)
        if faults.take("server_error"):
            return Response("Internal Server Error", 500)
        if faults.take("html"):
            return Response("<!doctype html><title>Maintenance</title>", 200, mimetype="text/html")
        if faults.take("unauthorized") or not self._is_known(request.headers.get(HEADER, "")):
            return _json({"errors": "[API] Invalid API key or access token (unrecognized login)"}, 401)
        if faults.take("throttled"):
            return _json(self._throttled(0.0), 200)
        if faults.take("internal"):
            return _json({"errors": [_error("Internal error.", "INTERNAL_SERVER_ERROR")]}, 200)
        return None

    def _is_known(self, token: str) -> bool:
        shop = self._shop
        permanent = bool(shop.settings.token) and token == shop.settings.token
        until = shop.tokens.get(token)
        return permanent or (until is not None and until > shop.clock())

    def _after(self, response: Response) -> Response:
        faults = self._shop.faults
        if faults.take("act_then_stall"):
            self._wire.stall(faults.stall)
        if faults.take("truncated"):
            response.set_data(response.get_data()[: len(response.get_data()) // 2])
        if faults.take("wrong_shape"):
            response.set_data(b'{"surprise":true}')
        return response

    # --- one operation ------------------------------------------------------------------------

    def _execute(self, asked: Any) -> Any:
        document, problems = _checked(asked["query"])
        name, variables = asked["operationName"], asked.get("variables") or {}
        if problems:
            return {"errors": [_error(each, "GRAPHQL_VALIDATION_FAILED") for each in problems]}
        cost = reckoned(document, name, variables)
        if cost > MOST_FOR_ONE:
            return {"errors": [_error(f"Query cost is {cost:.0f}, which exceeds 1000.", "MAX_COST_EXCEEDED")]}
        if self._shop.throttle.refill() < cost:
            return self._throttled(cost)
        changes = _is_mutation(document, name)
        root = mutations(self._shop) if changes else queries(self._shop)
        result = execute_sync(schema(), document, root, variable_values=variables, operation_name=name)
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [_error(_message(each), "GRAPHQL_ERROR") for each in result.errors]
        actual = charged(result.data, changes)
        self._shop.throttle.charge(actual)
        return answer | {"extensions": self._cost(cost, actual)}

    def _throttled(self, cost: float) -> dict[str, Any]:
        return {"errors": [_error("Throttled", "THROTTLED")], "extensions": self._cost(cost, None)}

    def _cost(self, requested: float, actual: float | None) -> dict[str, Any]:
        status = self._shop.throttle.status()
        return {"cost": {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}}


@cache
def _checked(text: str) -> tuple[DocumentNode, tuple[str, ...]]:
    """A document, and what is wrong with it. Clients send few of them, and often."""
    document = parse(text)
    return document, tuple(error.message for error in validate(schema(), document))


def _is_mutation(document: DocumentNode, name: str) -> bool:
    found = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return any(each.name and each.name.value == name and each.operation.value == "mutation" for each in found)


def _message(error: GraphQLError) -> str:
    return error.message


def _error(message: str, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


def _json(body: Any, status: int) -> Response:
    raw = json.dumps(body)
    response = Response(raw, status, mimetype="application/json")
    response.headers["X-Request-Id"] = hashlib.sha256(raw.encode()).hexdigest()[:16]
    return response
