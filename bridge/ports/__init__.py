"""The port between the bridge and a shop platform: one ``Platform``, one ``ShopClient``, the values they exchange.

A platform is a folder below ``adapters/``; its package exports ``PLATFORM``. The bridge never
sees a platform's word: dictionaries from JSON end in the adapter. Amounts are minor units,
stamps aware UTC datetimes.
"""

from bridge.ports.codes import (
    NO_RULES,
    Barred,
    CodeRef,
    CodeRules,
    CodeWrite,
    CodeWritten,
    ShopCode,
    VoucherWrite,
)
from bridge.ports.platform import Access, Platform, lookup
from bridge.ports.readings import (
    ArticleSeen,
    Contact,
    CustomerGone,
    CustomerSeen,
    Envelope,
    Nothing,
    OrderGone,
    OrderSeen,
    Reading,
    Unreadable,
)
from bridge.ports.shop import Applied, CustomerView, Finding, ShopClient, ShopProfile
from bridge.ports.terms import Meaning, Means, Ruling, ShopTerms

__all__ = [
    "NO_RULES",
    "Access",
    "Applied",
    "ArticleSeen",
    "Barred",
    "CodeRef",
    "CodeRules",
    "CodeWrite",
    "CodeWritten",
    "Contact",
    "CustomerGone",
    "CustomerSeen",
    "CustomerView",
    "Envelope",
    "Finding",
    "Meaning",
    "Means",
    "Nothing",
    "OrderGone",
    "OrderSeen",
    "Platform",
    "Reading",
    "Ruling",
    "ShopClient",
    "ShopCode",
    "ShopProfile",
    "ShopTerms",
    "Unreadable",
    "VoucherWrite",
    "lookup",
]
