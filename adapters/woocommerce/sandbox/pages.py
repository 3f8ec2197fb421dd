"""The shop window: one plain page on which a person plays customer and owner."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from adapters.woocommerce.sandbox.php import money
from adapters.woocommerce.sandbox.records import Order
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.shop import ToyShop
from adapters.woocommerce.sandbox.totals import gross, refunded, totals

METHODS = {"bacs": "Bank transfer", "stripe": "Card", "cod": "Cash on delivery"}


def window(shop: ToyShop) -> Blueprint:
    """The page at ``/`` and the buttons on it. Whatever is pressed, the page comes back."""
    page = Blueprint("window", __name__, template_folder=str(Path(__file__).with_name("templates")))
    deeds: dict[str, Callable[[Order], object]] = {
        "pay": shop.pay,
        "cancel": shop.cancel,
        "refund": shop.refund,
        "return": lambda order: _return_one(shop, order),
    }

    @page.get("/")
    def show() -> str:
        return _render(shop)

    @page.post("/buy")
    def buy() -> Redirect | Response:
        return _done(shop, lambda: _buy(shop))

    @page.post("/orders/<int:number>/<deed>")
    def act(number: int, deed: str) -> Redirect | Response:
        if deed not in deeds:
            return Response("Unknown button.", 404)
        return _done(shop, lambda: deeds[deed](shop.find(shop.orders, "order", number)))

    return page


def _done(shop: ToyShop, deed: Callable[[], object]) -> Redirect | Response:
    try:
        deed()
    except Refusal as refusal:
        return Response(_render(shop, refusal.message), refusal.status)
    return redirect("/", 303)


def _render(shop: ToyShop, problem: str = "") -> str:
    with shop.lock:
        return render_template(
            "shop.html",
            shop=shop.settings,
            problem=problem,
            products=[product for product in shop.products.values() if not product.variations],
            customers=list(shop.customers.values()),
            coupons=list(shop.coupons.values()),
            orders=[(order, _sum(shop, order), refunded(order)) for order in shop.newest()],
            methods=METHODS,
            money=money,
            gross=lambda item: gross(item, shop.settings.prices_include_tax),
            now=shop.now(),
        )


def _sum(shop: ToyShop, order: Order) -> int:
    return totals(order, shop.settings.prices_include_tax).total


def _buy(shop: ToyShop) -> None:
    form = request.form
    product = shop.find(shop.products, "product", int(form["product"]))
    who = shop.customers.get(int(form.get("customer") or 0)) or "gerda@gast.example"
    codes = [form["code"].strip()] if form.get("code", "").strip() else []
    quantity = max(1, min(99, int(form.get("quantity") or 1)))
    shop.checkout(
        who, [(product, quantity)], codes=codes, method=form.get("method", "stripe"), declined="declined" in form
    )


def _return_one(shop: ToyShop, order: Order) -> None:
    returned = {part.of.id: part.quantity for refund in order.refunds for part in refund.lines}
    line = next((line for line in order.lines if line.quantity > returned.get(line.id, 0)), None)
    if line is None:
        raise Refusal("nothing_left", "Nothing of this order is left to be returned.")
    shop.refund(order, {line.id: 1})
