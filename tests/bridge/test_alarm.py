"""The alarm: after an hour of red, and when it is green again; once each, whatever restarts."""

import dataclasses
import json

import pytest
from sqlmodel import col, select

from bridge.runtime import Runtime
from bridge.services import alarm, health
from bridge.services.users import Role
from bridge.storage.cases import open_case
from bridge.storage.models import Beat, OutgoingMail, Shop, User
from tests.bridge.world import World


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """An installation without other troubles, with an admin who wants mails, one who does not, and a viewer."""
    monkeypatch.setattr(health, "obstacles", lambda _: [])
    settings = dataclasses.replace(world.runtime.settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@b.example")
    runtime = dataclasses.replace(world.runtime, settings=settings)
    with runtime.db.transaction() as session:
        for name, role, email in (
            ("berta", Role.ADMIN, "berta@laden.example"),
            ("carl", Role.ADMIN, ""),
            ("vera", Role.VIEWER, "vera@laden.example"),
        ):
            session.add(User(name=name, password="", role=role, email=email, created_at=world.clock.now))
    return runtime


def letters(runtime: Runtime) -> list[dict[str, str]]:
    with runtime.db.reading() as session:
        rows = session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()
        return [json.loads(runtime.vault.unseal("mail", row.key, row.content)) for row in rows]


def pass_time(world: World, runtime: Runtime, minutes: int) -> None:
    """As the clock does: a look each minute."""
    for _ in range(minutes):
        world.clock.forward(minutes=1)
        alarm.look(runtime)


def test_an_hour_of_red_is_told_once_and_so_is_the_end_of_it(world: World, desk: Runtime) -> None:
    alarm.look(desk)
    world.change(Shop, 1, problem="The shop does not answer.")
    pass_time(world, desk, 60)
    assert letters(desk) == []
    pass_time(world, desk, 120)
    (red,) = letters(desk)
    assert red["to"] == "berta@laden.example"
    assert "seit einer Stunde nicht" in red["subject"]
    assert "The shop does not answer." in red["text"]
    world.change(Shop, 1, problem="")
    pass_time(world, desk, 5)
    _, green = letters(desk)
    assert "funktioniert wieder" in green["subject"]
    assert world.get(Shop, 1).red_since is None


def test_what_heals_within_the_hour_is_not_told(world: World, desk: Runtime) -> None:
    for _ in range(3):
        world.change(Shop, 1, problem="The shop does not answer.")
        pass_time(world, desk, 50)
        world.change(Shop, 1, problem="")
        pass_time(world, desk, 5)
    assert letters(desk) == []


def test_a_refusal_of_the_shop_is_red_and_an_order_to_decide_on_is_not(world: World, desk: Runtime) -> None:
    with desk.db.transaction() as session:
        open_case(session, 1, "order:7", "not settled", "Please look.", world.clock.now)
        open_case(session, 1, "shop", "webhooks repaired", "They were made anew.", world.clock.now)
    pass_time(world, desk, 70)
    assert letters(desk) == []
    with desk.db.transaction() as session:
        open_case(session, 1, "shop", "access lost", "The key is not accepted.", world.clock.now)
    pass_time(world, desk, 70)
    assert "The key is not accepted." in letters(desk)[0]["text"]


def silent(runtime: Runtime) -> list[str]:
    """Signs of life alone: no queue runs in a test."""
    with runtime.db.reading() as session:
        return health._silent(session, runtime.clock())


def test_a_worker_that_is_gone_is_told_too(world: World, desk: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "obstacles", silent)
    with desk.db.transaction() as session:
        session.add(Beat(part="clock", at=world.clock.now))
    pass_time(world, desk, 62)
    assert "No sign of life from “worker drain”" in letters(desk)[0]["text"]
