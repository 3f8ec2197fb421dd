"""Registered customers: they come, change their address or their e-mail, and go."""

from dataclasses import replace

from adapters.woocommerce.sandbox.records import Address, Customer
from adapters.woocommerce.sandbox.state import State


def register(state: State, email: str, first_name: str = "", last_name: str = "") -> Customer:
    """A new customer account, as the shop tells about it."""
    now = state.now()
    customer = Customer(
        id=state.number("customer"),
        email=email,
        created=now,
        modified=now,
        first_name=first_name,
        last_name=last_name,
        username=email.partition("@")[0].lower(),
    )
    state.customers[customer.id] = customer
    state.emit("customer.created", customer.id)
    state.emit("customer.updated", customer.id)
    return customer


def changed(state: State, customer: Customer) -> None:
    """Move the stamp and send the update, also where nothing really changed."""
    state.touch(customer)
    state.emit("customer.updated", customer.id)


def remember_address(state: State, customer: Customer, billing: Address) -> None:
    """What a checkout writes into the account. The account's own e-mail is left alone."""
    customer.billing, customer.shipping = billing, replace(billing, email="")
    changed(state, customer)


def remove(state: State, customer: Customer) -> None:
    """Delete an account. Its orders stay, as those of a guest, and nothing is sent about them."""
    del state.customers[customer.id]
    for order in state.orders.values():
        if order.customer_id == customer.id:
            order.customer_id = 0
    state.emit("customer.deleted", customer.id)
