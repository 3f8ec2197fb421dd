"""Push: one living code per account, whatever the shop, the network or a merchant does in between."""

from datetime import timedelta
from typing import Any

import pytest

from bridge.errors import AccessLost, ShopAway
from bridge.ports import Contact, CustomerSeen, ShopCode, ShopProfile
from bridge.services.push import push
from bridge.storage.alone import alone
from bridge.storage.models import Account, Offer, Person, Shop
from tests.bridge.world import World


def pushed(world: World, account: int) -> Offer:
    """Push, and the account's newest offer."""
    push(world.runtime, world.shop_id)
    return world.offers(account)[-1]


def is_stale(world: World, account: int) -> bool:
    return bool(world.get(Account, account).stale)


def test_credit_becomes_one_code_for_the_customers_address(world: World) -> None:
    account = world.account(1250)
    offer = pushed(world, account)
    (code,) = world.shop.live()
    assert (code.code, code.face, code.emails) == (offer.code, 1250, ("anna@example.org",))
    assert (offer.state, offer.worth, offer.external_id) == ("live", 1250, code.external_id)
    assert offer.code.startswith("guthaben-")
    assert not is_stale(world, account)


def test_a_code_is_stored_before_it_is_sent(world: World) -> None:
    account = world.account(1250)
    stored: list[str] = []
    world.shop.before_write = lambda: stored.extend(o.code for o in world.offers(account))
    push(world.runtime, world.shop_id)
    assert stored == [code.code for code in world.shop.live()]


def test_the_same_code_is_raised_and_lowered(world: World) -> None:
    account = world.account(1000)
    code = pushed(world, account).code
    for amount in (1500, 300):
        world.credit(account, amount)
        assert pushed(world, account).code == code
        assert [c.face for c in world.shop.live()] == [amount]


def test_a_code_is_withdrawn_when_nothing_is_left(world: World) -> None:
    account = world.account(1000)
    push(world.runtime, world.shop_id)
    world.credit(account, 0)
    assert pushed(world, account).state == "withdrawn"
    assert not world.shop.live()


def test_nothing_is_written_when_nothing_has_changed(world: World) -> None:
    account = world.account(1000)
    push(world.runtime, world.shop_id)
    writes, shows = len(world.shop.writes), len(world.shop.shows)
    world.credit(account, 1000)
    push(world.runtime, world.shop_id)
    assert (len(world.shop.writes), len(world.shop.shows)) == (writes, shows)
    assert not is_stale(world, account)


def test_a_used_code_is_retired_before_the_rest_becomes_the_next_code(world: World) -> None:
    account = world.account(1000)
    first = pushed(world, account)
    world.shop.use(first.code)
    world.settle_use(account, 650)
    second = pushed(world, account)
    assert world.offers(account)[0].state == "retired"
    assert (world.shop.codes_[first.code].expired, world.shop.codes_[first.code].face) == (True, 650)
    assert [code.face for code in world.shop.live()] == [second.worth] == [350]
    order = [(w.ref.code, w.expired) for w in world.shop.writes[-2:]]
    assert order == [(first.code, True), (second.code, False)]


def test_a_retired_code_stays_dead_when_the_order_is_cancelled(world: World) -> None:
    account = world.account(1000)
    first = pushed(world, account)
    world.shop.use(first.code)
    world.settle_use(account, 650)
    push(world.runtime, world.shop_id)
    world.shop.change(first.code, uses=0)
    world.credit(account, 1000)
    push(world.runtime, world.shop_id)
    assert [code.face for code in world.shop.live()] == [1000]
    assert not world.shop.usable(first.code)


def test_a_code_used_before_its_order_is_here_is_left_alone_and_the_shop_is_read(world: World) -> None:
    account = world.account(1000)
    code = pushed(world, account).code
    world.shop.use(code)
    writes = len(world.shop.writes)
    world.credit(account, 400)
    assert pushed(world, account).code == code
    assert len(world.shop.writes) == writes
    assert ("reconcile", world.shop_id) in world.bell.rung
    assert is_stale(world, account)


def test_a_code_used_while_it_was_being_withdrawn_waits_for_its_order(world: World) -> None:
    account = world.account(1000)
    code = pushed(world, account).code
    world.shop.before_write = lambda: world.shop.use(code)
    world.credit(account, 0)
    assert pushed(world, account).state == "live"
    assert is_stale(world, account)


def test_an_order_that_never_comes_becomes_a_case(world: World) -> None:
    account = world.account(1000)
    world.shop.use(pushed(world, account).code)
    for _ in range(5):
        world.change(Account, account, stale=True)
        push(world.runtime, world.shop_id)
        world.clock.forward(hours=2)
    assert [case.reason for case in world.cases()] == ["code"]


