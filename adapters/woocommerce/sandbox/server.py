"""The toy shop on a loopback socket, with its queue running beside it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from adapters.woocommerce.sandbox.rest import create_app
from adapters.woocommerce.sandbox.shop import ToyShop

QUEUE_PAUSE = 0.2


class Quiet(WSGIRequestHandler):
    """Requests are not worth a line on the screen."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


def serve_in_thread(shop: ToyShop, port: int = 0, *, queue: bool = True) -> tuple[str, Callable[[], None]]:
    """Serve a shop on 127.0.0.1; its address and a function that stops it.

    The shop's own address becomes the one served. With ``queue`` its deliveries go out by themselves
    every 0.2 seconds; without, only ``shop.run_queue()`` sends them. Raises ``OSError`` for a taken port.
    """
    server = make_server("127.0.0.1", port, create_app(shop), threaded=True, request_handler=Quiet)
    shop.settings = replace(shop.settings, url=f"http://127.0.0.1:{server.server_port}")
    done = threading.Event()
    threads = [threading.Thread(target=server.serve_forever, name="toy-shop", daemon=True)]
    if queue:
        threads.append(threading.Thread(target=_send, args=(shop, done), name="toy-queue", daemon=True))
    for thread in threads:
        thread.start()
    return shop.url, lambda: _stop(server, done, threads)


@contextmanager
def serve(shop: ToyShop, port: int = 0, *, queue: bool = True) -> Iterator[str]:
    """``serve_in_thread`` for a ``with`` block: yields the address."""
    url, stop = serve_in_thread(shop, port, queue=queue)
    try:
        yield url
    finally:
        stop()


def _send(shop: ToyShop, done: threading.Event) -> None:
    while not done.wait(QUEUE_PAUSE):
        shop.run_queue()


def _stop(server: BaseWSGIServer, done: threading.Event, threads: list[threading.Thread]) -> None:
    done.set()
    server.shutdown()
    server.server_close()
    for thread in threads:
        thread.join(timeout=5)
