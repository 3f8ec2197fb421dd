"""Toy shops on a loopback socket, with what they send running beside them."""

import threading
from collections.abc import Callable

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

PAUSE = 0.2
"""Seconds between two looks at what a shop has to send."""


class Quiet(WSGIRequestHandler):
    """Requests are not worth a line on the screen."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


def serve_app(app: Flask, port: int, run_queue: Callable[[], int] | None) -> tuple[str, Callable[[], None]]:
    """Serve an application on 127.0.0.1 (port 0: a free one); its address and a function that stops it.

    ``run_queue`` is called every 0.2 seconds. Raises ``OSError`` for a taken port.
    """
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    done = threading.Event()
    threads = [threading.Thread(target=server.serve_forever, name="toy-shop", daemon=True)]
    if run_queue is not None:
        threads.append(threading.Thread(target=_send, args=(run_queue, done), name="toy-queue", daemon=True))
    for thread in threads:
        thread.start()
    return f"http://127.0.0.1:{server.server_port}", lambda: _stop(server, done, threads)


def _send(run_queue: Callable[[], int], done: threading.Event) -> None:
    while not done.wait(PAUSE):
        run_queue()


def _stop(server: BaseWSGIServer, done: threading.Event, threads: list[threading.Thread]) -> None:
    done.set()
    server.shutdown()
    server.server_close()
    for thread in threads:
        thread.join(timeout=5)
