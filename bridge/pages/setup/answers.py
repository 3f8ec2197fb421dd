"""Where a shop sends the key that its owner has granted. Exactly 200 keeps it; anything else deletes it there."""

from flask import Blueprint, Response, abort, request

from bridge.errors import NotFound
from bridge.runtime import Runtime
from bridge.services import approvals

_LARGEST = 16 * 1024


def blueprint(runtime: Runtime) -> Blueprint:
    """The one route. What is sent proves itself by the sealed text in it."""
    pages = Blueprint("approvals", __name__)

    @pages.post("/setup/answer/<platform>")
    def take_key(platform: str) -> Response:
        if request.content_length is None or request.content_length > _LARGEST:
            abort(413)
        try:
            taken = approvals.take(runtime, platform, request.get_data())
        except NotFound:
            taken = False
        return Response(status=200 if taken else 403, mimetype="text/plain")

    return pages
