"""The toy shop on a loopback socket, with its queue running beside it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from adapters.serving import serve_app
from adapters.woocommerce.sandbox.rest import create_app
from adapters.woocommerce.sandbox.shop import ToyShop


def serve_in_thread(shop: ToyShop, port: int = 0, *, queue: bool = True) -> tuple[str, Callable[[], None]]:
    """Serve a shop on 127.0.0.1; its address and a function that stops it.

    The shop's own address becomes the one served. With ``queue`` its deliveries go out by themselves
    every 0.2 seconds; without, only ``shop.run_queue()`` sends them. Raises ``OSError`` for a taken port.
    """
    url, stop = serve_app(create_app(shop), port, shop.run_queue if queue else None)
    shop.settings = replace(shop.settings, url=url)
    return url, stop


@contextmanager
def serve(shop: ToyShop, port: int = 0, *, queue: bool = True) -> Iterator[str]:
    """``serve_in_thread`` for a ``with`` block: yields the address."""
    url, stop = serve_in_thread(shop, port, queue=queue)
    try:
        yield url
    finally:
        stop()
