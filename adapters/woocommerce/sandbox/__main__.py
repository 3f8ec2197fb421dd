"""``python -m adapters.woocommerce.sandbox``: a toy shop to click around in."""

import argparse
import signal
import threading
from typing import NoReturn

from adapters.woocommerce.sandbox.server import serve
from adapters.woocommerce.sandbox.shop import ToyShop


def main() -> None:
    """Serve a small stocked shop until Ctrl-C or SIGTERM."""
    options = _options()
    shop = ToyShop(
        key=options.key,
        secret=options.secret,
        plugin=not options.no_plugin,
        prices_include_tax=not options.net,
    )
    stock(shop)
    signal.signal(signal.SIGTERM, _leave)
    try:
        with serve(shop, options.port) as url:
            print(f"The toy shop is open at {url} (key {options.key}); Ctrl-C closes it.", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("Closed.")


def stock(shop: ToyShop) -> None:
    """A few goods and customers, so that there is something to buy and somebody to buy it."""
    shop.add_product("T-Shirt Rot", "19.99", sku="TS-ROT", stock=100, credit="1.50", categories=["Kleidung"])
    shop.add_product("Kaffee 250g", "6.49", sku="KAFFEE-250", tax_class="reduced-rate", credit="0.50")
    shop.add_product("Alte Tasse", "5.55", sku="TASSE-1")
    shop.register("anna@kunden.example", "Anna", "Muster")
    shop.register("bernd@kunden.example", "Bernd", "Muster")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m adapters.woocommerce.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--key", default="ck_toy", help="consumer key of the interface")
    parser.add_argument("--secret", default="cs_toy", help="consumer secret of the interface")
    parser.add_argument("--net", action="store_true", help="a shop whose prices are without tax")
    parser.add_argument("--no-plugin", action="store_true", help="a shop without the companion plugin")
    return parser.parse_args()


def _leave(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
