"""Mails: kept with their cause, sent once, tried again while that makes sense."""

import dataclasses
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import select

from bridge.runtime import Runtime
from bridge.services import mail, privacy
from bridge.services.mail import Letter
from bridge.storage.models import Case, OutgoingMail
from tests.bridge.world import World

ANNA = Letter("statement:1", "anna@kundin.example", "Ihr Guthaben: 12,50 €", "Guten Tag,\n\nschöne Grüße")


class Sink:
    """A mail server for one test. ``answers`` are given to the next mails instead of yes."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.answers: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its name there
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def post(world: World, sink: Sink) -> Iterator[Runtime]:
    """The world's runtime with a mail server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    settings = dataclasses.replace(
        world.runtime.settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="credit@shop.example"
    )
    yield dataclasses.replace(world.runtime, settings=settings)
    server.stop()


def keep(runtime: Runtime, letter: Letter = ANNA, **more: int) -> bool:
    with runtime.db.transaction() as session:
        return mail.keep(session, runtime, letter, **more)


def row(runtime: Runtime) -> OutgoingMail:
    with runtime.db.reading() as session:
        return session.exec(select(OutgoingMail)).one()


def test_a_mail_is_sent_once_however_often_it_is_kept_and_sent(post: Runtime, sink: Sink) -> None:
    assert keep(post)
    assert not keep(post)
    assert mail.is_waiting(post)
    assert mail.send(post) == 1
    assert mail.send(post) == 0
    (got,) = sink.mails
    assert (got["To"], got["From"]) == ("anna@kundin.example", "credit@shop.example")
    assert got["Subject"] == "Ihr Guthaben: 12,50 €"
    assert "schöne Grüße" in got.get_content()  # type: ignore[attr-defined]
    assert row(post).state == "sent"


def test_a_mail_goes_with_its_cause(post: Runtime) -> None:
    with post.db.transaction() as session:
        mail.keep(session, post, ANNA)
        session.rollback()
    assert not mail.is_waiting(post)


def test_what_is_kept_cannot_be_read_in_the_database(post: Runtime) -> None:
    keep(post)
    assert b"kundin" not in row(post).content


def test_a_server_that_asks_for_patience_is_asked_again_later(post: Runtime, sink: Sink, world: World) -> None:
    keep(post)
    sink.answers = ["451 later"]
    assert mail.send(post) == 0
    assert "451 later" in row(post).problem
    assert not mail.is_waiting(post)
    world.clock.now += timedelta(minutes=2)
    assert mail.send(post) == 1
    assert len(sink.mails) == 1


def test_a_refused_mail_becomes_a_case_and_holds_up_no_other(post: Runtime, sink: Sink) -> None:
    keep(post, shop_id=1)
    keep(post, dataclasses.replace(ANNA, key="statement:2"))
    sink.answers = ["550 no such mailbox"]
    assert mail.send(post) == 1
    with post.db.reading() as session:
        assert "550 no such mailbox" in session.exec(select(Case)).one().sentence


def test_a_server_that_is_away_is_asked_for_three_days(post: Runtime, world: World) -> None:
    away = dataclasses.replace(post, settings=dataclasses.replace(post.settings, smtp_url="smtp://127.0.0.1:1"))
    keep(away)
    for _ in range(20):
        mail.send(away)
        world.clock.now += timedelta(hours=4)
    assert row(away).state == "failed"
    assert row(away).attempts == 19


def test_an_address_that_is_none_and_a_header_that_would_break_out_are_given_up(post: Runtime) -> None:
    for number, letter in enumerate(
        (dataclasses.replace(ANNA, to="nobody"), dataclasses.replace(ANNA, subject="a\r\nBcc: all@x.example"))
    ):
        keep(post, dataclasses.replace(letter, key=f"wrong:{number}"))
    assert mail.send(post) == 0
    with post.db.reading() as session:
        assert {found.state for found in session.exec(select(OutgoingMail))} == {"failed"}


def test_without_a_mail_server_nothing_is_kept(world: World) -> None:
    assert not keep(world.runtime)
    assert mail.send(world.runtime) == 0


def test_old_mails_lose_their_content(post: Runtime, world: World) -> None:
    keep(post)
    mail.send(post)
    world.clock.now += timedelta(days=31)
    mail.purge(post)
    assert row(post).content == b""


def test_an_erased_person_loses_theirs_at_once_and_it_is_not_sent(post: Runtime, sink: Sink, world: World) -> None:
    account = world.account()
    keep(post, account_id=account)
    privacy.erase(post, account)
    assert row(post).content == b""
    assert mail.send(post) == 0
    assert sink.mails == []


def test_a_key_that_was_turned_over_still_opens_it(post: Runtime, sink: Sink) -> None:
    keep(post)
    before = row(post).content
    with post.db.transaction() as session:
        mail.renew(session, post)
    assert row(post).content != before
    assert mail.send(post) == 1
