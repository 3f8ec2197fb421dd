"""Shops in several languages: a rule that names a product means its translations, too."""

from dataclasses import replace

import pytest

from bridge.domain.orders import Article
from bridge.ports import OrderSeen
from bridge.services.contact import load_shop
from bridge.services.programmes import activate
from bridge.services.settle import absorb
from bridge.storage import catalogue
from bridge.storage.models import Account
from tests.bridge.history import BEGIN, bought
from tests.bridge.world import PROGRAMME, World

RULE = PROGRAMME + 'available_after_days = 0\n[[earn]]\nid = "mug"\nproduct = "10"\namount = "1.50"\n'


def _of(number: int, article: Article) -> OrderSeen:
    seen = bought(number)
    return replace(seen, order=replace(seen.order, lines=(replace(seen.order.lines[0], article=article),)))


@pytest.mark.parametrize("article", [Article("25"), Article("25", "26"), Article("10"), Article("10", "11")])
def test_a_rule_by_product_number_means_its_translations_and_variations(world: World, article: Article) -> None:
    activate(world.runtime, world.shop_id, RULE, BEGIN)
    world.shop.catalogue = {
        "25": Article("10", "25", originals=("10",)), "26": Article("25", "26", originals=("11", "10")),
    }  # fmt: skip
    absorb(world.runtime, load_shop(world.runtime, world.shop_id), [_of(1, article)], "test")
    assert world.get(Account, 1).balance == 150


def test_an_order_from_before_translations_were_followed_keeps_what_it_knew() -> None:
    line = bought(1).order.lines[0]
    frozen = catalogue.frozen(line, [["kueche"], [], 150])
    assert (frozen.article.categories, frozen.article.credit, frozen.article.originals) == (("kueche",), 150, ())