def test_a_write_that_timed_out_after_acting_is_found_again(world: World) -> None:
    account = world.account(1000)

    def time_out() -> None:
        raise ShopAway("The shop did not answer in time.")

    world.shop.after_write = time_out
    push(world.runtime, world.shop_id)
    assert world.offers(account)[0].state == "planned"
    world.shop.after_write = lambda: None
    world.clock.forward(hours=2)
    offer = pushed(world, account)
    assert (offer.sequence, offer.state) == (1, "live")
    assert len(world.shop.codes_) == len(world.shop.writes) == 1


def test_a_shop_that_is_away_is_left_in_peace_and_nothing_is_lost(world: World) -> None:
    account = world.account(1000)
    world.shop.away = ShopAway("The shop is overloaded.", after=600)
    assert push(world.runtime, world.shop_id).problem == "The shop is overloaded."
    assert world.get(Shop, 1).retry_at == world.clock.now + timedelta(seconds=600)
    world.shop.away = None
    assert push(world.runtime, world.shop_id).looks == 0
    world.clock.forward(seconds=601)
    assert pushed(world, account).state == "live"
    assert (world.get(Shop, 1).problem, world.get(Shop, 1).failures) == ("", 0)


def test_a_lost_access_becomes_a_case_that_closes_by_itself(world: World) -> None:
    world.account(1000)
    world.shop.away = AccessLost("The shop no longer takes our key.")  # type: ignore[assignment]
    push(world.runtime, world.shop_id)
    assert [(c.subject, c.reason) for c in world.cases()] == [("shop", "access lost")]
    world.shop.away = None
    world.clock.forward(hours=2)
    push(world.runtime, world.shop_id)
    assert not world.cases()


def test_a_code_that_the_shop_opened_to_everybody_does_not_stay_live(world: World) -> None:
    world.shop.dropped_addresses = {"a&b@example.org"}
    account = world.account(1000, email="a&b@example.org")
    offer = pushed(world, account)
    assert (offer.state, world.shop.live()) == ("withdrawn", [])
    assert [case.reason for case in world.cases()] == ["code"]
    assert not is_stale(world, account)


def test_an_address_the_shop_cannot_keep_is_not_tried_again_until_it_changes(world: World) -> None:
    world.shop.dropped_addresses = {"a&b@example.org"}
    account = world.account(1000, email="a&b@example.org")
    push(world.runtime, world.shop_id)
    world.credit(account, 1100)
    push(world.runtime, world.shop_id)
    assert len(world.offers(account)) == 1
    world.change(Person, account, email="anna@example.org")
    world.credit(account, 1100)
    assert pushed(world, account).state == "live"
    assert not world.cases()


def test_a_code_that_could_not_be_taken_back_is_taken_back_next_time(world: World) -> None:
    world.shop.dropped_addresses = {"a&b@example.org"}
    account = world.account(1000, email="a&b@example.org")

    def fail_second() -> None:
        if len(world.shop.writes) == 1:
            world.shop.away = ShopAway("The shop did not answer in time.")

    world.shop.after_write = fail_second
    push(world.runtime, world.shop_id)
    assert len(world.shop.live()) == 1
    world.shop.away = None
    world.clock.forward(hours=2)
    assert pushed(world, account).state == "withdrawn"
    assert not world.shop.live()


def test_a_new_address_is_put_on_the_code(world: World) -> None:
    account = world.account(1000)
    push(world.runtime, world.shop_id)
    world.change(Person, account, email="anna@example.net")
    world.credit(account, 1000)
    push(world.runtime, world.shop_id)
    assert [code.emails for code in world.shop.live()] == [("anna@example.net",)]


def test_a_missing_address_is_asked_for_in_the_shop(world: World) -> None:
    account = world.account(1000, email="")
    world.shop.people["7"] = CustomerSeen("7", Contact("anna@example.org", "Anna"))
    assert pushed(world, account).email == "anna@example.org"


def test_without_any_address_there_is_a_case_and_no_code(world: World) -> None:
    account = world.account(1000, email="")
    push(world.runtime, world.shop_id)
    assert not world.offers(account)
    assert [case.reason for case in world.cases()] == ["no address"]
    assert not is_stale(world, account)


def test_a_code_that_is_not_ours_is_left_alone_and_another_one_is_made(world: World) -> None:
    account = world.account(1000)
    code = world.runtime.vault.token("code", "account1", 1)
    stranger = f"guthaben-{code}"
    world.shop.codes_[stranger] = _code(stranger, owner="")
    offer = pushed(world, account)
    assert [o.state for o in world.offers(account)] == ["foreign", "live"]
    assert world.shop.codes_[stranger] == _code(stranger, owner="")
    assert [code.code for code in world.shop.live() if code.owner] == [offer.code]
    assert [case.reason for case in world.cases()] == ["foreign code"]


def test_a_code_that_exists_but_cannot_be_found_gives_way_to_another(world: World) -> None:
    account = world.account(1000)
    hidden = "guthaben-" + world.runtime.vault.token("code", "account1", 1)
    world.shop.codes_[hidden] = _code(hidden, owner="", expired=True)
    world.shop.hidden = {hidden}
    for _ in range(6):
        push(world.runtime, world.shop_id)
        world.clock.forward(hours=2)
    assert [o.state for o in world.offers(account)] == ["foreign", "live"]


