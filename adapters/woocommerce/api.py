"""One WooCommerce shop over REST v3: the ``ShopClient`` of this platform.

Reads go by ids, a hundred per request, whatever order or product they belong to; writes go in
batches with an answer per item.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from requests.adapters import BaseAdapter

from adapters.documents import Unclear, typed
from adapters.guard import is_private
from adapters.http import Limits
from adapters.woocommerce import adjust, furniture, plugins, setup
from adapters.woocommerce.catalogue import inherit, read_article
from adapters.woocommerce.changes import SECOND, changes
from adapters.woocommerce.check import check
from adapters.woocommerce.codes import is_ours, payload, read_code, read_written, refusal
from adapters.woocommerce.connection import PAGE, Connection, hundreds, understood
from adapters.woocommerce.customers import read_customer, view_payload
from adapters.woocommerce.orders import read_order
from adapters.woocommerce.refunds import apply_refunds
from adapters.woocommerce.shapes import Bare, RefundBody
from adapters.woocommerce.vouchers import voucher_payload
from bridge.domain.orders import Article
from bridge.errors import ShopRefused
from bridge.ports import (
    Access,
    Applied,
    CodeRef,
    CodeRules,
    CodeWrite,
    CodeWritten,
    CustomerSeen,
    CustomerView,
    Finding,
    Furnishing,
    OrderGone,
    OrderSeen,
    ShopCode,
    ShopProfile,
    ShopTerms,
    Unreadable,
    VoucherWrite,
)


def utc_now() -> datetime:
    """The clock, where none is handed in."""
    return datetime.now(UTC)


class WooShop:
    """A client for one shop; see ``bridge.ports.ShopClient`` for what every call promises."""

    def __init__(
        self,
        access: Access,
        terms: ShopTerms,
        clock: Callable[[], datetime] = utc_now,
        limits: Limits | None = None,
        transport: BaseAdapter | None = None,
    ) -> None:
        self._url = access.url
        self._neighbours = is_private(access.url, access.private)
        self._shop = Connection(access, clock, limits, transport)
        self._terms = terms
        self._clock = clock

    # --- orders -------------------------------------------------------------------------------

    def complete(self, seen: Sequence[OrderSeen]) -> list[OrderSeen | Unreadable]:
        """The same states with their refunds, which a body lists by id only."""
        wanted = [refund for state in seen for refund in state.lacks]
        found = [understood(typed, RefundBody, body) for body in self._shop.chosen("/refunds", wanted)]
        refunds = {str(refund.id): refund for refund in found}
        return [_with_refunds(state, refunds) for state in seen]

    def orders(self, ids: Sequence[str]) -> list[OrderSeen | OrderGone | Unreadable]:
        """The orders as they are now. What is neither in the list nor in the trash was deleted for good."""
        found: dict[str, OrderSeen | OrderGone | Unreadable] = {}
        for some in hundreds(list(dict.fromkeys(ids))):
            read_at = self._clock()
            found |= {order: OrderGone(order, read_at) for order in some}
            found |= self._read_orders(some, "any", read_at)
            missing = [order for order in some if isinstance(found[order], OrderGone)]
            found |= self._read_orders(missing, "trash", read_at)
        return [found[order] for order in ids]

    def changed_since(self, since: datetime) -> Iterator[list[OrderSeen | Unreadable]]:
        """Pages of complete orders, oldest change first; a page that was taken need not be read again."""
        walk = changes(self._shop, since, self._clock)
        while page := list(islice(walk, PAGE)):
            yield self._completed([read_order(each.body, self._terms, each.read_at) for each in page])

    def _read_orders(self, ids: Sequence[str], status: str, read_at: datetime) -> dict[str, OrderSeen | Unreadable]:
        bodies = self._shop.chosen("/orders", ids, status=status)
        found = [str(understood(typed, Bare, body).id) for body in bodies]
        read = self._completed([read_order(body, self._terms, read_at) for body in bodies])
        return dict(zip(found, read, strict=True))

    def _completed(self, read: Sequence[OrderSeen | Unreadable]) -> list[OrderSeen | Unreadable]:
        lacking = [state for state in read if isinstance(state, OrderSeen) and state.lacks]
        done = iter(self.complete(lacking))
        return [next(done) if isinstance(state, OrderSeen) and state.lacks else state for state in read]

    def apply_code(self, order: str, code: str) -> Applied:
        """Put our code on an unpaid order, after one more look at it: every status would let us (measured)."""
        read_at = self._clock()
        try:
            body = adjust.put_on(self._shop, self._terms, order, code)
        except ShopRefused as error:
            return adjust.refusal(error)
        if body is None:
            return Applied()
        (seen,) = self._completed([understood(read_order, body, self._terms, read_at)])
        if not isinstance(seen, OrderSeen):
            return Applied()
        return Applied(seen, adjust.total(body, self._terms.currency))

    def tell(self, order: str, text: str) -> None:
        """A note to the customer, which the shop mails."""
        self._shop.ask("POST", f"/orders/{order}/notes", {"note": text, "customer_note": True})

    # --- catalogue and people -------------------------------------------------------------------

    def articles(self, ids: Sequence[str]) -> list[Article]:
        """Products and variations by id; variations and translations come with what they inherit."""
        products = self._products(ids)
        return [*products.values(), *self._variations([wanted for wanted in ids if wanted not in products])]

    def customers(self, ids: Sequence[str]) -> list[CustomerSeen]:
        """Registered customers of any role: staff buy, too."""
        return [understood(read_customer, body) for body in self._shop.chosen("/customers", ids, role="all")]

    def _products(self, ids: Sequence[str]) -> dict[str, Article]:
        """Products by id, a translated one with the categories, tags and credit of its original."""
        found = self._read_products(ids)
        missing = {article.product for article in found.values() if article.variation} - found.keys()
        originals = {**found, **self._read_products(sorted(missing))}
        return {
            name: inherit(article, originals.get(article.product)) if article.variation else article
            for name, article in found.items()
        }

    def _read_products(self, ids: Sequence[str]) -> dict[str, Article]:
        bodies = self._shop.chosen("/products", ids)
        found = [understood(read_article, body, self._terms.currency) for body in bodies]
        return {article.id: article for article in found}

    def _variations(self, ids: Sequence[str]) -> list[Article]:
        bodies = self._shop.chosen("/variations", ids)
        bare = [understood(read_article, body, self._terms.currency) for body in bodies]
        parents = self._products([article.product for article in bare])
        return [inherit(article, parents.get(article.product)) for article in bare]

    # --- codes ----------------------------------------------------------------------------------

    def codes(self, refs: Sequence[CodeRef]) -> dict[str, ShopCode]:
        """Codes by id, a hundred per request; one that we know by name only costs a request of its own."""
        bodies = self._shop.chosen("/coupons", [ref.external_id for ref in refs if ref.external_id])
        for ref in refs:
            if not ref.external_id:
                bodies += self._shop.items("/coupons", code=ref.code)
        now = self._clock()
        found = [understood(read_code, body, self._terms.currency, now) for body in bodies]
        return {code.code: code for code in found}

    def issued(self, since: datetime) -> Iterator[list[ShopCode]]:
        """Codes with our meta key, oldest first: one that is made while we read stands at the end."""
        # The shop's bound leaves its own second out (measured).
        made = {"after": (since - SECOND).strftime("%Y-%m-%dT%H:%M:%S"), "dates_are_gmt": "true"}
        now = self._clock()
        for page in self._shop.pages("/coupons", orderby="id", order="asc", **made):
            yield [understood(read_code, body, self._terms.currency, now) for body in page if is_ours(body)]

    def write_codes(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        """Create or change codes, a hundred per request; a code without address is refused here already."""
        sendable = [write for write in writes if not refusal(write)]
        answers = iter([answer for some in hundreds(sendable) for answer in self._write_some(some)])
        return [
            CodeWritten(write.ref, refusal=problem) if (problem := refusal(write)) else next(answers)
            for write in writes
        ]

    def _write_some(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        return self._send([(write.ref, payload(write, self._terms.currency)) for write in writes])

    def write_vouchers(self, writes: Sequence[VoucherWrite]) -> list[CodeWritten]:
        """Promotional codes, a hundred per request."""
        sent = [(write.ref, voucher_payload(write, self._terms.currency)) for write in writes]
        return [answer for some in hundreds(sent) for answer in self._send(some)]

    def _send(self, coupons: Sequence[tuple[CodeRef, dict[str, Any]]]) -> list[CodeWritten]:
        new = [body for ref, body in coupons if not ref.external_id]
        known = [body for ref, body in coupons if ref.external_id]
        done = self._shop.batch("/coupons", create=new, update=known)
        created, updated, now = iter(done["create"]), iter(done["update"]), self._clock()
        return [
            read_written(ref, next(updated if ref.external_id else created), self._terms.currency, now)
            for ref, _ in coupons
        ]

    def show(self, views: Sequence[CustomerView]) -> list[str]:
        """Write the customers' meta data, a hundred per request. Each write comes back as customer.updated."""
        return [customer for some in hundreds(views) for customer in self._show_some(some)]

    def _show_some(self, views: Sequence[CustomerView]) -> list[str]:
        done = self._shop.batch("/customers", update=[view_payload(view) for view in views])["update"]
        return [
            view.customer
            for view, answer in zip(views, done, strict=True)
            if not isinstance(answer, dict) or "error" in answer
        ]

    # --- the shop itself ------------------------------------------------------------------------

    def profile(self) -> ShopProfile:
        """What the shop is."""
        return setup.profile(self._shop)

    def register(self, address: str, secret: str) -> list[str]:
        """Point the webhooks at ``address``."""
        return setup.register(self._shop, address, secret)

    def unregister(self, address: str) -> None:
        """Take our webhooks out of the shop."""
        setup.unregister(self._shop, address)

    def unsound(self, address: str) -> list[str]:
        """What is wrong with the webhooks for ``address``."""
        return setup.unsound(self._shop, address)

    def unkept(self, rules: CodeRules) -> str:
        """Why these rules cannot be kept: the companion plugin keeps any, without it there is nobody."""
        return plugins.lacks_companion(self._shop) if rules else ""

    def furnish(self, furnishing: Furnishing) -> bool:
        """Tell the companion plugin, which takes it at an address of its own among WooCommerce's."""
        try:
            self._shop.ask("POST", furniture.PATH, furniture.payload(furnishing, self._terms.currency))
        except ShopRefused as error:
            if error.code != furniture.NOBODY:
                raise
            return False
        return True

    def check(self, address: str) -> list[Finding]:
        """What is wrong with the connection, the webhooks or the settings."""
        return check(self._shop, self._url, self._terms.currency, address, self._neighbours)


def _with_refunds(seen: OrderSeen, refunds: Mapping[str, RefundBody]) -> OrderSeen | Unreadable:
    """A refund that the shop no longer has was deleted since the body was written, and gives nothing back."""
    theirs = [refunds[refund] for refund in seen.lacks if refund in refunds]
    try:
        return replace(seen, order=apply_refunds(seen.order, theirs), lacks=())
    except Unclear as problem:
        return Unreadable(f"A refund of the order cannot be understood: {problem}.", order=seen.order.id)
