from decimal import Decimal
from typing import Any

import pytest

from adapters.documents import Unclear
from adapters.woocommerce.catalogue import inherit, read_article, typed_credit
from bridge.domain.orders import Article
from tests.adapters.recordings import answer


@pytest.mark.parametrize(
    ("typed", "credit"),
    [
        ("1.50", 150),
        ("1,50", 150),
        (" 2 ", 200),
        (2, 200),
        (Decimal("0.5"), 50),
        ("0", 0),
        ("", None),
        (None, None),
        ("-1.00", None),
        ("1.505", None),
        ("1.500,00", None),
        ("2 Euro", None),
        ("NaN", None),
        ("1e3", None),
        (True, None),
        (["1.50"], None),
    ],
)
def test_what_a_merchant_types_as_credit(typed: Any, credit: int | None) -> None:
    assert typed_credit(typed, "EUR") == credit


def test_categories_match_by_slug_and_by_the_name_that_people_see() -> None:
    body = {
        "id": 7,
        "categories": [{"id": 1, "name": "Shirts &amp; Hosen", "slug": "shirts-hosen"}],
        "tags": [{"id": 2, "name": "neu", "slug": "neu"}],
    }
    article = read_article(body, "EUR")
    assert article.categories == ("shirts-hosen", "Shirts & Hosen")
    assert article.tags == ("neu",)


def test_recorded_products_are_read() -> None:
    found = [read_article(body, "EUR") for body in answer("woocommerce", "rest-products-include.json")]
    assert {"10", "11", "15"} & {article.product for article in found}
    assert all(article.variation == "" for article in found)


def test_a_variation_takes_from_its_product_what_it_has_not_itself() -> None:
    product = Article(product="15", categories=("hoodies",), tags=("warm",), credit=200)
    plain, own = Article(product="15", variation="16"), Article(product="15", variation="17", credit=0)
    assert inherit(plain, product) == Article(
        product="15", variation="16", categories=("hoodies",), tags=("warm",), credit=200
    )
    assert inherit(own, product).credit == 0
    assert inherit(plain, None) == plain


@pytest.mark.parametrize("body", [None, [], {"id": 0}, {"name": "x"}, {"id": 7, "categories": "x"}])
def test_a_body_that_is_no_product_is_unclear(body: Any) -> None:
    with pytest.raises(Unclear):
        read_article(body, "EUR")


@pytest.mark.parametrize(
    ("translations", "product", "variation"),
    [
        ({"de": 10, "en": 25}, "10", "25"),
        ({"de": "10", "en": "25"}, "10", "25"),
        ({"en": 25}, "25", ""),
        ({}, "25", ""),
        ([], "25", ""),
        ("broken", "25", ""),
        ({"de": None, "en": 25}, "25", ""),
    ],
)
def test_a_translated_product_stands_under_its_original(translations: object, product: str, variation: str) -> None:
    article = read_article({"id": 25, "name": "Mug", "translations": translations}, "EUR")
    assert (article.product, article.variation, article.id) == (product, variation, "25")
