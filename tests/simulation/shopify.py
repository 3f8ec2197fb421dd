"""Histories of a Shopify store: its world, what its people do, and an oracle of its own."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction

from adapters.shopify import Shopify
from adapters.shopify.api import ShopifyShop
from adapters.shopify.sandbox import Customer, Discount, Faults, Line, Order, Product, Refusal, ToyShop, create_app
from adapters.shopify.sandbox.checkout import given_back, paid
from adapters.wires import InProcess
from bridge.ports import Access, Platform, ShopClient, ShopTerms
from bridge.services.shops import NewShop
from bridge.storage.models import Person
from tests.simulation.oracle import Name, deal, rounded
from tests.simulation.rules import Rules
from tests.simulation.sites import Around, Clock, Held, Site
from tests.simulation.traps import Wire

DOMAINS = ("storm.myshopify.com", "sturm.myshopify.com")
CLIENT, SECRET = "c11e9d5e1f", "shpss_storm-77ab"
OURS = "guthaben-"
_OWNER = "rabattkonto-owner-"


class ToyPlatform(Shopify):
    """Shopify whose client talks to the shops in this process, by our clock; waiting for points takes no time."""

    def __init__(self, wires: Mapping[str, Wire], clock: Clock) -> None:
        self._wires = wires
        self._clock = clock

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        wire = self._wires[access.url]
        return ShopifyShop(access, terms, self._clock.bridge, transport=wire, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self._clock.forward(seconds=seconds)


class ShopifySite(Site):
    """The same troubles around another shop."""

    rest = ("server_error", "html", "unauthorized", "away", "throttled", "internal", "act_then_stall", "truncated",
            "wrong_shape")  # fmt: skip
    post = ("lose", "double", "late", "reverse", "lag")
    secrets = (CLIENT, SECRET, "shpat_")
    ties_guests = False

    def __init__(self, number: int, around: Around, net_prices: bool) -> None:
        domain = DOMAINS[number]
        self.shop: ToyShop = ToyShop(
            url=f"https://{domain}", domain=domain, client_id=CLIENT, client_secret=SECRET, clock=around.clock.shop,
            theme=around.rng.random() < 0.5,
        )  # fmt: skip
        self.shop.add_collection("rabattkonto")
        self.wire = Wire(create_app(self.shop, InProcess()), around.traps, around.tick)

    @classmethod
    def platform(cls, wires: Mapping[str, Wire], clock: Clock) -> Platform:
        return ToyPlatform(wires, clock)

    def new(self) -> NewShop:
        return NewShop("shopify", self.shop.url, CLIENT, SECRET)

    def people(self, rng: random.Random) -> "People":
        return People(self.shop, rng)

    def codes(self) -> list[Held]:
        return [_held(self.shop, each) for each in self.shop.discounts.values() if each.code.startswith(OURS)]

    def holder(self, person: Person) -> str:
        return person.customer

    def face(self, available: int) -> int:
        return available

    def balances(self, rules: Rules, owners: dict[str, Name], placed_by: Mapping[str, str]) -> dict[Name, int]:
        return balances(self.shop, rules, owners)

    def stop_trouble(self) -> None:
        self.shop.faults = Faults()


def _held(shop: ToyShop, code: Discount) -> Held:
    owner = next((tag.removeprefix(_OWNER) for tag in code.tags if tag.startswith(_OWNER)), "")
    holders = tuple(str(each) for each in code.customers or ())
    return Held(code.code, owner, code.amount, holders, _is_live(shop, code), code.uses > 0)


def _is_live(shop: ToyShop, code: Discount) -> bool:
    return code.status(shop.now()) == "ACTIVE" and (code.limit is None or code.uses < code.limit)


class People:
    """Everybody who touches the shop. The weights make buying and paying the most frequent."""

    def __init__(self, shop: ToyShop, rng: random.Random) -> None:
        self.shop = shop
        self.rng = rng
        self.goods: list[Product] = [
            shop.add_product("Tee", "19.99", sku="TEE", categories=("rabattkonto",)),
            shop.add_product("Mug", "6.49", sku="MUG", rate="7"),
            shop.add_product("Pin", "0.37", sku="PIN", categories=("rabattkonto",)),
            shop.add_product("Coat", "120.00", sku="COAT", categories=("rabattkonto",)),
        ]
        self.customers = [shop.register(f"kundin{n}@kunden.example", f"Vor{n}", f"Nach{n}") for n in range(3)]
        self.guests = ["gast1@gaeste.example", "gast2@gaeste.example"]
        self.meddled = False
        self._acts: list[tuple[Callable[[], str], int]] = [
            (self.buy, 16), (self.pay, 10), (self.pay_a_part, 2), (self.refund, 9), (self.cancel, 3),
            (self.edit, 3), (self.delete, 2), (self.type_foreign_code, 2), (self.two_tabs, 3),
            (self.change_email, 2), (self.tag, 1), (self.merge, 1), (self.meddle, 2), (self.test_order, 1),
            (self.fulfil, 1),
        ]  # fmt: skip

    def act(self) -> str:
        """One random act; a refusal of the shop is an answer like any other."""
        acts, weights = zip(*self._acts, strict=True)
        act = self.rng.choices(acts, weights)[0]
        try:
            return f"{act.__name__}: {act()}"
        except Refusal as refusal:
            return f"{act.__name__}: refused ({refusal.message})"

    # --- buying -----------------------------------------------------------------------------------

    def buy(self) -> str:
        """Somebody buys something, with the live code as often as not."""
        who = self.rng.choice([*self._known(), *self.guests])
        codes = self._own(who) if isinstance(who, Customer) and self.rng.random() < 0.8 else []
        order = self._place(who, codes)
        return f"{_name(who)} placed {order.id} with {codes}"

    def _place(self, who: Customer | str, codes: list[str]) -> Order:
        items = [
            (self.rng.choice(self.goods), self.rng.choice((1, 1, 2, 5))) for _ in range(self.rng.choice((1, 2, 3)))
        ]
        method = self.rng.choice(("manual", "shopify_payments", "shopify_payments"))
        return self.shop.checkout(who, items, codes=codes, method=method)

    def _known(self) -> list[Customer]:
        return [each for each in self.customers if each.id in self.shop.customers]

    def _own(self, who: Customer) -> list[str]:
        live = [each for each in self._live() if each.customers and who.id in each.customers]
        return [each.code for each in live][:1]

    def _live(self) -> list[Discount]:
        ours = [each for each in self.shop.discounts.values() if each.code.startswith(OURS)]
        return [each for each in ours if _is_live(self.shop, each)]

    def type_foreign_code(self) -> str:
        """Somebody types a code that is another customer's: the shop refuses it."""
        codes = self._live()
        if not codes:
            return "no code"
        order = self._place(self.rng.choice([*self._known(), *self.guests]), [self.rng.choice(codes).code])
        return str(order.id)

    def two_tabs(self) -> str:
        """Two baskets with one code; a use that is counted late lets both through."""
        codes = [each for each in self._live() if each.customers]
        if not codes:
            return "no code"
        code = self.rng.choice(codes)
        who = self.shop.customers.get((code.customers or [0])[0])
        if who is None:
            return "nobody"
        self.shop.faults.lag += self.rng.random() < 0.5
        return f"{self._place(who, [code.code]).id} and {self._place(who, [code.code]).id}"

    def test_order(self) -> str:
        """The merchant tries the checkout out."""
        return str(self.shop.checkout(self.customers[0], [(self.goods[0], 1)], test=True).id)

    # --- the owner's desk -------------------------------------------------------------------------

    def _order(self, *, is_paid: bool | None = None) -> Order | None:
        fitting = [
            each
            for each in self.shop.orders.values()
            if not each.cancelled and (is_paid is None or bool(paid(each)) is is_paid)
        ]
        return self.rng.choice(fitting[-6:]) if fitting else None

    def pay(self) -> str:
        """Money comes in for an unpaid order."""
        order = self._order(is_paid=False)
        if order is not None:
            self.shop.pay(order)
        return str(order and order.id)

    def pay_a_part(self) -> str:
        """Less money comes in than was asked for."""
        order = self._order(is_paid=False)
        if order is not None:
            self.shop.pay(order, 1)
        return str(order and order.id)

    def refund(self) -> str:
        """By lines, with the parcel, as an amount, to store credit."""
        order = self._order(is_paid=True)
        if order is None:
            return "nothing"
        left = paid(order) - given_back(order)
        line = self.rng.choice(order.lines)
        pieces = {line.id: self.rng.randrange(1, max(1, line.current) + 1)} if line.current else {}
        match self.rng.randrange(4):
            case 0 | 1 if pieces:
                self.shop.refund(order, pieces, shipping=self.rng.random() < 0.3 and not order.refunds)
            case 2 if left > 0:
                self.shop.refund(order, amount=self.rng.randrange(left + 1), to_credit=self.rng.random() < 0.3)
            case _ if pieces:
                self.shop.refund(order, pieces, amount=0)
        return f"{order.id}, {left} before"

    def cancel(self) -> str:
        """For good: nothing brings an order back."""
        order = self._order()
        if order is not None:
            self.shop.cancel(order)
        return str(order and order.id)

    def edit(self) -> str:
        """Pieces are taken off an order that is not paid yet."""
        order = self._order(is_paid=False)
        lines = [each for each in order.lines if each.current] if order else []
        if order is None or not lines:
            return "nothing"
        line = self.rng.choice(lines)
        self.shop.edit(order, line.id, self.rng.randrange(line.current))
        return f"{order.id} line {line.id}"

    def delete(self) -> str:
        """Gone, with a word or without."""
        order = self._order()
        if order is not None:
            self.shop.delete(order)
        return str(order and order.id)

    def fulfil(self) -> str:
        """Packed."""
        order = self._order()
        if order is not None:
            self.shop.fulfil(order)
        return str(order and order.id)

    # --- persons and codes ------------------------------------------------------------------------

    def change_email(self) -> str:
        """An address says nothing about whose a code is."""
        customer = self.rng.choice(self._known())
        self.shop.change_email(customer, f"neu{self.rng.randrange(99)}@kunden.example")
        return str(customer.id)

    def tag(self) -> str:
        """Another group."""
        customer = self.rng.choice(self._known())
        self.shop.tag(customer, self.rng.choice(("vip", "reseller")))
        return str(customer.id)

    def merge(self) -> str:
        """Two customers become one."""
        if len(self._known()) < 3:
            return "too few"
        kept, gone = self.rng.sample(self._known(), 2)
        self.shop.merge(kept, gone)
        return f"{gone.id} into {kept.id}"

    def meddle(self) -> str:
        """The merchant changes or deletes a code of ours."""
        codes = [each for each in self.shop.discounts.values() if each.code.startswith(OURS)]
        if not codes:
            return "no code"
        code, self.meddled = self.rng.choice(codes[-4:]), True
        what = self.rng.choice(("amount", "customers", "limit", "ends", "minimum", "destroy"))
        match what:
            case "amount":
                code.amount = self.rng.choice((1, code.amount + 500))
            case "customers":
                code.customers = self.rng.choice((None, [self.customers[0].id, self.customers[1].id]))
            case "limit":
                code.limit = None
            case "ends":
                code.ends = None if code.ends else self.shop.now()
            case "minimum":
                code.minimum = 700
            case _:
                del self.shop.discounts[code.id]
        return f"{what} of {code.code}"


