"""Partners as they are stored: their codes and coupons, and by what each customer was bound to a sponsor."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from bridge.storage import people
from bridge.storage.models import OrderState, Partner, PartnerCoupon, Sponsorship


@dataclass(frozen=True, slots=True)
class Coded:
    """Whose a code is, and since when it recommends."""

    account: int
    since: datetime


def by_codes(session: Session, shop_id: int, codes: Collection[str]) -> dict[str, Coded]:
    """The partners of these referral codes, in small letters."""
    rows = session.execute(
        select(col(Partner.code), col(Partner.account_id), col(Partner.since)).where(
            col(Partner.shop_id) == shop_id, col(Partner.code).in_(list(codes))
        )
    ).all()
    return {row.code: Coded(row.account_id, row.since) for row in rows}


def by_coupons(session: Session, shop_id: int, codes: Collection[str]) -> dict[str, Coded]:
    """The partners of these coupons, in small letters."""
    rows = session.execute(
        select(col(PartnerCoupon.code), col(PartnerCoupon.account_id), col(PartnerCoupon.since)).where(
            col(PartnerCoupon.shop_id) == shop_id, col(PartnerCoupon.code).in_(list(codes))
        )
    ).all()
    return {row.code: Coded(row.account_id, row.since) for row in rows}


def bindings(session: Session, accounts: Collection[int]) -> dict[int, list[Sponsorship]]:
    """Every binding that these accounts have or had, oldest first."""
    found: dict[int, list[Sponsorship]] = defaultdict(list)
    rows = session.execute(
        select(Sponsorship)
        .where(col(Sponsorship.account_id).in_(list(accounts)))
        .order_by(col(Sponsorship.account_id), col(Sponsorship.since))
    ).scalars()
    for row in rows:
        found[row.account_id].append(row)
    return found


@dataclass(frozen=True, slots=True, order=True)
class Placing:
    """When an order was placed; the earliest of an account is its first order."""

    placed: datetime
    order: str


def first_orders(
    session: Session, shop_id: int, accounts: Collection[int], beside: Collection[str]
) -> dict[int, Placing]:
    """The earliest stored order of each account, leaving out the orders in ``beside``."""
    of_account = (
        col(OrderState.shop_id) == shop_id,
        col(OrderState.account_id).in_(list(accounts)),
        col(OrderState.order_id).not_in(list(beside)),
    )
    place = func.row_number().over(
        partition_by=col(OrderState.account_id), order_by=(col(OrderState.placed), col(OrderState.order_id))
    )
    ranked = (
        select(col(OrderState.account_id), col(OrderState.placed), col(OrderState.order_id), place.label("place"))
        .where(*of_account)
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place == 1))
    return {row.account_id: Placing(row.placed, row.order_id) for row in rows}


def forget(session: Session, bound: Sponsorship) -> None:
    """Take out a binding that never held."""
    session.execute(
        delete(Sponsorship).where(
            col(Sponsorship.account_id) == bound.account_id, col(Sponsorship.since) == bound.since
        )
    )


def forget_reasons(session: Session, accounts: Collection[int]) -> None:
    """Forget why somebody bound these accounts by hand: whoever wrote it may have named a person."""
    session.execute(
        update(Sponsorship)
        .where(col(Sponsorship.account_id).in_(list(accounts)), col(Sponsorship.cause).startswith("by hand:"))
        .values(cause="by hand")
    )


def hand_over(session: Session, guest: int, account: int) -> set[int]:
    """What a waiting account was as a partner, the account is that takes it over; who stands below it."""
    below = people.downline(session, [guest])
    _repoint(session, guest, account)
    if not bindings(session, [account]):
        # Recommendations on orders bind anew when the orders are settled for their new owner.
        session.execute(
            update(Sponsorship)
            .where(col(Sponsorship.account_id) == guest, col(Sponsorship.order_id) == "")
            .where(col(Sponsorship.sponsor_id).is_distinct_from(account))
            .values(account_id=account)
        )
    return below


def _repoint(session: Session, guest: int, account: int) -> None:
    session.execute(update(Sponsorship).where(col(Sponsorship.sponsor_id) == guest).values(sponsor_id=account))
    session.execute(update(PartnerCoupon).where(col(PartnerCoupon.account_id) == guest).values(account_id=account))
    if session.get(Partner, account) is None:
        session.execute(update(Partner).where(col(Partner.account_id) == guest).values(account_id=account))


def those_who_are(session: Session, accounts: Iterable[int]) -> set[int]:
    """Those of the accounts that are partners: they have a code or a coupon, or somebody stands below them."""
    wanted = list(accounts)
    questions = (
        select(col(Partner.account_id)).where(col(Partner.account_id).in_(wanted)),
        select(col(PartnerCoupon.account_id)).where(col(PartnerCoupon.account_id).in_(wanted)),
        select(col(Sponsorship.sponsor_id)).where(col(Sponsorship.sponsor_id).in_(wanted)),
    )
    return {found for question in questions for found in session.execute(question).scalars() if found is not None}
