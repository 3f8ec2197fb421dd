"""What the shop may show a customer of their Rabatt-Konto: texts ready to print, in the installation's language.

The address of the statement is the same for everybody: what the shop keeps and prints lets nobody in.
"""

import hashlib
from decimal import Decimal

from babel.numbers import format_currency

from bridge.domain import money
from bridge.ports import CustomerView
from bridge.runtime import Runtime
from bridge.services import ways_in
from bridge.storage.models import Shop, ShopStatus
from bridge.storage.offers import Standing


def view_of(runtime: Runtime, shop: Shop, standing: Standing, code: str) -> CustomerView:
    """The texts for one registered customer; ``code`` is the live one, empty when there is none.

    Somebody who was erased, and everybody in a shop that is being left, is shown nothing any more.
    """
    if standing.erased or shop.status == ShopStatus.LEAVING:
        return CustomerView.nothing(standing.customer)
    return CustomerView(
        customer=standing.customer,
        balance=_printed(runtime, shop, standing.balance),
        usable=_printed(runtime, shop, standing.available),
        code=code,
        statement=ways_in.address(runtime, shop.id or 0),
    )


def digest(view: CustomerView) -> str:
    """A short text that changes exactly when the view does."""
    fields = (view.customer, view.balance, view.usable, view.code, view.statement)
    return hashlib.sha256("\0".join(fields).encode()).hexdigest()[:32]


def _printed(runtime: Runtime, shop: Shop, amount: int) -> str:
    value = Decimal(money.plain(amount, shop.currency))
    return str(format_currency(value, shop.currency, locale=runtime.settings.language))
