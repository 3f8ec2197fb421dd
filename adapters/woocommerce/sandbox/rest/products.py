"""The catalogue over the interface: products in one list, variations in their own."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, Response, request

from adapters.woocommerce.sandbox import wares
from adapters.woocommerce.sandbox.bodies import product_body, variation_body
from adapters.woocommerce.sandbox.records import Product
from adapters.woocommerce.sandbox.rest.collection import Resource, payload
from adapters.woocommerce.sandbox.rest.listing import answer, one, page
from adapters.woocommerce.sandbox.shop import ToyShop

Json = Mapping[str, Any]


def resource(shop: ToyShop) -> Resource:
    """``/products``: its list knows no variations, a single one can be asked for all the same."""
    return Resource(
        path="products",
        listed=lambda: _listed(shop),
        find=lambda number: shop.find(shop.products, "product", number),
        show=lambda product: product_body(shop, product),
        create=lambda entry: _create(shop, entry),
        change=lambda product, entry: _change(shop, product, entry),
        trash=lambda product: wares.trash(shop, product),
        destroy=lambda product: _destroy(shop, product),
    )


def mount_variations(app: Flask, root: str, shop: ToyShop) -> None:
    """``/products/{id}/variations`` and, over all products, ``/variations``."""
    path = f"{root}/products/<int:number>/variations"

    @app.get(f"{root}/variations")
    def list_all_variations() -> Response:
        with shop.lock:
            found = [product for product in shop.products.values() if product.parent]
            return page(shop, found, lambda each: variation_body(shop, each, of_all=True))

    @app.get(path)
    def list_variations(number: int) -> Response:
        with shop.lock:
            parent = shop.find(shop.products, "product", number)
            return page(shop, parent.variations, lambda each: variation_body(shop, each))

    @app.get(f"{path}/<int:variation>")
    def show_variation(number: int, variation: int) -> Response:
        with shop.lock:
            return one(variation_body(shop, shop.find(shop.products, "product", variation)))

    @app.route(f"{path}/<int:variation>", methods=["POST", "PUT", "PATCH"])
    def change_variation(number: int, variation: int) -> Response:
        with shop.lock:
            found = shop.find(shop.products, "product", variation)
            _change(shop, found, payload())
            return answer(variation_body(shop, found))


def _listed(shop: ToyShop) -> Iterable[Product]:
    sku, status = request.args.get("sku"), request.args.get("status", "any")
    for product in shop.products.values():
        wanted = product.status == status or (status == "any" and product.status != "trash")
        if wanted and product.parent is None and (sku is None or product.sku == sku):
            yield product


def _create(shop: ToyShop, entry: Json) -> Product:
    product = wares.add(
        shop,
        str(entry.get("name", "Product")),
        str(entry.get("regular_price") or "0"),
        sku=str(entry.get("sku", "")),
        tax_class=str(entry.get("tax_class", "")),
        categories=[str(each["name"]) for each in entry.get("categories", [])] or ("Uncategorized",),
        virtual=bool(entry.get("virtual", False)),
        stock=entry.get("stock_quantity"),
    )
    shop.write_meta(product.meta, _meta(entry))
    return product


def _change(shop: ToyShop, product: Product, entry: Json) -> None:
    product.name = entry.get("name", product.name)
    product.sku = entry.get("sku", product.sku)
    product.price = Decimal(str(entry.get("regular_price") or product.price))
    product.stock = entry.get("stock_quantity", product.stock)
    product.status = entry.get("status", product.status)
    shop.write_meta(product.meta, _meta(entry))
    wares.changed(shop, product)


def _meta(entry: Json) -> list[tuple[str, object]]:
    return [(each["key"], each.get("value")) for each in entry.get("meta_data", [])]


def _destroy(shop: ToyShop, product: Product) -> None:
    del shop.products[product.id]
