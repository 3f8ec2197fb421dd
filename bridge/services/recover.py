"""After a restore: what the shop knows and the backup does not. Runs once the orders were read, before any push.

Codes issued since the backup would be issued a second time, since a code follows from its account and
number. So they are learnt from the shop: their numbers are taken, and orders that carry them find their account.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import insert, select
from sqlmodel import Session, col

from bridge.domain.offers import OfferState
from bridge.ports import CodeRef, CodeWrite, ShopClient, ShopCode
from bridge.runtime import Runtime
from bridge.services import contact, privacy
from bridge.services.settle import settle_marked
from bridge.storage import offers, orders
from bridge.storage.cases import close_cases
from bridge.storage.codec import unpack_order
from bridge.storage.models import Account, Offer, OrderState, Shop

log = structlog.get_logger(__name__)

_EARLIER = timedelta(days=1)
"""How far before the backup codes are looked for: the two clocks need not agree."""

_GAPS = 20
"""Numbers that were planned here and never reached the shop are looked over, up to so many in a row."""

_PAGE = 500


def recover(runtime: Runtime, shop: Shop, client: ShopClient) -> None:
    """Learn the shop's codes, settle the orders that carry them, and let the shop be pushed to again.

    Raises ``ShopError``; beginning again repeats what was done without harm.
    """
    shop_id, since = shop.id or 0, shop.restored_from or shop.added_at
    learnt: set[str] = set()
    for page in client.issued(since - _EARLIER):
        learnt |= _learn(runtime, shop, page)
        _withdraw_strays(runtime, shop_id, client, page)
    _settle_again(runtime, shop_id, learnt, since)
    privacy.erase_again(runtime)
    with runtime.db.transaction() as session:
        contact.find_shop(session, shop_id).restored_from = None
        offers.look_at_all(session, shop_id)
    log.info("recovered", shop=shop_id, codes=len(learnt))


# --- codes ----------------------------------------------------------------------------------------------


def _learn(runtime: Runtime, shop: Shop, page: Sequence[ShopCode]) -> set[str]:
    """Store the codes that are of our accounts and unknown here; all codes of the page that we now know."""
    shop_id, now = shop.id or 0, runtime.clock()
    with runtime.db.transaction() as session:
        accounts = _accounts(session, shop_id, {code.owner for code in page})
        known = _known(session, shop_id, {code.code for code in page})
        by_owner: dict[str, list[ShopCode]] = defaultdict(list)
        for code in page:
            if code.owner in accounts and code.code not in known:
                by_owner[code.owner].append(code)
        numbers = _newest_numbers(session, [accounts[owner] for owner in by_owner])
        rows = [
            _row(shop_id, accounts[owner], number, code, now)
            for owner, codes in by_owner.items()
            for number, code in _numbered(runtime, shop, owner, numbers.get(accounts[owner], 0), codes)
        ]
        if rows:
            session.execute(insert(Offer), rows)
    return {code.code for code in page if code.owner in accounts}


def _accounts(session: Session, shop_id: int, tokens: Collection[str]) -> dict[str, int]:
    rows = session.execute(
        select(col(Account.token), col(Account.id)).where(
            col(Account.shop_id) == shop_id, col(Account.token).in_(list(tokens))
        )
    )
    return {row.token: row.id for row in rows}


def _known(session: Session, shop_id: int, codes: Collection[str]) -> set[str]:
    rows = session.execute(
        select(col(Offer.code)).where(col(Offer.shop_id) == shop_id, col(Offer.code).in_(list(codes)))
    )
    return set(rows.scalars())


def _newest_numbers(session: Session, accounts: Collection[int]) -> dict[int, int]:
    numbers: dict[int, int] = {}
    rows = session.execute(
        select(col(Offer.account_id), col(Offer.sequence)).where(col(Offer.account_id).in_(list(accounts)))
    )
    for row in rows:
        numbers[row.account_id] = max(row.sequence, numbers.get(row.account_id, 0))
    return numbers


def _numbered(
    runtime: Runtime, shop: Shop, owner: str, newest: int, codes: Sequence[ShopCode]
) -> list[tuple[int, ShopCode]]:
    """Each code with its number, lowest first. One that does not follow from our key takes a number behind all."""
    last = newest + len(codes) + _GAPS
    following = {
        shop.code_prefix + runtime.vault.token("code", owner, number): number
        for number in range(newest + 1, last + 1)
    }
    free = iter(range(last + 1, last + 1 + len(codes)))
    return sorted(((following.get(code.code) or next(free), code) for code in codes), key=lambda pair: pair[0])


def _row(shop_id: int, account: int, number: int, code: ShopCode, now: datetime) -> dict[str, object]:
    """A code in use elsewhere stays live here: the order that carries it, or the next push, says what it is."""
    return {
        "shop_id": shop_id,
        "account_id": account,
        "sequence": number,
        "code": code.code,
        "state": (OfferState.WITHDRAWN if code.expired else OfferState.LIVE).value,
        "worth": code.face,
        "face": code.face,
        "taken": 0,
        "holder": code.holders[0] if code.holders else "",
        "external_id": code.external_id,
        "problem": "",
        "created_at": now,
    }


def _withdraw_strays(runtime: Runtime, shop_id: int, client: ShopClient, page: Sequence[ShopCode]) -> None:
    """Codes of accounts that nothing here knows any more are expired, so that nobody spends them twice."""
    with runtime.db.reading() as session:
        ours = _accounts(session, shop_id, {code.owner for code in page})
    strays = [code for code in page if code.owner not in ours and not code.expired and not code.uses]
    if strays:
        client.write_codes(
            [CodeWrite(CodeRef(c.code, c.external_id), c.face, c.holders, c.owner, expired=True) for c in strays]
        )
        log.warning("codes of unknown accounts withdrawn", shop=shop_id, count=len(strays))


# --- orders ---------------------------------------------------------------------------------------------


def _settle_again(runtime: Runtime, shop_id: int, codes: Collection[str], since: datetime) -> None:
    """Orders that were read while their code was unknown find its account now."""
    carrying = _carrying(runtime, shop_id, codes, since)
    with runtime.db.transaction() as session:
        orders.flag_again(session, shop_id, carrying)
        subjects = [f"order:{order}" for order in carrying]
        close_cases(session, shop_id, subjects, ["unknown code"], runtime.clock())
    settle_marked(runtime, shop_id)


def _carrying(runtime: Runtime, shop_id: int, codes: Collection[str], since: datetime) -> list[str]:
    """The orders changed since the backup that carry one of these codes."""
    found: list[str] = []
    with runtime.db.reading() as session:
        rows = session.execute(
            select(col(OrderState.order_id), col(OrderState.body))
            .where(col(OrderState.shop_id) == shop_id, col(OrderState.updated) >= since - _EARLIER)
            .execution_options(yield_per=_PAGE)
        )
        for order_id, body in rows:
            if _uses(body, codes):
                found.append(order_id)
    return found


def _uses(body: bytes, codes: Collection[str]) -> bool:
    return any(code in codes for code in _codes_on(body))


def _codes_on(body: bytes) -> Iterable[str]:
    return (use.code.lower() for use in unpack_order(body).codes)
