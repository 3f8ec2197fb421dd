"""Toy shops and the bridge in one process or over sockets: how requests travel, and how a connection breaks."""

import socket
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

import requests
from flask import Flask, request
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from werkzeug.test import Client

Send: TypeAlias = Callable[[str, Mapping[str, str], bytes], int]
"""``send(url, headers, body) -> status`` carries one delivery; raises ``OSError`` when nobody answers."""


class Wire(Protocol):
    """How a broken connection is played: over a real socket, or by raising what a client would see."""

    def stall(self, seconds: float) -> None:
        """Answer nothing for so long."""
        ...

    def drop(self) -> None:
        """Hang up without an answer."""
        ...


class OnTheWire:
    """A real server: it sleeps, and closes the socket under the request."""

    def stall(self, seconds: float) -> None:
        """Sleep; the client's patience ends first."""
        time.sleep(seconds)

    def drop(self) -> None:
        """Shut the connection down, where the server lets us reach it."""
        connection = request.environ.get("werkzeug.socket")
        if isinstance(connection, socket.socket):
            connection.shutdown(socket.SHUT_RDWR)


class InProcess:
    """Broken connections as the exceptions that a client of requests would see."""

    def stall(self, seconds: float) -> None:
        """The client lost its patience."""
        raise requests.ReadTimeout(f"no answer within {seconds} seconds")

    def drop(self) -> None:
        """The shop hung up."""
        raise requests.ConnectionError("the shop closed the connection")


class AppTransport(BaseAdapter):
    """Mount it on a session for a shop's address, and requests go straight into its application."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._client = Client(app)

    def send(self, request: requests.PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        """Carry out one request. Time-outs and proxies mean nothing here."""
        parts = urlsplit(request.url or "")
        answer = self._client.open(
            method=request.method or "GET",
            base_url=f"{parts.scheme}://{parts.netloc}",
            path=parts.path,
            query_string=parts.query,
            headers=list(request.headers.items()),
            data=request.body or b"",
        )
        return _response(request, answer.status_code, dict(answer.headers), answer.get_data())

    def close(self) -> None:
        """Nothing is open."""


def into_app(app: Flask) -> Send:
    """A ``send`` that hands deliveries to a Flask application in this process."""

    def send(url: str, headers: Mapping[str, str], body: bytes) -> int:
        path = urlsplit(url).path
        return (
            app.test_client()
            .post(path, data=body, headers=dict(headers), base_url=url.removesuffix(path))
            .status_code
        )

    return send


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.raw = HTTPResponse(BytesIO(body), preload_content=False)
    response.request = request
    response.url = request.url or ""
    return response
