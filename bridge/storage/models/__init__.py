"""The tables, a file per room. Money is integer minor units, moments are UTC, texts about people are erasable.

Entries are written by ``storage.ledger`` alone; triggers refuse to change or delete them.
"""

from bridge.storage.models.accounts import Account, Identity, Person, PersonWord
from bridge.storage.models.api import ApiAnswer, ApiToken
from bridge.storage.models.catalogue import ArticleState, OwnCredit
from bridge.storage.models.customers import MailChoice, NewsRound, Question, UsedLink
from bridge.storage.models.desk import (
    Beat,
    Case,
    Deed,
    Failure,
    LoginSession,
    Proposal,
    Simulation,
    Ticket,
    User,
)
from bridge.storage.models.inbox import Delivery
from bridge.storage.models.ledger import Entry, EntryText, Lot
from bridge.storage.models.mail import OutgoingMail
from bridge.storage.models.offers import Offer
from bridge.storage.models.orders import Contribution, Fact, OrderState
from bridge.storage.models.partners import Partner, PartnerCoupon, Sponsorship
from bridge.storage.models.programmes import ProgrammeVersion
from bridge.storage.models.requests import PrivacyRequest
from bridge.storage.models.shops import Shop, ShopStatus, ShopToken
from bridge.storage.models.totals import Figure, MonthTotal, ShopTotal, Tally
from bridge.storage.models.vouchers import Voucher, VoucherBatch, VoucherUse

__all__ = [
    "Account",
    "ApiAnswer",
    "ApiToken",
    "ArticleState",
    "Beat",
    "Case",
    "Contribution",
    "Deed",
    "Delivery",
    "Entry",
    "EntryText",
    "Fact",
    "Failure",
    "Figure",
    "Identity",
    "LoginSession",
    "Lot",
    "MailChoice",
    "MonthTotal",
    "NewsRound",
    "Offer",
    "OrderState",
    "OutgoingMail",
    "OwnCredit",
    "Partner",
    "PartnerCoupon",
    "Person",
    "PersonWord",
    "PrivacyRequest",
    "ProgrammeVersion",
    "Proposal",
    "Question",
    "Shop",
    "ShopStatus",
    "ShopToken",
    "ShopTotal",
    "Simulation",
    "Sponsorship",
    "Tally",
    "Ticket",
    "UsedLink",
    "User",
    "Voucher",
    "VoucherBatch",
    "VoucherUse",
]
