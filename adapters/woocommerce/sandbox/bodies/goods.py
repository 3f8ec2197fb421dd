"""Products and variations as the interface and the deliveries show them."""

from typing import Any
from urllib.parse import urlencode

from babel.numbers import get_currency_symbol

from adapters.woocommerce.sandbox.bodies import parts
from adapters.woocommerce.sandbox.php import dates
from adapters.woocommerce.sandbox.records import Category, Product
from adapters.woocommerce.sandbox.state import State
from adapters.woocommerce.sandbox.wares import slug


def product_body(state: State, product: Product) -> dict[str, Any]:
    """A product; deliveries and ``products/{id}`` show a variation in the same shape."""
    return {
        "id": product.id,
        "name": product.name,
        "slug": slug(product.name),
        "permalink": _permalink(state, product),
        **dates(state, created=product.created, modified=product.modified),
        "type": _type(product),
        "status": product.status,
        "featured": False,
        "catalog_visibility": "visible",
        "description": "",
        "short_description": "",
        "sku": product.sku,
        **_price(state, product),
        "on_sale": False,
        "purchasable": True,
        "total_sales": "0" if product.parent else 0,
        **_download(product),
        "external_url": "",
        "button_text": "",
        **_tax_and_stock(product),
        "sold_individually": False,
        **_parcel(product),
        "reviews_allowed": product.parent is None,
        "average_rating": "0.00",
        "rating_count": 0,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "parent_id": product.parent.id if product.parent else 0,
        "purchase_note": "",
        **_shelves(product),
        "price_html": _price_html(state, product),
        "related_ids": [],
        "meta_data": parts.meta_data(product.meta),
        "stock_status": _stock_status(product),
        "has_options": bool(product.variations),
        "post_password": "",
        "global_unique_id": "",
        "_links": _links(state, product, f"products/{product.id}"),
    }


def variation_body(state: State, variation: Product, *, of_all: bool = False) -> dict[str, Any]:
    """A variation in its parent's list, or (``of_all``) in the list over all products."""
    path = f"variations/{variation.id}" if of_all else f"products/{_parent_id(variation)}/variations/{variation.id}"
    links = _links(state, variation, path)
    if of_all:
        # The list over all products names neither the methods nor the right parent (measured).
        links = {"self": [{"href": links["self"][0]["href"]}], **{k: v for k, v in links.items() if k != "self"}}
        links["up"] = [{"href": f"{parts.root(state)}/products/0"}]
    stock = _tax_and_stock(variation)
    return {
        "id": variation.id,
        "type": "variation",
        **dates(state, created=variation.created, modified=variation.modified),
        "description": "",
        "permalink": _permalink(state, variation),
        "sku": variation.sku,
        "global_unique_id": "",
        **_price(state, variation),
        "on_sale": False,
        "status": variation.status,
        "purchasable": True,
        **_download(variation),
        **{name: stock[name] for name in ("tax_status", "tax_class", "manage_stock", "stock_quantity")},
        "stock_status": _stock_status(variation),
        **{name: stock[name] for name in ("backorders", "backorders_allowed", "backordered", "low_stock_amount")},
        "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_class": "",
        "shipping_class_id": 0,
        "image": None,
        "attributes": _chosen(variation),
        "menu_order": 0,
        "meta_data": parts.meta_data(variation.meta),
        "name": ", ".join(variation.options.values()),
        "parent_id": _parent_id(variation),
        "_links": links,
    }


def _type(product: Product) -> str:
    if product.parent:
        return "variation"
    return "variable" if product.variations else "simple"


def _parent_id(product: Product) -> int:
    return product.parent.id if product.parent else 0


def _permalink(state: State, product: Product) -> str:
    page = f"{state.settings.url}/product/{slug((product.parent or product).name)}/"
    chosen = {f"attribute_{slug(name)}": value for name, value in product.options.items()}
    return f"{page}?{urlencode(chosen)}" if chosen else page


def _price(state: State, product: Product) -> dict[str, Any]:
    offered = [variation.price for variation in product.variations]
    price = f"{min(offered, default=product.price):.2f}"
    sale = dates(state, on_sale_from=None, on_sale_to=None)
    return {"price": price, "regular_price": "" if offered else price, "sale_price": "", **sale}


def _price_html(state: State, product: Product) -> str:
    symbol = get_currency_symbol(state.settings.currency, "de").replace("€", "&euro;")
    amount = f"{product.price:.2f}".replace(".", ",")
    sign = f'<span class="woocommerce-Price-currencySymbol">{symbol}</span>'
    return f'<span class="woocommerce-Price-amount amount"><bdi>{amount}&nbsp;{sign}</bdi></span>'


def _download(product: Product) -> dict[str, Any]:
    return {
        "virtual": product.virtual,
        "downloadable": False,
        "downloads": [],
        "download_limit": -1,
        "download_expiry": -1,
    }


def _tax_and_stock(product: Product) -> dict[str, Any]:
    return {
        "tax_status": "taxable",
        "tax_class": product.tax_class,
        "manage_stock": product.stock is not None,
        "stock_quantity": product.stock,
        "backorders": "no",
        "backorders_allowed": False,
        "backordered": False,
        "low_stock_amount": None,
    }


def _stock_status(product: Product) -> str:
    return "outofstock" if product.stock is not None and product.stock <= 0 else "instock"


def _parcel(product: Product) -> dict[str, Any]:
    return {
        "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_required": not product.virtual,
        "shipping_taxable": True,
        "shipping_class": "",
        "shipping_class_id": 0,
    }


def _shelves(product: Product) -> dict[str, Any]:
    return {
        "categories": [_shelf(category) for category in product.categories],
        "brands": [],
        "tags": [_shelf(tag) for tag in product.tags],
        "images": [],
        "attributes": _chosen(product) if product.parent else _offered(product),
        "default_attributes": [],
        "variations": [variation.id for variation in product.variations],
        "grouped_products": [],
        "menu_order": 0,
    }


def _shelf(category: Category) -> dict[str, Any]:
    return {"id": category.id, "name": category.name, "slug": category.slug}


def _chosen(variation: Product) -> list[dict[str, Any]]:
    return [
        {"id": 0, "name": name, "slug": slug(name), "option": value} for name, value in variation.options.items()
    ]


def _offered(product: Product) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(name for variation in product.variations for name in variation.options))
    return [
        {
            "id": 0,
            "name": name,
            "slug": name,
            "position": 0,
            "visible": True,
            "variation": True,
            "options": list(dict.fromkeys(v.options[name] for v in product.variations if name in v.options)),
        }
        for name in names
    ]


def _links(state: State, product: Product, path: str) -> dict[str, Any]:
    links = parts.links(state, path)
    if product.parent:
        links["up"] = [{"href": f"{parts.root(state)}/products/{product.parent.id}"}]
    return links
