"""What the shop says of itself: status, settings, tax rates, and the index of the interface."""

from typing import Any

from babel.numbers import get_currency_symbol
from flask import Flask, Response

from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rest.listing import answer
from adapters.woocommerce.sandbox.shop import ToyShop

CLASSES = {"": "standard"}


def mount(app: Flask, root: str, shop: ToyShop) -> None:
    """The addresses that a connection test asks. The index needs no key."""

    @app.get("/wp-json/")
    def index() -> Response:
        return answer(_index(shop))

    @app.get(f"{root}/system_status")
    def system_status() -> Response:
        return answer(_status(shop))

    @app.get(f"{root}/taxes")
    def taxes() -> Response:
        found = _taxes(shop)
        return answer(found, head={"X-WP-Total": str(len(found)), "X-WP-TotalPages": "1"})

    @app.get(f"{root}/settings/<group>")
    def settings(group: str) -> Response:
        return answer(_group(shop, group))

    @app.get(f"{root}/settings/<group>/<name>")
    def setting(group: str, name: str) -> Response:
        found = next((each for each in _group(shop, group) if each["id"] == name), None)
        if found is None:
            raise Refusal("rest_setting_setting_invalid", "Invalid setting.", 404)
        return answer(found)


def _index(shop: ToyShop) -> dict[str, Any]:
    offset = shop.local(shop.now()).utcoffset()
    return {
        "name": shop.settings.name,
        "description": "",
        "url": shop.url,
        "home": shop.url,
        "gmt_offset": str(offset.total_seconds() / 3600).removesuffix(".0") if offset else "0",
        "timezone_string": shop.settings.timezone,
        "namespaces": ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wc/store/v1", "wp/v2"],
        "authentication": [],
    }


def _status(shop: ToyShop) -> dict[str, Any]:
    return {
        "environment": {
            "home_url": shop.url,
            "site_url": shop.url,
            "version": "10.5.0",
            "wp_version": "6.9.1",
            "wp_cron": True,
            "language": "en_US",
        },
        "settings": {
            "api_enabled": False,
            "force_ssl": False,
            "currency": shop.settings.currency,
            "currency_symbol": get_currency_symbol(shop.settings.currency, "de"),
            "currency_position": "right_space",
            "thousand_separator": ".",
            "decimal_separator": ",",
            "number_of_decimals": 2,
            "HPOS_enabled": True,
            "HPOS_sync_enabled": False,
        },
        "pages": [
            {"page_name": "Basisseite des Shops", "page_id": "6", "shortcode": ""},
            {"page_name": "Mein Konto", "page_id": "9", "shortcode": "[woocommerce_my_account]"},
        ],
        "active_plugins": [{"plugin": name, "name": name.partition("/")[0]} for name in _plugins(shop)],
    }


def _plugins(shop: ToyShop) -> list[str]:
    companion = ["rabattkonto/rabattkonto.php"] if shop.settings.plugin else []
    return ["woocommerce/woocommerce.php", *companion]


def _group(shop: ToyShop, group: str) -> list[dict[str, Any]]:
    groups = {
        "general": {
            "woocommerce_currency": shop.settings.currency,
            "woocommerce_enable_coupons": _yes(shop.settings.coupons_enabled),
            "woocommerce_calc_taxes": "yes",
            "woocommerce_default_country": "DE:DE-BE",
        },
        "tax": {
            "woocommerce_prices_include_tax": _yes(shop.settings.prices_include_tax),
            "woocommerce_tax_round_at_subtotal": "no",
        },
    }
    if group not in groups:
        raise Refusal("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    return [{"id": name, "label": name, "type": "text", "value": value} for name, value in groups[group].items()]


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _taxes(shop: ToyShop) -> list[dict[str, Any]]:
    return [
        {
            "id": number,
            "country": "DE",
            "state": "",
            "postcode": "",
            "city": "",
            "rate": f"{rate:.4f}",
            "name": f"MwSt. {rate.normalize():f}%",
            "priority": 1,
            "compound": False,
            "shipping": True,
            "order": number - 1,
            "class": CLASSES.get(tax_class, tax_class),
            "postcodes": [],
            "cities": [],
        }
        for number, (tax_class, rate) in enumerate(shop.settings.rates.items(), start=1)
    ]
