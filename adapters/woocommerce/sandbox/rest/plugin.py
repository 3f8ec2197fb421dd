"""The companion plugin's own address: there only where the plugin is; it keeps what it is told."""

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from adapters.woocommerce.sandbox.rest.listing import answer
from adapters.woocommerce.sandbox.shop import ToyShop


def mount(app: Flask, root: str, shop: ToyShop) -> None:
    """The one address at which the bridge speaks to the plugin."""

    @app.post(f"{root}/rabattkonto")
    def keep() -> Response:
        if not shop.settings.plugin:
            raise NotFound
        shop.told = request.get_json()
        return answer({"heard": True})
