"""Registered customers, and what the shop may show to each of them. Pure."""

import json
from typing import Any

from adapters.documents import text, typed
from adapters.shopify.ids import gid, number
from adapters.shopify.shapes import CustomerBody
from bridge.domain.programme import GROUPS
from bridge.ports import Contact, CustomerSeen, CustomerView

NAMESPACE, ACCOUNT = "rabattkonto", "account"
"""The metafield of a customer that themes read: ``customer.metafields.rabattkonto.account``."""


def read_customer(body: Any) -> CustomerSeen:
    """The customer in a delivery, which tells neither tags nor companies; raises ``Unclear``.

    ``verified_email`` is true by default for customers that nobody ever wrote to, so it proves no mailbox.
    """
    found = typed(CustomerBody, body)
    name = f"{found.first_name or ''} {found.last_name or ''}"
    return CustomerSeen(
        id=str(found.id), contact=Contact(email=text((found.email or "").strip()), name=text(name.strip()))
    )


def read_node(node: Any) -> CustomerSeen:
    """The customer in an answer, with tags and companies as groups; raises ``Unclear``."""
    name = f"{node.get('firstName') or ''} {node.get('lastName') or ''}"
    email = (node.get("defaultEmailAddress") or {}).get("emailAddress") or ""
    return CustomerSeen(
        id=number(node["id"]),
        contact=Contact(email=text(email.strip()), name=text(name.strip())),
        group=_groups(node),
    )


def metafield(view: CustomerView) -> dict[str, str]:
    """What is written for one customer."""
    shown = {"balance": view.balance, "usable": view.usable, "code": view.code, "statement": view.statement}
    return {**identifier(view), "type": "json", "value": json.dumps(shown, ensure_ascii=False)}


def identifier(view: CustomerView) -> dict[str, str]:
    """Where it is written."""
    return {"ownerId": gid("Customer", view.customer), "namespace": NAMESPACE, "key": ACCOUNT}


def _groups(node: Any) -> str:
    """Tags first; a comma in a company's name would make two groups of it."""
    companies = [each["company"]["name"].replace(",", " ") for each in node.get("companyContactProfiles") or ()]
    return GROUPS.join(text(name) for name in dict.fromkeys([*node.get("tags", ()), *companies]) if name)
