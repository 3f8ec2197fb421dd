"""One Shopify shop over GraphQL: the ``ShopClient`` of this platform.

Reads go by ids, a hundred per request. Shopify changes one discount per mutation, so a code costs one; customers'
metafields are written twenty-five at a time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from requests.adapters import BaseAdapter

from adapters.http import Limits
from adapters.shopify import adjust, furniture, rules, setup
from adapters.shopify.catalogue import read_article
from adapters.shopify.changes import changed
from adapters.shopify.check import check
from adapters.shopify.codes import OURS, created, others_removed, payload, read_code, refusal
from adapters.shopify.connection import Complaint, Connection, understood
from adapters.shopify.customers import identifier, metafield, read_node
from adapters.shopify.graph import order_body
from adapters.shopify.ids import gid, number, numeric
from adapters.shopify.orders import read_order
from adapters.shopify.vouchers import voucher_payload
from bridge.domain.orders import Article
from bridge.errors import AccessLost, ShopAway, ShopRefused
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

_REFUNDS, _TRANSACTIONS = 3, 5
"""How many an order brings along (``operations/orders.graphql``); with so many there may be more."""

log = structlog.get_logger(__name__)

_METAFIELDS = 25
"""The most that Shopify takes at once."""

_TAKEN = "TAKEN"


def utc_now() -> datetime:
    """The clock, where none is handed in."""
    return datetime.now(UTC)


class ShopifyShop:
    """A client for one shop; see ``bridge.ports.ShopClient`` for what every call promises."""

    def __init__(
        self,
        access: Access,
        terms: ShopTerms,
        clock: Callable[[], datetime] = utc_now,
        limits: Limits | None = None,
        transport: BaseAdapter | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._shop = Connection(access, clock, limits, transport, sleep)
        self._terms = terms
        self._clock = clock

    # --- orders -------------------------------------------------------------------------------

    def complete(self, seen: Sequence[OrderSeen]) -> list[OrderSeen | Unreadable]:
        """The orders read anew, whole; one that is gone since stays as its body told it."""
        found = self.orders([state.order.id for state in seen])
        return [
            replace(state, lacks=()) if isinstance(now, OrderGone) else now
            for state, now in zip(seen, found, strict=True)
        ]

    def orders(self, ids: Sequence[str]) -> list[OrderSeen | OrderGone | Unreadable]:
        """The orders as they are now. What the shop does not have was deleted for good."""
        read_at = self._clock()
        nodes = self._shop.nodes("OrdersByIds", [gid("Order", each) for each in numeric(list(ids))])
        found = {understood(number, node["id"]): self._read(node, read_at) for node in nodes}
        return [found.get(order) or OrderGone(order, read_at) for order in ids]

    def changed_since(self, since: datetime) -> Iterator[list[OrderSeen | Unreadable]]:
        """Pages of whole orders, oldest change first."""
        for nodes, read_at in changed(self._shop, since, self._clock):
            yield [self._read(node, read_at) for node in nodes]

    def _read(self, node: Any, read_at: datetime) -> OrderSeen | Unreadable:
        self._fill(node)
        return read_order(understood(order_body, node), self._terms, read_at)

    def _fill(self, node: Any) -> None:
        """Fetch what an answer had no room for: the rest of many lines, of the order and of its refunds."""
        if len(node["refunds"]) >= _REFUNDS or len(node["transactions"]) >= _TRANSACTIONS:
            whole = self._ask("WholeOrder", "order", node["id"])
            node["transactions"] = whole["transactions"]
            known = {refund["id"] for refund in node["refunds"]}
            more = [refund["id"] for refund in whole["refunds"] if refund["id"] not in known]
            node["refunds"] += [self._ask("RefundFacts", "refund", each) for each in more]
        self._rest("OrderLines", "order", "lineItems", node)
        for refund in node["refunds"]:
            self._rest("RefundLines", "refund", "refundLineItems", refund)

    def _rest(self, operation: str, root: str, field: str, node: Any) -> None:
        page = node[field]["pageInfo"]
        while page["hasNextPage"]:
            thing = self._ask(operation, root, node["id"], after=page["endCursor"])
            node[field]["nodes"] += thing[field]["nodes"]
            page = thing[field]["pageInfo"]

    def _ask(self, operation: str, root: str, thing: str, **more: object) -> Any:
        found = self._shop.ask(operation, id=thing, **more)[root]
        if found is None:
            raise ShopAway("An order vanished while it was read. We ask again later.")
        return found

    def apply_code(self, order: str, code: str) -> Applied:
        """Take our code's worth off an unpaid order, after one more look at it."""
        (seen,) = self.orders([order])
        worth = self.codes([CodeRef(code)]).get(code.lower())
        if not isinstance(seen, OrderSeen):
            return Applied()
        if not any(use.code == code.lower() for use in seen.order.codes):
            if worth is None or worth.expired or worth.uses or not seen.order.adjustable:
                return Applied()
            problem = adjust.put_on(self._shop, order, code, worth.face, self._terms.currency)
            if problem:
                return adjust.refused(problem)
            (seen,) = self.orders([order])
        return Applied(seen, self._outstanding(order)) if isinstance(seen, OrderSeen) else Applied()

    def _outstanding(self, order: str) -> int:
        (node,) = self._shop.nodes("OrdersByIds", [gid("Order", order)])
        return understood(adjust.left_to_pay, node, self._terms.currency)

    def tell(self, order: str, text: str) -> None:
        """Send the invoice with what is to be paid now, and the note as its message."""
        self._shop.change("TellCustomer", id=gid("Order", order), email={"customMessage": text})

    # --- catalogue and people -------------------------------------------------------------------

    def articles(self, ids: Sequence[str]) -> list[Article]:
        """Products and variants by id: a bare number does not say which it is, so both are asked for."""
        known = numeric(list(ids))
        wanted = [gid(kind, each) for each in known for kind in ("ProductVariant", "Product")]
        nodes = self._shop.nodes("Articles", wanted)
        return [understood(read_article, node, self._terms.currency) for node in nodes]

    def customers(self, ids: Sequence[str]) -> list[CustomerSeen]:
        """Registered customers with their tags and companies."""
        nodes = self._shop.nodes("Customers", [gid("Customer", each) for each in numeric(list(ids))])
        return [understood(read_node, node) for node in nodes]

    def show(self, views: Sequence[CustomerView]) -> list[str]:
        """Write or take out the customers' metafields; whom Shopify does not know is named."""
        shown = [view for view in views if view.statement]
        hidden = [view for view in views if not view.statement]
        return [
            *self._in_portions("WriteMetafields", shown, metafield),
            *self._in_portions("HideCustomers", hidden, identifier),
        ]

    def _in_portions(
        self, operation: str, views: Sequence[CustomerView], write: Callable[[CustomerView], dict[str, str]]
    ) -> list[str]:
        refused: list[str] = []
        for start in range(0, len(views), _METAFIELDS):
            refused += self._write_views(operation, views[start : start + _METAFIELDS], write)
        return refused

    def _write_views(
        self, operation: str, views: Sequence[CustomerView], write: Callable[[CustomerView], dict[str, str]]
    ) -> list[str]:
        """All or nothing, says Shopify: so one that is refused is looked for by halves."""
        try:
            self._shop.change(operation, metafields=[write(view) for view in views])
        except Complaint:
            if len(views) == 1:
                return [views[0].customer]
            middle = len(views) // 2
            halves = (views[:middle], views[middle:])
            return [each for half in halves for each in self._write_views(operation, half, write)]
        return []

    # --- codes ----------------------------------------------------------------------------------

    def codes(self, refs: Sequence[CodeRef]) -> dict[str, ShopCode]:
        """Codes by id, a hundred per request; one that we know by name only costs a request of its own."""
        ids = numeric([ref.external_id for ref in refs if ref.external_id])
        nodes = self._shop.nodes("CodesByIds", [gid("DiscountCodeNode", each) for each in ids])
        for ref in refs:
            if not ref.external_id:
                node = self._shop.ask("CodeByName", code=ref.code)["codeDiscountNodeByCode"]
                nodes += [node] if node else []
        found = [understood(read_code, node, self._terms.currency) for node in nodes]
        return {code.code: code for code in found if code is not None}

    def issued(self, since: datetime) -> Iterator[list[ShopCode]]:
        """Codes with our tag. Their dates cannot be asked for in UTC, so they are compared here."""
        for page in self._shop.pages("CodesIssued", "discountNodes", query=f"method:code tag:{OURS}"):
            made = [node for node in page if understood(created, node) >= since]
            found = [understood(read_code, node, self._terms.currency) for node in made]
            yield [code for code in found if code is not None and code.owner]

    def write_codes(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        """Create or change codes, one mutation each; a code without a customer is refused here already."""
        barred = any(write.rules.barred for write in writes if write.rules)
        allowed = self._allowed() if barred else ""
        return [self._write(write, allowed) for write in writes]

    def _write(self, write: CodeWrite, allowed: str) -> CodeWritten:
        problem = refusal(write)
        if not problem and write.rules and write.rules.barred and not allowed:
            problem = rules.unkept(write.rules, has_collection=False)
        if problem:
            return CodeWritten(write.ref, refusal=problem)
        answer = self._send(write.ref, payload(write, self._terms.currency, allowed))
        others = others_removed(answer.now, write) if answer.now and not write.expired else {}
        return self._send(answer.ref, others) if others else answer

    def _send(self, ref: CodeRef, sent: dict[str, Any]) -> CodeWritten:
        try:
            if ref.external_id:
                node_id = gid("DiscountCodeNode", ref.external_id)
                payload_ = self._shop.change("ChangeCode", id=node_id, input=sent)
            else:
                payload_ = self._shop.change("MakeCode", input=sent)
        except Complaint as complaint:
            return self._complained(ref, complaint)
        now = understood(read_code, payload_["codeDiscountNode"], self._terms.currency)
        return CodeWritten(CodeRef(ref.code, now.external_id), now=now) if now else CodeWritten(ref, gone=True)

    def _complained(self, ref: CodeRef, complaint: Complaint) -> CodeWritten:
        """A code that is taken may be our own, made by a request whose answer was lost: the next look finds it.

        A discount that does not exist is complained about without a code of its own, so it is looked for.
        """
        if complaint.code == _TAKEN:
            return CodeWritten(ref, exists=True)
        if ref.external_id and ref.code.lower() not in self.codes([ref]):
            return CodeWritten(ref, gone=True)
        return CodeWritten(ref, refusal=str(complaint))

    def write_vouchers(self, writes: Sequence[VoucherWrite]) -> list[CodeWritten]:
        """Promotional codes, one mutation each; one for an address needs the customer who has it."""
        zone = ZoneInfo(setup.profile(self._shop).timezone) if writes else ZoneInfo("UTC")
        return [self._write_voucher(write, zone) for write in writes]

    def _write_voucher(self, write: VoucherWrite, zone: ZoneInfo) -> CodeWritten:
        customer = ""
        if write.email:
            found = self._shop.ask("CustomerByAddress", email=write.email)["customerByIdentifier"]
            if found is None and not write.withdrawn:
                return CodeWritten(write.ref, refusal="No customer of the shop has this address; make one there.")
            customer = understood(number, found["id"]) if found else ""
        sent = voucher_payload(write, customer, self._terms.currency, zone)
        if write.withdrawn:
            sent = {"endsAt": sent["endsAt"]}
        return self._send(write.ref, sent)

    def _allowed(self) -> str:
        found = self._shop.ask("CollectionByHandle", handle=rules.ALLOWED)["collectionByIdentifier"]
        return str(found["id"]) if found else ""

    def furnish(self, furnishing: Furnishing) -> bool:
        """Write the tariff where themes read it; the rest the snippet asks for itself.

        Whether a snippet is there cannot be seen from here, so nobody claims it. A shop that does not let us write
        a metafield of its own has no line on product pages; nothing else depends on it, so no access is lost.
        """
        shop = str(self._shop.ask("ShopItself")["shop"]["id"])
        told = furniture.metafield(shop, furnishing.tariff, self._terms.currency)
        try:
            self._shop.change("WriteMetafields", metafields=[told])
        except (ShopRefused, AccessLost) as refusal:
            log.warning("tariff refused", problem=str(refusal))
        return False

    def unkept(self, wanted: CodeRules) -> str:
        """Why Shopify cannot keep these rules; the collection is only asked for where something is barred."""
        return rules.unkept(wanted, has_collection=bool(wanted.barred and self._allowed()))

    # --- the shop itself --------------------------------------------------------------------------

    def profile(self) -> ShopProfile:
        """What the shop says of itself; the scope check, too."""
        return setup.profile(self._shop)

    def register(self, address: str, secret: str) -> list[str]:
        """Subscribe to what is missing. Deliveries are signed with the app's own secret, whatever ours is."""
        return setup.register(self._shop, address)

    def unregister(self, address: str) -> None:
        """End our subscriptions."""
        setup.unregister(self._shop, address)

    def unsound(self, address: str) -> list[str]:
        """What is wrong with the subscriptions for ``address``."""
        return setup.unsound(self._shop, address)

    def check(self, address: str) -> list[Finding]:
        """What is wrong with the connection, the subscriptions or the settings."""
        return check(self._shop, self._terms.currency, address)
