"""The port between the bridge and a shop platform: one ``Platform``, one ``ShopClient``, the values they exchange.

A platform is a folder below ``adapters/``; its package exports ``PLATFORM``. The bridge never
sees a platform's word: dictionaries from JSON end in the adapter. Amounts are minor units,
stamps aware UTC datetimes.
"""

from bridge.ports.abilities import Approves, Granted, Recognises
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
from bridge.ports.platform import Access, Platform, Token, Tokens, Visitor, lookup
from bridge.ports.readings import (
    AccessEnded,
    ArticleHint,
    ArticleSeen,
    Contact,
    CustomerGone,
    CustomerHint,
    CustomerSeen,
    CustomersMerged,
    Envelope,
    Nothing,
    OrderGone,
    OrderHint,
    OrderSeen,
    PrivacyAsked,
    Reading,
    Unreadable,
    Wish,
)
from bridge.ports.shop import Applied, CustomerView, Finding, ShopClient, ShopProfile
from bridge.ports.storefront import Furnishing, Rate, Tariff, Words
from bridge.ports.terms import Meaning, Means, Ruling, ShopTerms

__all__ = [
    "NO_RULES",
    "Access",
    "AccessEnded",
    "Applied",
    "Approves",
    "ArticleHint",
    "ArticleSeen",
    "Barred",
    "CodeRef",
    "CodeRules",
    "CodeWrite",
    "CodeWritten",
    "Contact",
    "CustomerGone",
    "CustomerHint",
    "CustomerSeen",
    "CustomerView",
    "CustomersMerged",
    "Envelope",
    "Finding",
    "Furnishing",
    "Granted",
    "Meaning",
    "Means",
    "Nothing",
    "OrderGone",
    "OrderHint",
    "OrderSeen",
    "Platform",
    "PrivacyAsked",
    "Rate",
    "Reading",
    "Recognises",
    "Ruling",
    "ShopClient",
    "ShopCode",
    "ShopProfile",
    "ShopTerms",
    "Tariff",
    "Token",
    "Tokens",
    "Unreadable",
    "Visitor",
    "VoucherWrite",
    "Wish",
    "Words",
    "lookup",
]
