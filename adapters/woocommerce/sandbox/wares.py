"""The catalogue: products, their variations and categories."""

import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal

from adapters.woocommerce.sandbox.records import Category, Product
from adapters.woocommerce.sandbox.state import State


def add(
    state: State,
    name: str,
    price: str,
    *,
    sku: str = "",
    tax_class: str = "",
    categories: Iterable[str] = ("Uncategorized",),
    tags: Iterable[str] = (),
    virtual: bool = False,
    stock: int | None = None,
    credit: str | None = None,
) -> Product:
    """A new product. ``credit`` is what the merchant typed as credit per piece on the article."""
    now = state.now()
    product = Product(
        id=state.number("post"),
        name=name,
        price=Decimal(price),
        created=now,
        modified=now,
        sku=sku,
        tax_class=tax_class,
        categories=tuple(category(state, each) for each in categories),
        tags=tuple(category(state, each) for each in tags),
        virtual=virtual,
        stock=stock,
        meta=state.meta({} if credit is None else {"_rabattkonto_credit": credit}),
    )
    state.products[product.id] = product
    state.emit("product.created", product.id)
    return product


def add_variation(state: State, parent: Product, options: Mapping[str, str], price: str, sku: str = "") -> Product:
    """A variation of a product, such as ``{"Groesse": "L"}``."""
    now = state.now()
    variation = Product(
        id=state.number("post"),
        name=f"{parent.name} - {', '.join(options.values())}",
        price=Decimal(price),
        created=now,
        modified=now,
        sku=sku,
        tax_class=parent.tax_class,
        parent=parent,
        options=dict(options),
    )
    state.products[variation.id] = variation
    parent.variations.append(variation)
    changed(state, parent)
    return variation


def changed(state: State, product: Product) -> None:
    """Move the stamp and send the update."""
    state.touch(product)
    state.emit("product.updated", product.id)


def trash(state: State, product: Product) -> None:
    """Into the trash. The shop tells coupons' webhooks too, as both are posts to it (measured)."""
    product.status = "trash"
    state.touch(product)
    state.emit("product.deleted", product.id)
    state.emit("coupon.deleted", product.id)


def category(state: State, name: str) -> Category:
    """The category or tag of this name, made when it is new."""
    for product in state.products.values():
        for known in (*product.categories, *product.tags):
            if known.name == name:
                return known
    return Category(state.number("term"), name, slug(name))


def slug(name: str) -> str:
    """A name as it stands in addresses: ``Bücher`` becomes ``bucher``."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = "".join(c if c.isalnum() else " " for c in plain.lower()).split()
    return "-".join(words)
