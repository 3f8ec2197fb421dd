"""``/metrics`` for Prometheus: there only with a METRICS_TOKEN, and only for whoever shows it."""

from hmac import compare_digest

from flask import Flask, Response, abort, request

from bridge.reports.metrics import metrics
from bridge.runtime import Runtime


def add(app: Flask, runtime: Runtime) -> None:
    """The route. Without a token set it does not exist."""
    token = runtime.settings.metrics_token

    @app.get("/metrics")
    def figures() -> Response:
        if token is None:
            abort(404)
        if not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
            return Response(status=401, headers={"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
        return Response(metrics(runtime), mimetype="text/plain; version=0.0.4")
