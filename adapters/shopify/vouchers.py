"""Vouchers as Shopify's discounts: plain ones, open to everybody or to one customer. Pure."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.shopify.codes import EVER, LONG_AGO, fixed, minimum, voucher_tags
from adapters.shopify.ids import gid
from bridge.ports import VoucherWrite


def voucher_payload(write: VoucherWrite, customer: str, currency: str, zone: ZoneInfo) -> dict[str, Any]:
    """The input of one voucher; ``customer`` is whose address it is for, empty for everybody.

    It ends with the last moment of its last day on the shop's clock.
    """
    ends = datetime.combine(write.last_day + timedelta(days=1), time(), zone)
    return {
        "title": write.ref.code,
        "code": write.ref.code,
        "startsAt": EVER,
        "endsAt": LONG_AGO if write.withdrawn else ends.isoformat(),
        "usageLimit": write.uses,
        "appliesOncePerCustomer": False,
        "combinesWith": {"orderDiscounts": True, "productDiscounts": True, "shippingDiscounts": True},
        "context": {"customers": {"add": [gid("Customer", customer)]}} if customer else {"all": "ALL"},
        "customerGets": fixed(write.value, currency),
        "minimumRequirement": minimum(write.minimum, currency),
        "tags": voucher_tags(write.mark),
    }
