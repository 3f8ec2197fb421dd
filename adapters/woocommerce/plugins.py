"""What else is installed in the shop: whether our companion plugin runs, and who else gives credit there."""

from typing import Any

from adapters.documents import text
from adapters.woocommerce.connection import Connection

COMPANION = "rabattkonto.php"

_NEEDED = (8, 8)
"""The first WooCommerce in which a plugin can take articles out of a coupon."""

OTHERS = {
    "woo-wallet": "TeraWallet",
    "woocommerce-store-credit": "Store Credit for WooCommerce",
    "woocommerce-account-funds": "Account Funds",
    "advanced-coupons-for-woocommerce-free": "Advanced Coupons",
    "woocommerce-smart-coupons": "Smart Coupons",
    "woocommerce-points-and-rewards": "Points and Rewards",
    "yith-woocommerce-account-funds-premium": "YITH Account Funds",
    "yith-woocommerce-points-and-rewards-premium": "YITH Points and Rewards",
    "wps-wallet-system-for-woocommerce": "Wallet System for WooCommerce",
    "wallet-system-for-woocommerce": "Wallet System for WooCommerce",
    "points-and-rewards-for-woocommerce": "Points and Rewards for WooCommerce",
    "mycred": "myCred",
}
"""Folders of plugins that keep credit of their own: a customer would see two balances."""


def active(shop: Connection) -> list[str]:
    """The plugins that run, each as “folder/file.php”."""
    return names(shop.ask("GET", "/system_status", _fields="active_plugins"))


def names(status: Any) -> list[str]:
    """The plugins that a system status lists; a shop that hides them lists none."""
    found = status.get("active_plugins") if isinstance(status, dict) else None
    return [text(str(each.get("plugin", ""))) for each in found or () if isinstance(each, dict)]


def lacks_companion(shop: Connection) -> str:
    """Why the shop cannot keep rules per basket; empty when it can."""
    status = shop.ask("GET", "/system_status", _fields="active_plugins,environment")
    if not any(plugin.endswith(f"/{COMPANION}") for plugin in names(status)):
        return (
            "The companion plugin does not run in the shop, and without it the shop cannot keep a limit per basket."
            " Install and activate it (`rabattkonto shop plugin` writes the ZIP file), then try again."
        )
    version = str((status.get("environment") or {}).get("version", ""))
    if numbers(version) < _NEEDED:
        return f"The shop runs WooCommerce {version}, and a limit per basket needs 8.8 or newer. Update it first."
    return ""


def numbers(version: str) -> tuple[int, ...]:
    """A version in a form that compares; whatever stands behind its numbers is left out."""
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
