"""Leaving: paused, wound down or removed, the books stay and the shop ends up with nothing of us."""

import csv
import tomllib
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from bridge.domain import document
from bridge.domain.orders import Article
from bridge.errors import Refused, ShopAway
from bridge.ports import Furnishing, Tariff
from bridge.services import leave
from bridge.services.night import night
from bridge.services.push import push
from bridge.services.receive import Doors
from bridge.services.settle import drain
from bridge.services.shops import NewShop, add_shop
from bridge.services.sweep import sweep
from bridge.services.verify import verify
from bridge.storage.models import Account, Delivery, Entry, Shop, ShopStatus
from tests.bridge.history import BEN, bought, catch_up, code_of, earning, happens, live_codes
from tests.bridge.world import World


@pytest.fixture
def shop(world: World) -> World:
    """Anna and Ben have bought once and have a code over 10.00 each."""
    happens(earning(world), bought(1), bought(2, "8", BEN))
    return world


def status(world: World) -> str:
    return str(world.get(Shop, world.shop_id).status)


def balance(world: World) -> int:
    with world.runtime.db.reading() as session:
        return sum(account.balance for account in session.exec(select(Account)))


def kept(world: World, state: str = "received") -> int:
    """A delivery that came in; its id."""
    with world.runtime.db.transaction() as session:
        row = Delivery(
            shop_id=world.shop_id, received_at=world.clock.now, topic="order.updated", body=b"{}", state=state
        )
        session.add(row)
        session.flush()
        return row.id or 0


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


# --- pause ------------------------------------------------------------------------------------------------


def test_a_paused_shop_keeps_what_comes_and_is_left_in_peace(shop: World) -> None:
    leave.pause(shop.runtime, 1)
    delivery, writes = kept(shop), len(shop.shop.writes)
    shop.bell.rung.clear()
    assert drain(shop.runtime, 1).states == {}
    found = happens(shop, bought(3))
    sweep(shop.runtime)
    assert (found.read, found.problem) == (
        0,
        "The shop is paused, so it is not read; `rabattkonto shop list` shows it.",
    )
    assert shop.get(Delivery, delivery).state == "received"
    assert len(shop.shop.writes) == writes
    assert shop.bell.rung == []
    assert balance(shop) == 2000


def test_codes_of_a_paused_shop_stay_as_they_are(shop: World) -> None:
    before = live_codes(shop)
    leave.pause(shop.runtime, 1)
    catch_up(shop)
    assert live_codes(shop) == before


def test_what_waits_for_a_paused_shop_is_no_finding(shop: World) -> None:
    kept(shop)
    shop.clock.forward(hours=5)
    assert [finding.invariant for finding in verify(shop.runtime)] == ["I5"]
    leave.pause(shop.runtime, 1)
    assert verify(shop.runtime) == []


def test_what_was_missed_in_a_pause_is_read_afterwards(shop: World) -> None:
    leave.pause(shop.runtime, 1)
    happens(shop, bought(3, code=code_of(shop, "anna@example.org"), taken=1000))
    leave.resume(shop.runtime, 1)
    assert ("reconcile", 1) in shop.bell.rung
    catch_up(shop)
    assert balance(shop) == 2000 - 1000 + 900
    assert live_codes(shop) == {"anna@example.org": 900, "ben@example.org": 1000}
    assert verify(shop.runtime) == []


# --- winding down -------------------------------------------------------------------------------------------


def test_winding_down_earns_nothing_and_redeems_for_a_year(shop: World) -> None:
    assert leave.wind_down(shop.runtime, 1) == date(2027, 3, 1)
    shop.clock.forward(hours=1)
    late = bought(100, code=code_of(shop, "anna@example.org"), taken=400)
    happens(shop, late)
    assert balance(shop) == 2000 - 400
    assert live_codes(shop) == {"anna@example.org": 600, "ben@example.org": 1000}
    assert verify(shop.runtime) == []


def test_winding_down_is_announced_once(shop: World) -> None:
    first = leave.wind_down(shop.runtime, 1)
    shop.clock.forward(days=40)
    assert leave.wind_down(shop.runtime, 1) == first
    assert leave.ends_on(shop.runtime, 1) == first


def test_a_programme_that_earns_no_more_keeps_everything_about_using_credit() -> None:
    text = (
        '[programme]\ncurrency = "EUR"\ntimezone = "Europe/Vienna"\n[[earn]]\nid = "a"\npercent = "3"\n'
        '[[bonus]]\nid = "b"\nkind = "first_order"\namount = "5.00"\n[referral]\nlevels = ["10"]\n'
        '[redeem]\nminimum = "2.00"\n[expiry]\nmonths = 36\n[[exclude]]\ntag = "book"\nearn = false\n'
        '[budget]\nmax_percent_of_turnover = "3"\nperiod = "month"\n'
    )
    made = document.read(leave.without_earning(text))
    before = document.read(text)
    assert (made.earn, made.bonus, made.referral, made.budget) == ((), (), None, None)
    assert (made.redeem, made.expiry, made.exclude, made.zone) == (
        before.redeem, before.expiry, before.exclude, before.zone,
    )  # fmt: skip
    assert not made.earns(Article("1", credit=100), "")
    assert before.earns(Article("1", credit=100), "")


