"""``/api/v1``: the interface for programs of the shop's owner. No sessions, no cookies, no forms.

Every token is for one shop, and whatever an operation looks up it looks up in that shop alone, so that another
shop's accounts are as unknown as those that do not exist.
"""

from functools import partial

from flask import Blueprint, Response

from bridge.api.document import document
from bridge.api.edge import answer, nowhere
from bridge.api.everything import OPERATIONS
from bridge.runtime import Runtime

ROOT = "/api/v1"


def blueprint(runtime: Runtime) -> Blueprint:
    """All operations, and the document that describes them."""
    routes = Blueprint("api", __name__, url_prefix=ROOT)
    for operation in OPERATIONS:
        path = operation.path.replace("{", "<").replace("}", ">")
        view = partial(answer, runtime, operation)
        routes.add_url_rule(path, operation.name, view, methods=[operation.method])

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return Response(document(), mimetype="application/json")

    routes.add_url_rule("/<path:anything>", "nowhere", nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return routes
