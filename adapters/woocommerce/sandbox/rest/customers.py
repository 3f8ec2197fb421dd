"""Customers over the interface. Guests have no record, only an address on their orders."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import request

from adapters.woocommerce.sandbox import people
from adapters.woocommerce.sandbox.bodies import customer_body
from adapters.woocommerce.sandbox.edits import ADDRESS_FIELDS
from adapters.woocommerce.sandbox.records import Address, Customer
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rest.collection import Resource
from adapters.woocommerce.sandbox.shop import ToyShop

Json = Mapping[str, Any]


def resource(shop: ToyShop) -> Resource:
    """``/customers``: staff are only listed with ``role=all``, yet can be written like any other."""
    return Resource(
        path="customers",
        listed=lambda: _listed(shop),
        find=lambda number: shop.find(shop.customers, "customer", number),
        show=lambda customer: customer_body(shop, customer),
        create=lambda entry: _create(shop, entry),
        change=lambda customer, entry: _change(shop, customer, entry),
        trash=lambda customer: people.remove(shop, customer),
        destroy=lambda customer: people.remove(shop, customer),
        has_trash=False,
    )


def _listed(shop: ToyShop) -> Iterable[Customer]:
    role = request.args.get("role", "customer")
    email, term = request.args.get("email"), request.args.get("search", "").lower()
    for customer in shop.customers.values():
        named = f"{customer.email} {customer.first_name} {customer.last_name} {customer.username}".lower()
        exact = email is None or customer.email.lower() == email.lower()
        if role in {"all", customer.role} and exact and term in named:
            yield customer


def _create(shop: ToyShop, entry: Json) -> Customer:
    email = str(entry.get("email", ""))
    if any(customer.email.lower() == email.lower() for customer in shop.customers.values()):
        sentence = "An account is already registered with your email address."
        raise Refusal("registration-error-email-exists", sentence)
    customer = people.register(shop, email, entry.get("first_name", ""), entry.get("last_name", ""))
    customer.username = entry.get("username", customer.username)
    _write(shop, customer, entry)
    return customer


def _change(shop: ToyShop, customer: Customer, entry: Json) -> None:
    customer.email = entry.get("email", customer.email)
    customer.first_name = entry.get("first_name", customer.first_name)
    customer.last_name = entry.get("last_name", customer.last_name)
    _write(shop, customer, entry)
    people.changed(shop, customer)


def _write(shop: ToyShop, customer: Customer, entry: Json) -> None:
    customer.billing = _address(customer.billing, entry.get("billing", {}))
    customer.shipping = _address(customer.shipping, entry.get("shipping", {}))
    # On customers, and only there, a key with a leading underscore is dropped without a word (measured).
    kept = [each for each in entry.get("meta_data", []) if not str(each.get("key", "_")).startswith("_")]
    shop.write_meta(customer.meta, [(each["key"], each.get("value")) for each in kept])


def _address(before: Address, entry: Json) -> Address:
    return replace(before, **{name: str(entry[name]) for name in entry if name in ADDRESS_FIELDS})