# --- the oracle -----------------------------------------------------------------------------------


def balances(shop: ToyShop, rules: Rules, owners: dict[str, Name]) -> dict[Name, int]:
    """The balance of each account that any order speaks of, from the shop's own data alone."""
    found: dict[Name, int] = defaultdict(int)
    for order in shop.orders.values():
        if order.cancelled or order.test:
            continue
        buyer = _buyer(order)
        kept = _kept(order)
        if buyer is not None and _is_paid(order):
            found[buyer] += sum(_earned(line, money, pieces, rules) for line, money, pieces in kept)
        for position, application in enumerate(order.applications):
            owner = owners.get(application.name)
            if owner is not None:
                found[owner] -= sum(
                    rounded(part.amount * _share(line, money, pieces))
                    for line, money, pieces in kept
                    for part in line.parts
                    if part.application == position
                )
    return dict(found)


def _is_paid(order: Order) -> bool:
    due = sum(line.total * line.current // line.quantity for line in order.lines) + order.shipping
    return paid(order) >= due or given_back(order) > 0


def _buyer(order: Order) -> Name | None:
    if order.customer is not None:
        return "customer", str(order.customer.id)
    return ("mailbox", order.email) if order.email else None


def _kept(order: Order) -> list[tuple[Line, int, int]]:
    """Each line with the money and the pieces that were not given back."""
    back = [part for refund in order.refunds for part in refund.lines]
    money = []
    for line in order.lines:
        theirs = [part for part in back if part.line is line]
        unpaid = line.quantity - line.current - sum(part.quantity for part in theirs)
        gone = sum(part.subtotal for part in theirs) + rounded(Fraction(line.total * unpaid, line.quantity))
        money.append(max(0, line.total - gone))
    loose = sum(
        max(0, sum(p.amount for p in r.payments) - sum(p.subtotal for p in r.lines) - r.shipping)
        for r in order.refunds
    )
    lost = deal(min(loose, sum(money)), money)
    return [(line, have - less, line.current) for line, have, less in zip(order.lines, money, lost, strict=True)]


def _earned(line: Line, kept: int, pieces: int, rules: Rules) -> int:
    each = rules.amounts.get(line.product.sku)
    if each is None:
        return rounded(Fraction(kept) * Fraction(rules.percent) / 100)
    part = Fraction(1)
    if line.total and pieces:
        part = min(part, Fraction(kept, line.total) * Fraction(line.quantity, pieces))
    return rounded(each * pieces * part)


def _share(line: Line, money: int, pieces: int) -> Fraction:
    if line.total:
        return Fraction(money, line.total)
    return Fraction(pieces, line.quantity) if line.quantity else Fraction(0)


def _name(who: Customer | str) -> str:
    return who if isinstance(who, str) else f"customer {who.id}"
