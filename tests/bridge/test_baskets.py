"""Rules per basket: carried by the live code, changed with the programme, refused where nobody would keep them."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.domain import answers, document
from bridge.domain.answers import Verdict
from bridge.domain.baskets import basket_rules
from bridge.domain.offers import Issued, OfferState, Wanted, Write, decide
from bridge.errors import Refused
from bridge.ports import NO_RULES, Barred, CodeRef, CodeRules, CodeWritten, ShopCode
from bridge.services import programmes
from bridge.services.shops import check_shop
from bridge.storage.db import Database
from tests.bridge.till import PROGRAMME, Till
from tests.bridge.world import World

MAIL = "anna@example.org"
HALF = CodeRules(share="50")
LIVE = Issued(1, "guthaben-a", 1, OfferState.LIVE, 1000, 1000, MAIL, external_id="7")


def rules(text: str) -> CodeRules:
    return basket_rules(document.read('[programme]\ncurrency = "EUR"\n' + text))


@pytest.fixture
def till(database: Database) -> Iterator[Till]:
    toy = ToyShop(plugin=True)
    with serve(toy, queue=False):
        yield Till(toy, database, redeem='[redeem]\nmax_share_percent = "50"\n').open()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", NO_RULES),
        ('[redeem]\nmax_share_percent = "100"\n', NO_RULES),
        ('[redeem]\nmax_share_percent = "33.5"\n', CodeRules(share="33.5")),
        ('[redeem]\nmin_payable = "5.00"\n', CodeRules(min_payable=500)),
        ('[[exclude]]\nsku = "BOOK"\nuse = false\n', NO_RULES),
        (
            '[[exclude]]\nsku = ["BOOK"]\ngroup = "reseller"\n',
            CodeRules(barred=(Barred(sku=("BOOK",), group=("reseller",)),)),
        ),
    ],
)
def test_a_programme_says_what_its_codes_may_not_take(text: str, expected: CodeRules) -> None:
    assert rules(text) == expected
    assert bool(rules(text)) is (expected != NO_RULES)


def in_shop(rules: CodeRules) -> ShopCode:
    return ShopCode("guthaben-a", "7", 1000, (MAIL,), 0, 1, False, "acc", rules.mark)


@pytest.mark.parametrize(
    ("wanted", "found", "written"),
    [(HALF, NO_RULES, HALF), (NO_RULES, HALF, NO_RULES), (HALF, CodeRules(share="20"), HALF)],
)
def test_a_live_code_is_written_when_its_rules_differ(
    wanted: CodeRules, found: CodeRules, written: CodeRules
) -> None:
    plan = decide([LIVE], Wanted(1000, 1000, MAIL, wanted), {"guthaben-a": in_shop(found)}, "acc")
    assert [write.as_code("acc").rules for write in plan.writes] == [written]


def test_a_live_code_with_the_right_rules_is_left_alone() -> None:
    assert decide([LIVE], Wanted(1000, 1000, MAIL, HALF), {"guthaben-a": in_shop(HALF)}, "acc").writes == []


def test_a_code_whose_rules_the_shop_did_not_keep_is_taken_back() -> None:
    write = Write(LIVE, LIVE, HALF)
    answer = CodeWritten(CodeRef("guthaben-a", "7"), now=in_shop(NO_RULES))
    assert answers.judge(write, answer, "acc").verdict is Verdict.UNDO


def test_the_basket_takes_no_more_than_its_share_and_the_rest_lives_on(till: Till) -> None:
    anna = till.earned(price="60.00")
    order = till.buy(anna, "20.00", "stripe")
    till.turn()
    assert till.toy.orders_body(order)["total"] == "10.00"
    assert till.offers() == [("retired", 1000), ("live", 2500)]


def test_codes_follow_when_the_programme_drops_its_limit(till: Till) -> None:
    anna = till.earned(price="60.00")
    programmes.activate(till.runtime, till.shop_id, PROGRAMME)
    till.turn()
    order = till.buy(anna, "20.00", "stripe")
    assert till.toy.orders_body(order)["total"] == "0.00"


@pytest.mark.parametrize(
    "text",
    ['[redeem]\nmax_share_percent = "50"\n', '[redeem]\nmin_payable = "1.00"\n', '[[exclude]]\ntag = "book"\n'],
)
def test_a_limit_that_nobody_would_keep_is_refused(world: World, text: str) -> None:
    world.shop.no_storefront = "The companion plugin does not run in the shop."
    with pytest.raises(Refused, match="companion plugin"):
        programmes.activate(world.runtime, 1, '[programme]\ncurrency = "EUR"\n' + text)
    assert len(programmes.show(world.runtime, 1)) == 1
    world.shop.no_storefront = ""
    assert programmes.activate(world.runtime, 1, '[programme]\ncurrency = "EUR"\n' + text) == 2


def test_a_limit_that_nobody_keeps_any_more_is_found_by_the_check(till: Till) -> None:
    def serious() -> list[str]:
        return [found.subject for found in check_shop(till.runtime, till.shop_id) if found.serious]

    assert serious() == []
    till.toy.settings = replace(till.toy.settings, plugin=False)
    assert serious() == ["storefront"]


def test_a_programme_without_a_limit_asks_for_no_storefront(world: World) -> None:
    world.shop.no_storefront = "The companion plugin does not run in the shop."
    assert programmes.activate(world.runtime, 1, '[programme]\ncurrency = "EUR"\n') == 2


def test_a_third_is_written_as_text() -> None:
    assert Fraction(rules('[redeem]\nmax_share_percent = "33.3"\n').share) == Fraction("33.3")
