"""Pieces that several bodies share: links, addresses, meta data, lists of meta on lines."""

from collections.abc import Iterable
from typing import Any

from adapters.woocommerce.sandbox.records import Address, Meta
from adapters.woocommerce.sandbox.state import State

ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def address(place: Address, *, billing: bool) -> dict[str, str]:
    """An address as orders show it; only a billing address has an e-mail."""
    shown = {
        "first_name": place.first_name,
        "last_name": place.last_name,
        "company": place.company,
        "address_1": place.address_1,
        "address_2": place.address_2,
        "city": place.city,
        "state": place.state,
        "postcode": place.postcode,
        "country": place.country,
    }
    mailbox = {"email": place.email} if billing else {}
    return {**shown, **mailbox, "phone": place.phone}


def meta_data(entries: Iterable[Meta]) -> list[dict[str, Any]]:
    """Meta data as records show it."""
    return [{"id": entry.id, "key": entry.key, "value": entry.value} for entry in entries]


def line_meta(entries: Iterable[Meta], labels: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Meta data as lines show it; a product's own options are shown by their ``labels``."""
    names = {label.lower(): label for label in labels}
    return [
        {
            "id": entry.id,
            "key": entry.key,
            "value": entry.value,
            "display_key": names.get(entry.key, entry.key),
            "display_value": entry.value,
        }
        for entry in entries
    ]


def links(state: State, path: str, allow: Iterable[str] = ANY) -> dict[str, Any]:
    """``_links`` of a record below the interface's root, such as ``orders/7``."""
    here = f"{root(state)}/{path}"
    return {
        "self": [{"href": here, "targetHints": {"allow": list(allow)}}],
        "collection": [{"href": here.rpartition("/")[0]}],
    }


def root(state: State) -> str:
    """The address that all paths of the interface start with."""
    return f"{state.settings.url}/wp-json/wc/v3"
