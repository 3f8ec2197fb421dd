"""A transport for requests that needs no socket."""

from adapters.wires import AppTransport, InProcess
from adapters.woocommerce.sandbox.rest import create_app
from adapters.woocommerce.sandbox.shop import ToyShop


class ToyTransport(AppTransport):
    """Mount it on a session for ``shop.url``, and requests to the shop go straight into its application."""

    def __init__(self, shop: ToyShop) -> None:
        super().__init__(create_app(shop, InProcess()))
