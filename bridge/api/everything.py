"""All operations, in the order of the document."""

from bridge.api import accounts, partners, programme, vouchers

OPERATIONS = (
    *accounts.OPERATIONS,
    *vouchers.OPERATIONS,
    *partners.OPERATIONS,
    *programme.OPERATIONS,
)
