"""A customer as the interface and the deliveries show it."""

import hashlib
from typing import Any

from adapters.woocommerce.sandbox.bodies import parts
from adapters.woocommerce.sandbox.php import dates
from adapters.woocommerce.sandbox.records import Customer
from adapters.woocommerce.sandbox.state import State


def customer_body(state: State, customer: Customer) -> dict[str, Any]:
    """A registered customer. An address with ``&`` is kept and shown as empty (measured)."""
    email = "" if "&" in customer.email else customer.email
    return {
        "id": customer.id,
        **dates(state, created=customer.created, modified=customer.modified),
        "email": email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "role": customer.role,
        "username": customer.username,
        "billing": _sorted(parts.address(customer.billing, billing=True)),
        "shipping": _sorted(parts.address(customer.shipping, billing=False)),
        "is_paying_customer": False,
        "avatar_url": _avatar(customer.email),
        "meta_data": parts.meta_data(customer.meta),
        "_links": parts.links(state, f"customers/{customer.id}"),
    }


def _avatar(email: str) -> str:
    digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    return f"https://secure.gravatar.com/avatar/{digest}?s=96&d=mm&r=g"


def _sorted(place: dict[str, str]) -> dict[str, str]:
    # Customers show the state behind the country, orders before the post code.
    last = [name for name in ("email", "phone") if name in place]
    first = [name for name in place if name not in {*last, "state"}]
    return {name: place[name] for name in [*first, "state", *last]}
