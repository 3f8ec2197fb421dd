"""Partners: who sponsors whom, from when and by what. Rings and self-sponsoring are refused."""

from datetime import datetime
from secrets import randbelow

from sqlmodel import Session

from bridge.domain.speakable import COUNT, speakable, typed
from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.settle import settle_marked
from bridge.storage import orders, partners, people
from bridge.storage.models import Partner, PartnerCoupon
from bridge.storage.people import CUSTOMER, Binding, Name


def bind(
    runtime: Runtime, shop_id: int, customer: str, sponsor: str | None, since: datetime, cause: str, by: str = ""
) -> None:
    """From ``since`` on the customer is sponsored by the sponsor; orders placed since are settled again.

    The merchant's word goes before any binding learnt from an order. Without a ``sponsor`` nobody sponsors the
    customer any more. Raises ``Refused`` when the two are one person or the sponsor stands below the customer.
    """
    with runtime.db.transaction() as session:
        account = _account(runtime, session, shop_id, customer)
        above = None if sponsor is None else _account(runtime, session, shop_id, sponsor)
        if above is not None:
            _refuse_rings(session, account, above, since)
            _refuse_rings(session, account, above, runtime.clock())
        people.sponsor(session, [Binding(account, since, above, cause, by, runtime.clock())])
        below = people.downline(session, [account]) | {account}
        orders.flag_dirty(session, below, since)
    settle_marked(runtime, shop_id)


def enrol(
    runtime: Runtime, shop_id: int, customer: str, code: str | None = None, since: datetime | None = None
) -> str:
    """Make the customer a partner; the referral code. One is made up unless given, and a given one replaces it.

    It recommends orders placed from ``since`` on, now unless given. ``Refused`` for a code that is another
    partner's or cannot stand in a link.
    """
    now = runtime.clock()
    with runtime.db.transaction() as session:
        account = _account(runtime, session, shop_id, customer)
        partner = session.get(Partner, account)
        if partner is not None and code is None:
            return partner.code
        chosen = _chosen(session, shop_id, account, code)
        if partner is not None and partner.code == chosen and since is None:
            return chosen
        session.merge(Partner(account_id=account, shop_id=shop_id, code=chosen, since=since or now))
        if since is not None and since < now:
            orders.flag_dirty_since(session, shop_id, since)
    settle_marked(runtime, shop_id)
    return chosen


def give_coupon(runtime: Runtime, shop_id: int, customer: str, coupon: str) -> None:
    """A coupon that the merchant made in the shop recommends in the customer's name from now on.

    ``Refused`` when it is another partner's.
    """
    code = coupon.strip().lower()
    with runtime.db.transaction() as session:
        account = _account(runtime, session, shop_id, customer)
        known = partners.by_coupons(session, shop_id, [code]).get(code)
        if known is not None and known.account != account:
            raise Refused(f"The coupon {code} is another partner's. Nothing was changed.")
        if not code or code.startswith(find_shop(session, shop_id).code_prefix):
            raise Refused(f"“{coupon}” is no coupon of the merchant's own. Nothing was changed.")
        if known is None:
            session.add(PartnerCoupon(shop_id=shop_id, code=code, account_id=account, since=runtime.clock()))


def unused_code(session: Session, shop_id: int) -> str:
    """A speakable code that no partner of the shop has."""
    while True:
        code = speakable(randbelow(COUNT))
        if not partners.by_codes(session, shop_id, [code]):
            return code


def _chosen(session: Session, shop_id: int, account: int, code: str | None) -> str:
    if code is None:
        return unused_code(session, shop_id)
    try:
        chosen = typed(code)
    except ValueError as problem:
        raise Refused(f"{problem}. Nothing was changed.") from None
    known = partners.by_codes(session, shop_id, [chosen]).get(chosen)
    if known is not None and known.account != account:
        raise Refused(f"The code {chosen} is another partner's. Nothing was changed.")
    return chosen


def _account(runtime: Runtime, session: Session, shop_id: int, customer: str) -> int:
    name = Name(CUSTOMER, customer)
    return people.find_or_open(session, find_shop(session, shop_id), [name], runtime.clock())[name]


def _refuse_rings(session: Session, account: int, above: int, moment: datetime) -> None:
    if account == above:
        raise Refused("Nobody can be their own sponsor. Nothing was changed.")
    if account in people.Tree.whole(session, [above]).upline(above, moment):
        raise Refused(
            "This sponsor stands below the customer already; a ring is not possible. Nothing was changed."
        )
