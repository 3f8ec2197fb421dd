"""What the way says of the platforms, of what can be in it, and of what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext, lazy_gettext

from bridge.errors import ShopAway, ShopRefused
from bridge.services.setup import Found

Text = Any
"""A text whose language is chosen when it is shown."""


@dataclass(frozen=True, slots=True)
class HowTo:
    """How a key is made by hand: the steps, and what its two halves are called there.

    ``unseen`` says how to look for the companion oneself, where the shop cannot tell us that it is there.
    """

    name: str
    steps: Sequence[Text]
    key: Text
    secret: Text
    plugin: Sequence[Text]
    unseen: Text = ""


HOW_TO = {
    "woocommerce": HowTo(
        "WooCommerce",
        (
            lazy_gettext("In WordPress, open WooCommerce → Settings → Advanced → REST API."),
            lazy_gettext("Press “Add key”. Description: rabattkonto. Permissions: Read/Write."),
            lazy_gettext("Press “Generate API key” and copy both texts into the fields here."),
        ),
        lazy_gettext("Consumer key (begins with ck_)"),
        lazy_gettext("Consumer secret (begins with cs_)"),
        (
            lazy_gettext("Download the file; do not unpack it."),
            lazy_gettext("In WordPress, open Plugins → Add new plugin → Upload plugin, and choose the file."),
            lazy_gettext("Press “Install now”, then “Activate”."),
        ),
    ),
    "shopify": HowTo(
        "Shopify",
        (
            lazy_gettext("In Shopify's Dev Dashboard, create an app for your own shop."),
            lazy_gettext(
                "Give it the access scopes for orders, customers, products and discounts (read and write), release"
                " the version and install it in your shop."
            ),
            lazy_gettext("Open the app's settings and copy client ID and secret into the fields here."),
        ),
        lazy_gettext("Client ID"),
        lazy_gettext("Client secret"),
        (
            lazy_gettext("Download the file and unpack it."),
            lazy_gettext("In the theme editor, add the snippet as its readme says."),
        ),
        lazy_gettext(
            "From here it cannot be seen whether the snippet is in your theme: Shopify does not say. Look for"
            " yourself: log in to your shop as a customer with credit and open the basket; the credit stands there."
        ),
    ),
}

STEP_NAMES = {
    "life": lazy_gettext("Sign of life"),
    "paid": lazy_gettext("Paid or not"),
    "programme": lazy_gettext("Programme"),
    "plugin": lazy_gettext("Plugin"),
    "live": lazy_gettext("Go live"),
}

OBSTACLES = {
    "loopback": lazy_gettext(
        "We are told to be at an address that only this very machine can reach. If your shop runs elsewhere, set"
        " PUBLIC_URL to an address on the internet and start again."
    ),
    "silent": lazy_gettext(
        "Our own address does not answer as it should. Look at PUBLIC_URL, and at the proxy in front of us."
    ),
    "webhooks": lazy_gettext("The shop does not have our webhooks as they should be. Make them anew below."),
    "shop": lazy_gettext("The shop does not answer us at the moment. Try again in a minute."),
}

MEANINGS = {
    "paid": lazy_gettext("is paid: earns credit"),
    "open": lazy_gettext("is not paid yet"),
    "ignored": lazy_gettext("does not count"),
}

STATUSES = {
    "pending": lazy_gettext("Pending payment"),
    "on-hold": lazy_gettext("On hold"),
    "processing": lazy_gettext("Processing"),
    "completed": lazy_gettext("Completed"),
    "cancelled": lazy_gettext("Cancelled"),
    "refunded": lazy_gettext("Refunded"),
    "failed": lazy_gettext("Failed"),
}

METHODS = {
    "bacs": lazy_gettext("Direct bank transfer"),
    "cheque": lazy_gettext("Cheque"),
    "cod": lazy_gettext("Cash on delivery"),
    "invoice": lazy_gettext("Bill"),
    "direct-debit": lazy_gettext("Direct debit"),
    "german_market_purchase_on_account": lazy_gettext("Bill (German Market)"),
    "german_market_sepa_direct_debit": lazy_gettext("Direct debit (German Market)"),
    "stripe": lazy_gettext("Card (Stripe)"),
    "paypal": "PayPal",
    "ppcp-gateway": "PayPal",
}
"""What people call the shops' own words; one that is missing here is shown as the shop writes it."""

WISH_PROBLEMS = {
    "amount": lazy_gettext("Please write the credit per piece as an amount from 0.01 to 1000."),
    "percent": lazy_gettext("Please write the percentage as a number from 0.01 to 100."),
    "share": lazy_gettext("Please write the percentage as a number from 0.01 to 100."),
    "levels": lazy_gettext("Please write the levels as percentages without gaps, together at most 50."),
    "days": lazy_gettext("Please write the days as a whole number from 0 to 365."),
}


def trouble(found: Found) -> Text:
    """Why no shop was found at an address, and what to do."""
    host = urlsplit(found.url).netloc
    match found.failure:
        case ShopRefused(code="redirect"):
            return gettext(
                "The address leads on to another one. Open the shop in a browser and copy the address that stands"
                " there in the end."
            )
        case ShopRefused() if not found.url.startswith("https:") or ":" in host:
            return gettext(
                "This address is not called: it is not https, or not public. If the shop stands on your own"
                " network, set ALLOW_PRIVATE_SHOPS=%(host)s and start again.",
                host=host,
            )
        case ShopAway():
            return gettext(
                "No shop answers at this address. Open it in a browser and copy the address from there; if it"
                " opens, a firewall or a password in front of the shop may keep us out."
            )
    return gettext(
        "Something answers there, but we do not recognise a shop. Choose its kind yourself if you are sure."
    )
