"""Unpaid orders: credit comes off an order that was placed a moment ago and is to be paid by hand.

Only where the programme says so, for payment methods the shop has listed, and never after the customer can
have begun to pay. The intention is stored first, so that a call that timed out is finished and not repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from babel.numbers import format_currency
from sqlmodel import Session

from bridge.domain import money
from bridge.domain.orders import Order
from bridge.domain.programme import Timeline
from bridge.errors import ShopRefused
from bridge.ports import Applied, ShopClient
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.contact import find_shop
from bridge.storage import adjusting, orders, programmes
from bridge.storage.adjusting import REFUSED, Adjustable
from bridge.storage.cases import open_case
from bridge.storage.models import Shop

WITHIN = timedelta(minutes=10)
"""Later than this after placing, the customer may be on the way to the bank with the old amount."""

UNTOLD = "customer not told"

_NOTES = {
    "de": "Ihr Guthaben von {taken} wurde von dieser Bestellung abgezogen. Bitte zahlen Sie nur noch {total}.",
    "en": "Your credit of {taken} was taken off this order. Please pay {total} instead.",
}
_NOTES_FREE = {
    "de": "Ihr Guthaben von {taken} wurde von dieser Bestellung abgezogen. Es ist nichts mehr zu zahlen.",
    "en": "Your credit of {taken} was taken off this order. There is nothing left to pay.",
}


def methods(runtime: Runtime, shop: Shop) -> tuple[str, ...]:
    """The payment methods that the merchant has listed as paid by hand, or those that usually are."""
    return tuple(shop.answers.get("offline", runtime.platform(shop.platform).offline))


def list_methods(runtime: Runtime, shop_id: int, chosen: Sequence[str]) -> tuple[str, ...]:
    """Keep the merchant's list; the list as it is kept."""
    with runtime.db.transaction() as session:
        shop = find_shop(session, shop_id)
        shop.answers = {**shop.answers, "offline": sorted(set(chosen))}
        session.add(shop)
    return methods(runtime, shop)


def waiting(runtime: Runtime, session: Session, shop: Shop) -> list[Adjustable]:
    """Orders to be lowered now, one per customer: a code can be used once. First those where it has begun."""
    shop_id, now = shop.id or 0, runtime.clock()
    timeline = programmes.timeline(session, shop_id)
    if not any(version.programme.redeem.open_orders for version in timeline.versions):
        return []
    fresh = adjusting.candidates(session, shop_id, methods(runtime, shop), now - WITHIN)
    wanted = [item for item in fresh if _allowed(timeline, item.order)]
    return list({item.account: item for item in (*reversed(wanted), *adjusting.begun(session, shop_id))}.values())


def _allowed(timeline: Timeline, order: Order) -> bool:
    version = timeline.at(order.placed)
    return version is not None and version.programme.redeem.open_orders


def lower(runtime: Runtime, shop: Shop, client: ShopClient) -> int:
    """Put the live codes on the orders that wait for it; how many were lowered. Raises ``ShopError``."""
    with runtime.db.reading() as session:
        found = waiting(runtime, session, shop)
    lowered = [item for item in found if _Order(runtime, shop, client, item).lower()]
    if lowered:
        runtime.bell.ring("push", shop.id or 0)
    return len(lowered)


@dataclass(frozen=True, slots=True)
class _Order:
    """One order on its way to a lower amount."""

    runtime: Runtime
    shop: Shop
    client: ShopClient
    item: Adjustable

    def lower(self) -> bool:
        """Whether the order carries the code now."""
        if self._is_late():
            return self._give_up()
        self._note(self.item.code)
        applied = self.client.apply_code(self.item.order.id, self.item.code)
        if applied.refusal:
            self._refused(applied.refusal)
        if applied.seen is None:
            self._note("", look_again=True)
            return False
        self._tell(applied)
        self._note("")
        settle.absorb(self.runtime, self.shop, [applied.seen], "credit on an unpaid order")
        return True

    def _is_late(self) -> bool:
        return self.item.order.placed < self.runtime.clock() - WITHIN

    def _give_up(self) -> bool:
        """An attempt that nobody finished in time: what the shop shows counts, and a person tells the customer."""
        if any(use.code == self.item.code for use in self.item.order.codes):
            self._untold()
        self._note("", look_again=True)
        return False

    def _tell(self, applied: Applied) -> None:
        try:
            self.client.tell(self.item.order.id, note_for(self.runtime, self.shop, applied, self.item.code))
        except ShopRefused:
            self._untold()

    def _untold(self) -> None:
        self._case(
            UNTOLD,
            f"Credit was taken off order {self.item.order.number}, but the note with the new amount could not be"
            " written. Tell the customer what is to be paid now.",
        )

    def _refused(self, reason: str) -> None:
        self._case(
            REFUSED,
            f"The credit could not be taken off order {self.item.order.number}: {reason} The order was left as it"
            " is, and it is not tried again; usually the billing address is not the account's. The credit stays.",
        )

    def _case(self, reason: str, sentence: str) -> None:
        with self.runtime.db.transaction() as session:
            subject = f"order:{self.item.order.id}"
            open_case(session, self.shop.id or 0, subject, reason, sentence, self._now)

    def _note(self, code: str, look_again: bool = False) -> None:
        with self.runtime.db.transaction() as session:
            adjusting.note(session, self.shop.id or 0, self.item.order.id, code)
            if look_again:
                orders.flag_suspect(session, self.shop.id or 0, [self.item.order.id])

    @property
    def _now(self) -> datetime:
        return self.runtime.clock()


def note_for(runtime: Runtime, shop: Shop, applied: Applied, code: str) -> str:
    """What the customer is told, in the installation's language, with what the code really took off."""
    lines = applied.seen.order.lines if applied.seen else ()
    taken = sum(part.amount for line in lines for part in line.credits if part.code.lower() == code.lower())
    language = runtime.settings.language
    text = (_NOTES if applied.total else _NOTES_FREE)[language]
    return text.format(taken=_printed(taken, shop, language), total=_printed(applied.total, shop, language))


def _printed(amount: int, shop: Shop, language: str) -> str:
    return str(format_currency(Decimal(money.plain(amount, shop.currency)), shop.currency, locale=language))
