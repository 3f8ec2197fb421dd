"""The toy shop on a loopback socket, or in this process without one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from adapters.serving import serve_app
from adapters.shopify.sandbox.app import create_app
from adapters.shopify.sandbox.shop import ToyShop
from adapters.wires import AppTransport, InProcess


class ToyTransport(AppTransport):
    """Mount it on a session for ``shop.url``, and requests to the shop go straight into its application."""

    def __init__(self, shop: ToyShop) -> None:
        super().__init__(create_app(shop, InProcess()))


def serve_in_thread(shop: ToyShop, port: int = 0, *, queue: bool = True) -> tuple[str, Callable[[], None]]:
    """Serve a shop on 127.0.0.1; its address and a function that stops it.

    The shop's own address and domain become those served. With ``queue`` deliveries go out by themselves.
    """
    url, stop = serve_app(create_app(shop), port, shop.run_queue if queue else None)
    shop.settings = replace(shop.settings, url=url, domain=url.removeprefix("http://"))
    return url, stop


@contextmanager
def serve(shop: ToyShop, port: int = 0, *, queue: bool = True) -> Iterator[str]:
    """``serve_in_thread`` for a ``with`` block: yields the address."""
    url, stop = serve_in_thread(shop, port, queue=queue)
    try:
        yield url
    finally:
        stop()
