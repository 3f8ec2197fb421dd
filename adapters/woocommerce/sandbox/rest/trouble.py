"""Faults on the way: what goes wrong before a request is answered, and what happens to its answer."""

import time
from collections.abc import Iterator

from flask import Response

from adapters.wires import Wire
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.state import State

DRIP = 64


def before(state: State, wire: Wire) -> Response | None:
    """The faults that keep a request from being carried out."""
    faults = state.faults
    if faults.take("away"):
        wire.drop()
        return Response(status=502)
    if faults.take("server_error"):
        raise Refusal("internal_server_error", "There has been a critical error on this website.", 500)
    if faults.take("too_many"):
        head = {"Retry-After": faults.retry_after} if faults.retry_after else {}
        return Response("Too Many Requests", 429, head, mimetype="text/plain")
    if faults.take("html"):
        return Response("<!doctype html><title>Maintenance</title><p>Back soon.", 200, mimetype="text/html")
    if faults.take("redirect"):
        return Response(status=302, headers={"Location": "https://elsewhere.example/"})
    if faults.take("unauthorized"):
        raise Refusal("woocommerce_rest_authentication_error", "Consumer secret is invalid.", 401)
    return None


def after(state: State, wire: Wire, response: Response) -> Response:
    """The faults that spoil the answer to a request that was carried out."""
    faults = state.faults
    if faults.take("act_then_stall"):
        wire.stall(faults.stall)
    if faults.take("truncated"):
        response.set_data(response.get_data()[: len(response.get_data()) // 2])
    if faults.take("wrong_shape"):
        response.set_data(b'{"surprise":true}')
    if faults.take("oversized"):
        response.set_data(response.get_data() + b" " * faults.size)
    if faults.take("slow"):
        response.response = _drops(response.get_data(), faults.drip)
    return response


def _drops(body: bytes, pause: float) -> Iterator[bytes]:
    for start in range(0, len(body), DRIP):
        time.sleep(pause)
        yield body[start : start + DRIP]
