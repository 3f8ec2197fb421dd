"""Binding new customers to whoever recommended them, by what stands on their first order.

Only the first order that a customer placed binds, whatever becomes of it, so that the order in which
deliveries arrive does not matter. The binding counts from that order's placing: it earns the sponsor already.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bridge.domain.orders import Order
from bridge.domain.programme import Timeline
from bridge.services.likeness import is_alike, same_person
from bridge.services.taken import Taken
from bridge.storage import orders, partners, people
from bridge.storage.cases import open_case
from bridge.storage.models import Sponsorship
from bridge.storage.partners import Placing


@dataclass(frozen=True, slots=True)
class Recommended:
    """Who recommended an order, and how that is known."""

    sponsor: int
    cause: str


class Binder:
    """Binds the buyers of one transaction's orders."""

    def __init__(
        self,
        session: Session,
        shop_id: int,
        timeline: Timeline,
        fingerprint: Callable[[str], str],
        now: datetime,
    ) -> None:
        self._session = session
        self._shop = shop_id
        self._timeline = timeline
        self._fingerprint = fingerprint
        self._now = now

    def bind(self, taken: Sequence[Taken]) -> None:
        """Bind whoever came by a recommendation, and undo a binding by an order that was not the first."""
        if not any(version.programme.referral for version in self._timeline.versions):
            return
        bought = {item.order.id: item for item in taken if item.account is not None and not item.order.test}
        recommended = self._recommended([item.order for item in bought.values()])
        known = partners.bindings(self._session, {i.account for i in bought.values() if i.account is not None})
        wanted = {item.account for order, item in bought.items() if order in recommended}
        wanted |= {account for account, rows in known.items() if _by_order(rows)}
        for account, order in self._firsts(bought, {a for a in wanted if a is not None}).items():
            self._decide(bought[order], known.get(account, []), recommended.get(order))

    # --- who recommended what -----------------------------------------------------------------------

    def _recommended(self, bought: Iterable[Order]) -> dict[str, Recommended]:
        marked = [order for order in bought if _pays_referrals(order, self._timeline) and _marks(order)]
        if not marked:
            return {}
        codes = partners.by_codes(self._session, self._shop, {order.referral.lower() for order in marked})
        coupons = partners.by_coupons(self._session, self._shop, {c for order in marked for c in order.coupons})
        found = ((order.id, _recommendation(order, codes, coupons)) for order in marked)
        return {order: recommendation for order, recommendation in found if recommendation is not None}

    def _firsts(self, bought: Mapping[str, Taken], accounts: set[int]) -> dict[int, str]:
        """The accounts whose first order is among these, with that order."""
        if not accounts:
            return {}
        stored = partners.first_orders(self._session, self._shop, accounts, bought)
        first: dict[int, Placing] = {}
        for order, item in bought.items():
            if item.account in accounts and item.account is not None:
                placing = Placing(item.order.placed, order)
                first[item.account] = min(placing, first.get(item.account, placing))
        return {a: p.order for a, p in first.items() if a not in stored or p < stored[a]}

    # --- what follows -------------------------------------------------------------------------------

    def _decide(self, item: Taken, known: Sequence[Sponsorship], recommended: Recommended | None) -> None:
        bound = _by_order(known)
        if len(known) > (bound is not None) or (bound is not None and bound.order_id == item.order.id):
            return
        if bound is not None:
            partners.forget(self._session, bound)
        if recommended is not None:
            self._bind(item, recommended)
        if bound is not None or recommended is not None:
            self._settle_again(item)

    def _bind(self, item: Taken, recommended: Recommended) -> None:
        account, sponsor, placed = item.account or 0, recommended.sponsor, item.order.placed
        refusal = self._refusal(item, sponsor)
        bound = people.Binding(
            account=account,
            since=placed,
            sponsor=None if refusal else sponsor,
            cause=refusal or recommended.cause,
            noted_at=self._now,
            order=item.order.id,
        )
        people.sponsor(self._session, [bound])
        if not refusal and is_alike(self._session, item.contact, sponsor):
            self._flag(item)

    def _refusal(self, item: Taken, sponsor: int) -> str:
        """Why the recommendation does not bind; kept, so that it is decided once."""
        placed = item.order.placed
        chain = [sponsor, *people.Tree.whole(self._session, [sponsor]).upline(sponsor, placed)]
        if item.account in chain:
            return "recommended by the buyer's own account or by one below it: nobody earns on their own orders"
        if same_person(self._session, self._shop, self._fingerprint, item.order.mailbox, chain):
            return "recommended from the same mailbox: nobody earns on their own orders"
        return ""

    def _settle_again(self, item: Taken) -> None:
        below = people.downline(self._session, [item.account or 0]) | {item.account or 0}
        orders.flag_dirty(self._session, below, item.order.placed)

    def _flag(self, item: Taken) -> None:
        open_case(
            self._session,
            self._shop,
            f"account:{item.account}",
            "likeness",
            f"The buyer of order {item.order.number} looks like the partner who recommended it (name or e-mail). "
            "The recommendation counts; if both are one person, end it with `rabattkonto partner bind`.",
            self._now,
        )


def _pays_referrals(order: Order, timeline: Timeline) -> bool:
    version = timeline.at(order.placed)
    return version is not None and version.programme.referral is not None


def _marks(order: Order) -> bool:
    return bool(order.referral or order.coupons)


def _recommendation(
    order: Order, codes: Mapping[str, partners.Coded], coupons: Mapping[str, partners.Coded]
) -> Recommended | None:
    """The link goes before the coupon; a code says nothing of orders placed before it was given out."""
    named = [(codes.get(order.referral.lower()), f"referral code {order.referral.lower()}")]
    named += [(coupons.get(code), f"coupon {code}") for code in order.coupons]
    for coded, what in named:
        if coded is not None and coded.since <= order.placed:
            return Recommended(coded.account, f"{what} on order {order.number}")
    return None


def _by_order(known: Sequence[Sponsorship]) -> Sponsorship | None:
    return next((row for row in known if row.order_id), None)
