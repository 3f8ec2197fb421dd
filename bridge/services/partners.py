"""Partners: who sponsors whom, from when and by what. Rings and self-sponsoring are refused."""

from datetime import datetime
from secrets import randbelow

from sqlmodel import Session

from bridge.domain.speakable import COUNT, speakable, typed
from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services import privacy
from bridge.services.contact import find_shop
from bridge.services.settle import settle_marked
from bridge.storage import orders, partners, people
from bridge.storage.models import Account, Partner, PartnerCoupon
from bridge.storage.people import CUSTOMER, Binding, Name

BY_HAND = "by hand"
"""The cause of a binding that somebody entered; on the pages their reason follows it."""


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
        _bind(session, Binding(account, since, above, cause, by, runtime.clock()))
    settle_marked(runtime, shop_id)


def rebind(
    runtime: Runtime, account_id: int, sponsor_id: int | None, since: datetime | None, reason: str, by: str
) -> None:
    """The same for accounts, as somebody at the desk says, with a reason; from now on without ``since``.

    Raises ``Refused`` as well for accounts of two shops, for one that became part of another or whose owner was
    erased, and for a day before the binding that holds began: it would never count.
    """
    now = runtime.clock()
    with runtime.db.transaction() as session:
        account = session.get_one(Account, account_id)
        shop_id = account.shop_id
        for each in [account] if sponsor_id is None else [account, session.get_one(Account, sponsor_id)]:
            _refuse_ended(account, each)
        if since is not None and since > now:
            raise Refused("Choose today or an earlier day. Nothing was changed.")
        begun = max((row.since for row in partners.bindings(session, [account_id])[account_id]), default=None)
        if since is not None and begun is not None and since < begun:
            raise Refused("The present sponsor was noted on a later day. Nothing was changed.")
        _bind(session, Binding(account_id, since or now, sponsor_id, f"{BY_HAND}: {reason}", by, now))
    settle_marked(runtime, shop_id)


def _bind(session: Session, binding: Binding) -> None:
    if binding.sponsor is not None:
        _refuse_rings(session, binding.account, binding.sponsor, binding.since)
        _refuse_rings(session, binding.account, binding.sponsor, binding.noted_at or binding.since)
    people.sponsor(session, [binding])
    below = people.downline(session, [binding.account]) | {binding.account}
    orders.flag_dirty(session, below, binding.since)


def find(runtime: Runtime, shop_id: int, named: str) -> int:
    """The account of a referral code, an e-mail address or a customer number. Raises ``NotFound`` without one."""
    code = named.strip().lower()
    with runtime.db.reading() as session:
        known = partners.by_codes(session, shop_id, [code]).get(code)
    if known is not None:
        return known.account
    return privacy.find(runtime, shop_id, **{"email" if "@" in named else "customer": named.strip()})


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


def _refuse_ended(account: Account, each: Account) -> None:
    if each.shop_id != account.shop_id:
        raise Refused("Both accounts have to belong to the same shop. Nothing was changed.")
    if each.merged_into is not None or each.erased_at is not None:
        raise Refused("This account has become part of another one, or was erased. Nothing was changed.")


def _refuse_rings(session: Session, account: int, above: int, moment: datetime) -> None:
    if account == above:
        raise Refused("Nobody can be their own sponsor. Nothing was changed.")
    if account in people.Tree.whole(session, [above]).upline(above, moment):
        raise Refused(
            "This sponsor stands below the customer already; a ring is not possible. Nothing was changed."
        )
