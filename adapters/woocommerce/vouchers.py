"""Vouchers as WooCommerce's coupons: plain ones, open to everybody or to one address. Pure."""

from datetime import timedelta
from typing import Any

from adapters.woocommerce.codes import LONG_AGO, VOUCHER_KEY
from bridge.domain.money import plain
from bridge.ports import VoucherWrite


def voucher_payload(write: VoucherWrite, currency: str) -> dict[str, Any]:
    """What is sent for one voucher: the id for a known one, the code itself for a new one.

    WooCommerce ends a coupon at the first minute of its expiry day, in the shop's time; so the day after the
    last one is sent.
    """
    sent: dict[str, Any] = {
        "amount": plain(write.value, currency),
        "discount_type": "fixed_cart",
        "usage_limit": write.uses,
        "individual_use": False,
        "minimum_amount": plain(write.minimum, currency),
        "email_restrictions": [write.email] if write.email else [],
        "date_expires": f"{write.last_day + timedelta(days=1):%Y-%m-%d}T00:00:00",
        "meta_data": [{"key": VOUCHER_KEY, "value": write.mark}],
    }
    if write.withdrawn:
        sent["date_expires"] = LONG_AGO
    if write.ref.external_id:
        sent["id"] = int(write.ref.external_id)
    else:
        sent["code"] = write.ref.code
    return sent
