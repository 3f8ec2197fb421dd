"""Registered customers, and what the shop may show to each of them. Pure."""

from typing import Any

from adapters.documents import text, typed
from adapters.woocommerce.shapes import CustomerBody, meta
from bridge.ports import Contact, CustomerSeen, CustomerView

VIEW_KEY = "rabattkonto"
"""Without an underscore in front: WooCommerce silently drops such keys on customers (measured on 10.5)."""

_UNCONFIRMED = ("rabattkonto_unconfirmed", "_woocommerce_activation")
"""Where the companion plugin says that Germanized still waits for the customer to follow the link of its opt-in,
and Germanized's own mark, which older WooCommerce shows without the plugin, too (10.9 hides it)."""

MAILBOX_KEY = "rabattkonto_mailbox"
"""Where the companion plugin notes the address that a customer has proven to Germanized or German Market. Their
own notes cannot be read: WooCommerce hides customers' keys with an underscore (10.9, its customers controller)."""


def read_customer(body: Any) -> CustomerSeen:
    """The customer in ``body``; raises ``Unclear``. WooCommerce itself proves no mailbox.

    The companion plugin marks whom Germanized's double opt-in still waits for. No mark proves nothing: those who
    registered before it was switched on have none, and neither has anybody in a newer shop without the plugin.
    """
    found = typed(CustomerBody, body)
    email = text((found.email or "").strip())
    name = f"{found.first_name or ''} {found.last_name or ''}"
    return CustomerSeen(
        id=str(found.id),
        contact=Contact(email=email, name=text(name.strip())),
        group=text(found.role or ""),
        unconfirmed=any(meta(found.meta_data, key) for key in _UNCONFIRMED),
        verified=_is_proven(found, email),
    )


def _is_proven(found: CustomerBody, email: str) -> bool:
    """Whether the proven address is still the customer's: one that was changed since is not proven."""
    proven = meta(found.meta_data, MAILBOX_KEY)
    return bool(email) and isinstance(proven, str) and proven.strip().lower() == email.lower()


def view_payload(view: CustomerView) -> dict[str, Any]:
    """The update of one customer in a batch. WordPress deletes a key whose value is null."""
    shown = {"balance": view.balance, "usable": view.usable, "code": view.code, "statement": view.statement}
    value = shown if view.statement else None
    return {"id": int(view.customer), "meta_data": [{"key": VIEW_KEY, "value": value}]}
