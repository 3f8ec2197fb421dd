"""The rules on a code: written, read back, kept by the toy shop's plugin, and asked for before they are needed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.woocommerce.rules import read_rules, write_rules
from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.ports import NO_RULES, Barred, CodeRef, CodeRules, CodeWrite, Furnishing, Tariff
from tests.adapters.woocommerce.test_live import connected

RULES = CodeRules("50", 500, (Barred(sku=("BOOK",), category=("Bücher & Karten",)), Barred(group=("reseller",))))
CODE = CodeRef("guthaben-x")


@pytest.fixture
def toy() -> Iterator[ToyShop]:
    shop = ToyShop(plugin=True)
    with serve(shop, queue=False):
        yield shop


def test_rules_come_back_as_they_were_written() -> None:
    assert read_rules(write_rules(RULES, "EUR"), "EUR") == RULES


def test_no_rule_is_no_meta_data() -> None:
    assert write_rules(NO_RULES, "EUR") is None


@pytest.mark.parametrize("value", [None, "x", [], {"share": "50"}, {"share": 1, "min_payable": "x", "barred": [3]}])
def test_rules_that_nobody_can_read_are_none(value: object) -> None:
    assert read_rules(value, "EUR") == NO_RULES


def test_a_code_keeps_its_rules_when_they_are_not_spoken_of_and_loses_them_when_told(toy: ToyShop) -> None:
    client = connected(toy)
    write = CodeWrite(CODE, 1000, ("anna@kunden.example",), "acc-1", rules=RULES)
    (created,) = client.write_codes([write])
    (kept,) = client.write_codes([replace(write, ref=created.ref, face=900, rules=None)])
    (lost,) = client.write_codes([replace(write, ref=created.ref, rules=NO_RULES)])
    assert [answer.now.rules for answer in (created, kept, lost) if answer.now] == [RULES.mark, RULES.mark, ""]


@pytest.mark.parametrize(
    ("rules", "taken"),
    [
        (CodeRules(), 1500),
        (CodeRules(share="50"), 1149),
        (CodeRules(min_payable=2000), 299),
        (CodeRules(barred=(Barred(category=("Books",)),)), 999),
        (CodeRules(share="50", barred=(Barred(sku=("BOOK",)),)), 499),
        (CodeRules(barred=(Barred(sku=("BOOK", "PIN")),)), 0),
    ],
)
def test_the_toy_shops_plugin_keeps_the_rules(toy: ToyShop, rules: CodeRules, taken: int) -> None:
    book = toy.add_product("Book", "13.00", sku="BOOK", categories=("Books",))
    pin = toy.add_product("Pin", "9.99", sku="PIN")
    anna = toy.register("anna@kunden.example", "Anna", "Muster")
    client = connected(toy)
    client.write_codes([CodeWrite(CODE, 1500, ("anna@kunden.example",), "acc-1", rules=rules)])
    toy.write_meta(anna.meta, [("rabattkonto", {"code": CODE.code})])
    order = toy.checkout(anna, [(book, 1), (pin, 1)], method="bacs")
    assert sum(int((used.discount + used.discount_tax) * 100) for used in order.coupons) == taken
    assert len(order.coupons) == (taken > 0)


def test_a_shop_without_the_plugin_says_what_is_missing(toy: ToyShop) -> None:
    client = connected(toy)
    assert client.unkept(RULES) == ""
    toy.settings = replace(toy.settings, plugin=False)
    assert "shop plugin" in client.unkept(RULES)


@pytest.mark.parametrize("plugin", [True, False])
def test_the_toy_shops_plugin_hears_what_articles_earn(plugin: bool) -> None:
    shop = ToyShop(plugin=plugin)
    with serve(shop, queue=False):
        assert connected(shop).furnish(Furnishing(Tariff(days=14), "https://konto.example/in/x", "k3y")) is plugin
    assert bool(shop.told) is plugin