def test_a_code_that_the_merchant_deleted_is_replaced(world: World) -> None:
    account = world.account(1000)
    first = pushed(world, account).code
    del world.shop.codes_[first]
    world.credit(account, 1000)
    offer = pushed(world, account)
    assert (offer.sequence, offer.state) == (2, "live")
    assert [code.code for code in world.shop.live()] == [offer.code]


def test_an_amount_that_the_merchant_changed_is_set_back(world: World) -> None:
    account = world.account(1000)
    world.shop.change(pushed(world, account).code, face=99999)
    world.credit(account, 1000)
    push(world.runtime, world.shop_id)
    assert [code.face for code in world.shop.live()] == [1000]


def test_a_refusal_is_tried_again_later_and_told_after_a_while(world: World) -> None:
    account = world.account(1000)
    world.shop.refusal = "not allowed"
    push(world.runtime, world.shop_id)
    assert is_stale(world, account)
    assert not world.cases()
    for _ in range(4):
        world.clock.forward(hours=2)
        push(world.runtime, world.shop_id)
    assert "not allowed" in world.cases()[0].sentence
    world.shop.refusal = ""
    world.clock.forward(hours=2)
    assert pushed(world, account).state == "live"
    assert not world.cases()


def test_switched_off_coupons_stop_the_push_with_a_sentence(world: World) -> None:
    world.account(1000)
    world.change(Shop, 1, profile={})
    world.shop.profile_ = ShopProfile("Toy", "EUR", "UTC", True, "19", "10", codes_enabled=False)
    assert "switched off" in push(world.runtime, world.shop_id).problem
    world.shop.profile_ = ShopProfile("Toy", "EUR", "UTC", True, "19", "10")
    world.clock.forward(hours=2)
    push(world.runtime, world.shop_id)
    assert len(world.shop.live()) == 1


def test_a_shop_with_net_prices_is_told_the_net_amount(world: World) -> None:
    account = world.account(1000)
    world.change(Shop, 1, prices_include_tax=False, highest_rate="19")
    offer = pushed(world, account)
    assert (offer.worth, offer.face) == (1000, 840)
    assert [code.face for code in world.shop.live()] == [840]


@pytest.mark.parametrize("values", [{"guest": True}, {"automatic": False}])
def test_guests_and_accounts_that_declined_get_no_code(world: World, values: dict[str, Any]) -> None:
    world.account(1000, **values)
    push(world.runtime, world.shop_id)
    assert not world.shop.codes_


def test_the_customer_sees_balance_usable_credit_and_code(world: World) -> None:
    account = world.account(1250, pending=250)
    offer = pushed(world, account)
    view = world.shop.views["7"]
    assert (view.balance, view.usable, view.code) == ("12,50\xa0€", "10,00\xa0€", offer.code)
    assert view.statement == "https://credit.example.com/in?shop=1"


def test_guests_have_no_meta_data_in_the_shop(world: World) -> None:
    world.account(1000, customer="")
    push(world.runtime, world.shop_id)
    assert len(world.shop.live()) == 1
    assert not world.shop.views


def test_what_changes_during_a_push_is_looked_at_again(world: World) -> None:
    account = world.account(1000)

    def earn_more() -> None:
        world.shop.before_write = lambda: None
        world.credit(account, 1700)

    world.shop.before_write = earn_more
    push(world.runtime, world.shop_id)
    assert [code.face for code in world.shop.live()] == [1700]
    assert not is_stale(world, account)


def test_a_use_that_is_settled_during_a_push_is_not_overwritten(world: World) -> None:
    account = world.account(1000)
    code = pushed(world, account).code

    def checkout() -> None:
        world.shop.before_write = lambda: None
        world.shop.use(code)
        world.settle_use(account, 1000)

    world.credit(account, 1200)
    world.shop.before_write = checkout
    push(world.runtime, world.shop_id)
    assert [o.state for o in world.offers(account)] == ["retired", "live"]
    assert [c.face for c in world.shop.live()] == [200]


def test_only_one_worker_pushes_a_shop(world: World) -> None:
    account = world.account(1000)
    with alone(world.runtime.db, "push-1") as mine:
        assert mine
        assert push(world.runtime, world.shop_id).busy
    assert not world.offers(account)
    assert pushed(world, account).state == "live"


def test_a_thousand_accounts_take_one_call_per_hundred(world: World) -> None:
    for number in range(250):
        world.account(100 + number, customer=str(number))
    sizes: list[int] = []
    world.shop.after_write = lambda: sizes.append(len(world.shop.writes) - sum(sizes))
    push(world.runtime, world.shop_id)
    assert sizes == [100, 100, 50]
    assert [len(views) for views in world.shop.shows] == [100, 100, 50]
    assert len(world.shop.live()) == 250


def _code(code: str, owner: str, expired: bool = False) -> ShopCode:
    return ShopCode(code, "900", 500, (), 0, None, expired, owner)