def test_after_the_last_day_the_night_removes_the_shop(shop: World) -> None:
    leave.wind_down(shop.runtime, 1)
    shop.clock.forward(days=364)
    night(shop.runtime, 1)
    assert status(shop) == ShopStatus.ACTIVE
    shop.clock.forward(days=2)
    night(shop.runtime, 1)
    assert status(shop) == ShopStatus.REMOVED
    assert shop.shop.live() == []


def test_a_shop_that_goes_on_after_all_is_not_removed(shop: World) -> None:
    leave.wind_down(shop.runtime, 1)
    shop.clock.forward(days=30)
    leave.resume(shop.runtime, 1)
    assert leave.ends_on(shop.runtime, 1) is None
    shop.clock.forward(days=400)
    night(shop.runtime, 1)
    assert status(shop) == ShopStatus.ACTIVE


# --- removing -----------------------------------------------------------------------------------------------


def test_a_removed_shop_has_nothing_of_us(shop: World) -> None:
    leave.remove(shop.runtime, 1)
    assert shop.shop.live() == []
    assert {view.statement + view.code + view.balance for view in shop.shop.views.values()} == {""}
    assert shop.shop.unregistered == ["https://credit.example.com/webhooks/toy/t0ken"]
    assert shop.shop.furnished[-1] == Furnishing(Tariff()), "the storefront goes on promising"


def test_a_removed_shop_can_be_read_but_not_reached(shop: World) -> None:
    delivery = kept(shop, "settled")
    leave.remove(shop.runtime, 1)
    row = shop.get(Shop, 1)
    assert (row.status, row.secrets) == (ShopStatus.REMOVED, b"")
    assert Doors(shop.runtime).find("t0ken") is None
    assert shop.get(Delivery, delivery).body == b""
    assert balance(shop) == 2000
    assert verify(shop.runtime) == []
    sweep(shop.runtime)
    push(shop.runtime, 1)
    with pytest.raises(Refused, match="removed already"):
        leave.remove(shop.runtime, 1)


def test_the_books_are_written_out_to_the_last_entry(shop: World) -> None:
    folder = leave.remove(shop.runtime, 1).exported
    accounts, entries = rows(folder / "accounts.csv"), rows(folder / "entries.csv")
    assert {(row["email"], row["balance"]) for row in accounts} == {
        ("anna@example.org", "10.00"), ("ben@example.org", "10.00"),
    }  # fmt: skip
    with shop.runtime.db.reading() as session:
        hashes = [entry.hash.hex() for entry in session.exec(select(Entry).order_by(col(Entry.id)))]
    assert [row["hash"] for row in entries] == hashes
    programme = (folder / "programme-2.toml").read_text("utf-8")
    assert tomllib.loads(programme)["programme"]["currency"] == "EUR"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_name_that_a_spreadsheet_would_calculate_is_disarmed(world: World) -> None:
    account = world.account(-250)
    world.change(Account, account, pending=0)
    with world.runtime.db.transaction() as session:
        from bridge.storage.models import Person

        session.get_one(Person, account).name = '=HYPERLINK("https://evil.example")'
    (row,) = rows(leave.remove(world.runtime, 1).exported / "accounts.csv")
    assert row["name"].startswith("'=HYPERLINK")
    assert row["balance"] == "-2.50"


def test_a_shop_that_is_away_is_left_once_it_is_back(shop: World) -> None:
    shop.shop.away = ShopAway("The shop does not answer.")
    with pytest.raises(ShopAway, match="2 accounts still have something in the shop: The shop does not answer"):
        leave.remove(shop.runtime, 1)
    assert (status(shop), len(shop.shop.live())) == (ShopStatus.LEAVING, 2)
    shop.shop.away = None
    leave.remove(shop.runtime, 1)
    assert (status(shop), len(shop.shop.live())) == (ShopStatus.REMOVED, 0)


def test_a_code_in_an_order_under_way_is_waited_for(shop: World) -> None:
    code = code_of(shop, "anna@example.org")
    shop.shop.use(code)
    with pytest.raises(ShopAway, match="1 accounts still"):
        leave.remove(shop.runtime, 1)
    shop.shop.change(code, uses=0)
    late = bought(3, code=code, taken=1000)
    happens(shop, late)
    leave.remove(shop.runtime, 1)
    assert shop.shop.live() == []
    assert verify(shop.runtime) == []


def test_a_shop_that_no_longer_exists_is_removed_without_asking_it(shop: World) -> None:
    shop.shop.away = ShopAway("There is no such host.")
    leave.remove(shop.runtime, 1, shop_is_gone=True)
    assert status(shop) == ShopStatus.REMOVED


def test_a_removal_can_be_thought_better_of_half_way(shop: World) -> None:
    before = live_codes(shop)
    shop.shop.use(code_of(shop, "ben@example.org"))
    with pytest.raises(ShopAway):
        leave.remove(shop.runtime, 1)
    assert "anna@example.org" not in live_codes(shop)
    leave.resume(shop.runtime, 1)
    shop.clock.forward(hours=1)
    catch_up(shop)
    assert live_codes(shop)["anna@example.org"] == before["anna@example.org"]


def test_the_same_shop_can_be_connected_again_with_books_of_its_own(shop: World) -> None:
    leave.remove(shop.runtime, 1)
    added = add_shop(shop.runtime, NewShop("toy", "https://toy.example", "ck", "cs"))
    assert added.shop_id == 2
    with shop.runtime.db.reading() as session:
        assert session.exec(select(Account).where(Account.shop_id == 2)).all() == []
