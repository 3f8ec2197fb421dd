"""The night's work: the books prove themselves, and what fails becomes a case without stopping the rest."""

from datetime import timedelta

from sqlmodel import select

from bridge.services import night
from bridge.services.contact import load_shop
from bridge.services.figures import PROOF
from bridge.storage.models import Account, Case, Figure
from tests.bridge.world import World


def _work(world: World) -> list[str]:
    world.clock.now += timedelta(days=1)
    night.night(world.runtime, world.shop_id)
    with world.runtime.db.reading() as session:
        return [case.sentence for case in session.exec(select(Case)) if case.closed_at is None]


def test_books_that_do_not_add_up_are_told_the_next_morning(world: World) -> None:
    account = world.account(available=500)
    told = [sentence for sentence in _work(world) if "proof of the books" in sentence]
    assert len(told) == 1
    assert "I1" in told[0]
    assert _wrong(world) > 0
    world.change(Account, account, balance=0)
    assert not [sentence for sentence in _work(world) if "proof of the books" in sentence]


def test_how_the_books_came_out_is_kept(world: World) -> None:
    _work(world)
    assert _wrong(world) == 0


def _wrong(world: World) -> int:
    with world.runtime.db.reading() as session:
        kept = session.get_one(Figure, (world.shop_id, PROOF))
    assert kept.at == world.clock.now
    return int(kept.value["findings"])


def test_the_night_is_worked_once(world: World) -> None:
    _work(world)
    assert not night.is_due(load_shop(world.runtime, world.shop_id), world.clock.now)
