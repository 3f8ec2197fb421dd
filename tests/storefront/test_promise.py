"""What a Shopify theme promises on product pages, rendered by a Liquid engine: what the ledger would book."""

import json
import re
import subprocess
from collections.abc import Mapping
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from liquid import DictLoader, Environment

from adapters.serving import serve_app
from adapters.shopify.furniture import metafield
from bridge.domain.document import read
from bridge.domain.earning import accruals, kept
from bridge.domain.tariff import tariff
from tests.builders import line, order, programme
from tests.requires import need

FOLDER = files("adapters.shopify.storefront")
TEE: Mapping[str, Any] = {
    "id": 7,
    "type": "Shirt",
    "tags": ["summer"],
    "collections": [{"handle": "tops", "title": "Tops & more"}],
}


def variant(number: int, price: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "sku": f"TEE-{number}", "price": price, **more}


def rendered(
    document: str,
    *variants: Mapping[str, Any],
    product: Mapping[str, Any] = TEE,
    customer: Mapping[str, Any] | None = None,
    language: str = "de",
    currency: str = "EUR",
) -> str:
    names = ("rabattkonto-promise", "rabattkonto-earned", "rabattkonto-meant")
    snippets = {name: FOLDER.joinpath(f"{name}.liquid").read_text("utf-8") for name in names}
    rules = read(f'[programme]\ncurrency = "{currency}"\n{document}')
    told = json.loads(metafield("gid://shopify/Shop/1", tariff(rules), currency)["value"])
    everywhere = {
        "shop": {"metafields": {"rabattkonto": {"tariff": {"value": told}}}},
        "customer": customer,
        "request": {"locale": {"iso_code": language}},
    }
    theme = Environment(loader=DictLoader(snippets), globals=everywhere)
    theme.add_filter("json", json.dumps)
    theme.add_filter("money", lambda cents: f"{cents / 100:.2f} €".replace(".", ","))
    return theme.from_string("{% render 'rabattkonto-promise', product: product %}").render(
        product={**product, "variants": variants, "selected_or_first_available_variant": variants[0]}
    )


def promised(document: str, *variants: Mapping[str, Any], **more: Any) -> list[str]:
    """What is promised for each variant, empty for nothing."""
    page = rendered(document, *variants, **more)
    found = re.search(r'data-amounts="([^"]*)"', page)
    assert found is not None
    return list(json.loads(unescape(found[1])).values())


@pytest.mark.parametrize("price", [1, 16, 17, 50, 199, 1999, 2001, 123457])
@pytest.mark.parametrize("percent", ["3", "2.5", "0.0001", "33.3333"])
def test_a_percentage_is_promised_to_the_cent_that_is_booked(price: int, percent: str) -> None:
    rules = programme(f'[[earn]]\nid = "all"\npercent = "{percent}"')
    (left,) = kept(order(line(paid=price)), rules, "")
    ((_, booked, _),) = accruals(left, price, rules, "")
    expected = f"{booked / 100:.2f} €".replace(".", ",") if booked else ""
    assert promised(f'[[earn]]\nid = "all"\npercent = "{percent}"', variant(1, price)) == [expected]


def test_an_amount_per_piece_is_promised_for_what_it_is_meant_for() -> None:
    document = '[[earn]]\nid = "s"\nsku = ["TEE-2"]\namount = "1.50"\n'
    assert promised(document, variant(1, 2000), variant(2, 2000)) == ["", "1,50 €"]


@pytest.mark.parametrize("words", ['category = ["tops"]', 'category = ["Tops & more"]', 'category = ["Shirt"]',
                                   'tag = ["summer"]', 'product = ["7"]', 'product = ["1"]'])  # fmt: skip
def test_an_article_is_known_by_all_its_names(words: str) -> None:
    assert promised(f'[[earn]]\nid = "x"\n{words}\namount = "2.00"', variant(1, 2000)) == ["2,00 €"]


def test_the_first_rule_that_fits_counts_and_those_with_also_are_added() -> None:
    document = """
[[earn]]
id = "large"
minimum_order = "50.00"
percent = "10"
[[earn]]
id = "all"
percent = "5"
[[earn]]
id = "extra"
also = true
amount = "0.50"
"""
    assert promised(document, variant(1, 2000), variant(2, 6000)) == ["1,50 €", "6,50 €"]


def test_credit_typed_on_the_variant_or_else_on_the_product_counts_first() -> None:
    document = '[[earn]]\nid = "all"\npercent = "5"'
    typed = {"metafields": {"rabattkonto": {"credit": {"value": "1,20"}}}}
    odd = {"metafields": {"rabattkonto": {"credit": {"value": "much"}}}}
    assert promised(document, variant(1, 2000), variant(2, 2000, **typed)) == ["1,00 €", "1,20 €"]
    assert promised(document, variant(1, 2000), product={**TEE, **typed}) == ["1,20 €"]
    assert promised(document, variant(1, 2000, **odd)) == ["1,00 €"]


def test_a_rule_for_a_group_is_promised_to_its_customers_only() -> None:
    document = '[[earn]]\nid = "club"\ngroup = ["club"]\npercent = "10"'
    assert promised(document, variant(1, 2000)) == [""]
    assert promised(document, variant(1, 2000), customer={"tags": ["club"]}) == ["2,00 €"]


def test_excluded_articles_and_percentages_of_net_prices_are_promised_nothing() -> None:
    excluded = '[[earn]]\nid = "all"\npercent = "5"\n[[exclude]]\nsku = ["TEE-1"]\nearn = true'
    assert promised(excluded, variant(1, 2000), variant(2, 2000)) == ["", "1,00 €"]
    assert promised('earn_basis = "net"\n[[earn]]\nid = "all"\npercent = "5"', variant(1, 2000)) == [""]


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "1,00 € Guthaben für Ihren nächsten Einkauf"), ("en", "1,00 € credit for your next purchase")],
)
def test_the_line_needs_no_script(language: str, text: str) -> None:
    page = rendered('[[earn]]\nid = "all"\npercent = "5"', variant(1, 2000), language=language)
    assert f">{text}</p>" in re.sub(r"\s+(?=<|>)|(?<=>)\s+", "", page)


def test_another_variant_has_its_own_amount_once_it_is_chosen(tmp_path: Path) -> None:
    line_ = rendered('[[earn]]\nid = "all"\npercent = "5"', variant(1, 2000), variant(2, 6000))
    choice = (
        '<form action="/cart/add"><input type=hidden name=id value=1><input type=radio id=other></form>'
        "<script>document.querySelector('[name=id]').value = '2';"
        "document.getElementById('other').dispatchEvent(new Event('change', {bubbles: true}))</script>"
    )
    app = Flask("theme")
    app.get("/")(lambda: f"<!doctype html><meta charset=utf-8><body>{line_}{choice}")
    url, stop = serve_app(app, 0, None)
    try:
        command = [need("chromium"), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
        command += ["--virtual-time-budget=2000", "--dump-dom", url]
        page = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    finally:
        stop()
    assert ">3,00 € Guthaben für Ihren nächsten Einkauf</p>" in page


def test_a_currency_without_cents_is_counted_in_its_own_units() -> None:
    assert promised('[[earn]]\nid = "all"\npercent = "5"', variant(1, 99900), currency="JPY") == ["50,00 €"]
