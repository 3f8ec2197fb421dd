"""Requests by law, as platforms pass them on: kept with their delivery, carried out, and provable afterwards.

An export is not handed out by itself: whom it goes to, a person decides. Everything else is done at once.
"""

from datetime import timedelta

import structlog
from sqlmodel import col, select

from bridge.errors import NotFound, Refused, ShopError
from bridge.ports import Wish
from bridge.runtime import Runtime
from bridge.services import contact, leave, privacy
from bridge.services.connect import client_of
from bridge.storage.cases import close_case, open_case
from bridge.storage.models import Account, PrivacyRequest

log = structlog.get_logger(__name__)

WITHIN = timedelta(days=30)
"""How long the platforms, and the law, give a merchant."""

CASE = "privacy request"


def carry_out(runtime: Runtime, shop_id: int) -> int:
    """Do what was asked and can be done without a person; how many requests were closed."""
    closed = 0
    for request in _open(runtime, shop_id):
        outcome = _do(runtime, request)
        if outcome:
            _close(runtime, request.id or 0, outcome)
            closed += 1
    return closed


def list_requests(runtime: Runtime, shop_id: int) -> list[PrivacyRequest]:
    """All requests of a shop, newest first."""
    with runtime.db.reading() as session:
        contact.find_shop(session, shop_id)
        wanted = select(PrivacyRequest).where(PrivacyRequest.shop_id == shop_id)
        return list(session.exec(wanted.order_by(col(PrivacyRequest.id).desc())))


def open_export(runtime: Runtime, shop_id: int, number: int) -> PrivacyRequest:
    """A request for data that waits for a person; ``NotFound`` or ``Refused`` for any other."""
    request = next((each for each in list_requests(runtime, shop_id) if each.id == number), None)
    if request is None:
        raise NotFound(f"Shop {shop_id} has no request {number}; `rabattkonto person requests` shows those it has.")
    if request.wish != Wish.EXPORT or request.done_at is not None:
        raise Refused(f"Request {number} needs no answer: {request.outcome or 'it is carried out by itself'}.")
    return request


def answered(runtime: Runtime, shop_id: int, number: int, by: str) -> PrivacyRequest:
    """A person has handed out what was asked for."""
    open_export(runtime, shop_id, number)
    return _close(runtime, number, f"Handed out by {by}.")


def _open(runtime: Runtime, shop_id: int) -> list[PrivacyRequest]:
    with runtime.db.reading() as session:
        wanted = select(PrivacyRequest).where(
            PrivacyRequest.shop_id == shop_id, col(PrivacyRequest.done_at).is_(None)
        )
        return list(session.exec(wanted.order_by(col(PrivacyRequest.id))))


def _do(runtime: Runtime, request: PrivacyRequest) -> str:
    """What was done, empty while it waits for a person."""
    match Wish(request.wish):
        case Wish.EXPORT:
            return _announce(runtime, request)
        case Wish.ERASE:
            return _erase(runtime, request)
        case Wish.ERASE_SHOP:
            return _erase_shop(runtime, request)


def account_of(runtime: Runtime, request: PrivacyRequest) -> int:
    """Whose account is meant: the customer's number decides, the address only where there is none."""
    if request.customer:
        return privacy.find(runtime, request.shop_id, customer=request.customer)
    return privacy.find(runtime, request.shop_id, email=request.email)


def _announce(runtime: Runtime, request: PrivacyRequest) -> str:
    try:
        account_of(runtime, request)
    except (NotFound, Refused) as nobody:
        return f"Nothing to hand out: {nobody}"
    until = (request.asked_at + WITHIN).date().isoformat()
    sentence = (
        f"Customer {request.customer or 'without a number'} asks what is stored of them. `rabattkonto person answer"
        f" {request.id} --shop {request.shop_id}` prints it and closes this; send it to them by {until}."
    )
    _tell(runtime, request, sentence)
    return ""


def _erase(runtime: Runtime, request: PrivacyRequest) -> str:
    try:
        erased = privacy.erase(runtime, account_of(runtime, request))
    except NotFound as nobody:
        return f"Nothing to erase: {nobody}"
    except Refused as unclear:
        _tell(runtime, request, f"A request to erase a person cannot be carried out by itself: {unclear}")
        return ""
    return f"Account {erased.account} was erased, and {erased.deliveries} messages emptied. Its entries stay."


def _erase_shop(runtime: Runtime, request: PrivacyRequest) -> str:
    """Erase everybody, unless the shop answers us: then the app was put back, and nobody wants that any more."""
    shop_id = request.shop_id
    try:
        client_of(runtime, contact.load_shop(runtime, shop_id)).profile()
    except ShopError:
        pass
    else:
        return "Nothing was erased: the app is installed in the shop again, and its owner goes on using it."
    with runtime.db.reading() as session:
        living = select(Account.id).where(Account.shop_id == shop_id, col(Account.erased_at).is_(None))
        accounts = [account for account in session.exec(living.order_by(col(Account.id))) if account is not None]
    for account in accounts:
        privacy.erase(runtime, account)
    leave.remove(runtime, shop_id, shop_is_gone=True)
    return f"{len(accounts)} accounts were erased, and the shop was removed. Its books stay without names."


def _tell(runtime: Runtime, request: PrivacyRequest, sentence: str) -> None:
    with runtime.db.transaction() as session:
        open_case(session, request.shop_id, _subject(request), CASE, sentence, runtime.clock())


def _close(runtime: Runtime, number: int, outcome: str) -> PrivacyRequest:
    now = runtime.clock()
    with runtime.db.transaction() as session:
        request = session.get_one(PrivacyRequest, number)
        request.done_at, request.outcome, request.email = now, outcome, ""
        session.add(request)
        close_case(session, request.shop_id, _subject(request), CASE, now)
    log.info("privacy request carried out", shop=request.shop_id, wish=request.wish)
    return request


def _subject(request: PrivacyRequest) -> str:
    return f"request:{request.id}"
