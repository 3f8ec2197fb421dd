"""News for customers: one letter a day to whom something happened; none lost, none twice, none unwanted."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from bridge.app import web
from bridge.domain.letter import Content
from bridge.errors import BridgeError
from bridge.ports import Contact, CustomerSeen
from bridge.reports.statement import find_account
from bridge.services import choices, letters, mail, news, privacy, questions, ways_in
from bridge.services.adjust import adjust
from bridge.storage.db import Database
from bridge.storage.models import Account, NewsRound, OutgoingMail, Question, Shop
from tests.bridge.told import Told
from tests.builders import at, line, order

RULES = """
[programme]
currency = "EUR"
available_after_days = 14
[[earn]]
id = "all"
percent = "10"
[expiry]
months = 2
"""


@dataclass
class Post:
    """A ledger with a mail server that nobody asks; the letters are read where they are kept."""

    books: Told

    def write(self, clock: str) -> int:
        """The sweep and the day's letters at this moment."""
        self.books.wait_until(clock)
        return news.tell(self.books.runtime, 1)

    def letters(self) -> list[dict[str, Any]]:
        """What was kept so far, oldest first."""
        runtime = self.books.runtime
        with self.books.db.reading() as session:
            rows = session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()
        return [json.loads(runtime.vault.unseal("mail", row.key, row.content)) for row in rows if row.content]

    def id(self, customer: str = "anna") -> int:
        with self.books.db.reading() as session:
            return find_account(session, 1, customer)


@pytest.fixture
def post(tmp_path: Path, sqlite_template: Path) -> Iterator[Post]:
    """Anna and Bert have mailboxes; the first round has passed on 1 March, before anything was booked."""
    db = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.db')}")
    with closing(db):
        books = Told(db)
        settings = dataclasses.replace(
            books.runtime.settings, smtp_url="smtp://localhost", mail_from="a@shop.example"
        )
        books.runtime = dataclasses.replace(books.runtime, settings=settings)
        books.open(RULES)
        books.know(*(CustomerSeen(n, Contact(f"{n}@example.org", n.title())) for n in ("anna", "bert")))
        found = Post(books)
        assert found.write("2026-03-01 10:00") == 0
        books.clock.now = at("2026-03-02 12:00")
        yield found


def test_a_day_makes_one_letter_however_much_was_booked(post: Post) -> None:
    books = post.books
    books.tell(order(line(name="Mantel")), order(line(paid=4200, name="Schal"), id="1002"))
    books.tell(order(line(paid=2000, name="Tee"), id="1003", customer="bert"))
    assert post.write("2026-03-03 08:59") == 0
    assert post.write("2026-03-03 09:01") == 2
    assert post.write("2026-03-03 18:00") == 0
    anna, bert = post.letters()
    assert (anna["to"], bert["to"]) == ("anna@example.org", "bert@example.org")
    assert anna["subject"] == "14,20\xa0€ Guthaben für Ihren nächsten Einkauf"
    assert (
        "  10,00\xa0€  Mantel: 10\xa0% von 100,00\xa0€ = 10,00\xa0€, einlösbar ab 16. März 2026\n" in anna["text"]
    )
    assert "Schal" in anna["text"]
    assert "Tee" not in anna["text"]
    assert "/in/mail/" in anna["text"]
    assert "/terms/1" in anna["text"]
    assert anna["unsubscribe"] in anna["text"]
    assert anna["unsubscribe"] in anna["html"]
    assert "Mantel" in anna["html"]


def test_what_becomes_usable_and_what_is_about_to_lapse_is_said_in_time_and_once(post: Post) -> None:
    post.books.tell(order(line(name="Mantel")))
    told = {}
    for day in ["03-03", "03-15", "03-16", "03-17", "04-15", "04-16", "04-17", "05-08", "05-09", "05-10", "05-17"]:
        before = len(post.letters())
        if post.write(f"2026-{day} 12:00"):
            told[day] = post.letters()[before]["subject"].replace("\xa0", " ")
    assert told == {
        "03-03": "10,00 € Guthaben für Ihren nächsten Einkauf",
        "03-16": "10,00 € Guthaben sind jetzt einlösbar",
        "04-16": "10,00 € Guthaben verfallen bald",
        "05-09": "10,00 € Guthaben verfallen bald",
    }
    assert "einlösbar bis einschließlich 16. Mai 2026" in post.letters()[-1]["text"]


def test_what_is_taken_back_says_why_and_that_nothing_is_to_be_paid(post: Post) -> None:
    books = post.books
    books.tell(order(line(name="Mantel")))
    post.write("2026-03-03 10:00")
    back = order(line(name="Mantel", refunded=10000, refunded_quantity=1))
    books.tell(replace(back, updated=at("2026-03-03 11:00")))
    assert post.write("2026-03-04 10:00") == 1
    letter = post.letters()[-1]
    assert letter["subject"] == "Guthaben wurde zurückgebucht"
    assert "Mantel erstattet, zurückgebucht: −10,00\xa0€" in letter["text"]
    assert "Sie müssen nichts zahlen" in letter["text"]


def test_a_flood_of_bookings_is_told_in_sum(post: Post) -> None:
    for number in range(20):
        adjust(post.books.runtime, 1, "anna", 100, f"Nr. {number}", "test")
    post.write("2026-03-03 10:00")
    text = post.letters()[0]["text"].replace("\xa0", " ")
    assert "Nr. 19" in text
    assert "Nr. 7" not in text
    assert "8,00 €  und 8 weitere Buchungen, zusammen" in text


def test_a_round_that_was_interrupted_ends_where_it_would_have_and_repeats_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    books, real = post.books, mail.keep
    books.tell(order(line(name="Mantel")), order(line(paid=2000, name="Tee"), id="1003", customer="bert"))
    monkeypatch.setattr(news, "_PORTION", 1)

    def broken(session: Any, runtime: Any, letter: Any, *more: Any) -> bool:
        if letter.to.startswith("bert"):
            raise BridgeError("the light went out")
        return real(session, runtime, letter, *more)

    monkeypatch.setattr(mail, "keep", broken)
    with pytest.raises(BridgeError):
        post.write("2026-03-03 10:00")
    assert [letter["to"] for letter in post.letters()] == ["anna@example.org"]
    books.tell(order(line(paid=900, name="Kanne"), id="1004", clock="2026-03-03 10:05"))
    monkeypatch.setattr(mail, "keep", real)
    assert post.write("2026-03-03 10:10") == 1
    assert [letter["to"] for letter in post.letters()] == ["anna@example.org", "bert@example.org"]
    assert post.write("2026-03-04 10:00") == 1
    last = post.letters()[-1]
    assert (last["to"], "Kanne" in last["text"], "Mantel" in last["text"]) == ("anna@example.org", True, False)


def test_nobody_is_written_to_who_does_not_want_it_or_cannot_be(post: Post) -> None:
    books = post.books
    books.tell(order(line(name="Mantel")), order(line(paid=2000), id="1003", customer="bert"))
    books.tell(order(line(paid=500), id="1004", customer=None, mailbox="f" * 32), email="guest@example.org")
    link = letters.off_address(books.runtime, books.account()).removeprefix(books.runtime.settings.public_url)
    client = web(books.runtime).test_client()
    assert client.get(f"{link}?lang=de").status_code == 200
    assert post.id() is not None
    with books.db.reading() as session:
        assert choices.wants_news(session, post.id())
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(f"{link}x").status_code == 404
    privacy.erase(books.runtime, post.id("bert"))
    assert post.write("2026-03-03 10:00") == 0


def test_a_shop_that_only_watches_and_an_installation_without_mail_server_write_nothing(post: Post) -> None:
    books = post.books
    books.tell(order(line(name="Mantel")))
    with books.db.transaction() as session:
        session.get_one(Shop, 1).observing = True
    assert post.write("2026-03-03 10:00") == 0
    with books.db.transaction() as session:
        session.get_one(Shop, 1).observing = False
    silent = dataclasses.replace(books.runtime, settings=dataclasses.replace(books.runtime.settings, smtp_url=None))
    assert news.tell(silent, 1) == 0
    with books.db.reading() as session:
        assert session.get_one(NewsRound, 1).entry_id == 0
    assert post.write("2026-03-03 10:00") == 1


def as_guest(post: Post, wanted: str = "yes") -> Told:
    """Somebody buys without an account, in a shop whose merchant has (or has not) switched the letter on."""
    books = post.books
    settings = dataclasses.replace(books.runtime.settings, mail_guests=wanted)
    books.runtime = dataclasses.replace(books.runtime, settings=settings)
    mailbox = books.runtime.vault.fingerprint("gast@example.org")
    for number in ("1001", "1002"):
        bought = order(line(name="Mantel"), id=number, customer=None, mailbox=mailbox)
        books.tell(bought, email="gast@example.org")
    return books


def test_a_guest_is_told_once_that_credit_waits_and_how_to_get_at_it(post: Post) -> None:
    books = as_guest(post)
    assert post.write("2026-03-03 10:00") == 1
    (letter,) = post.letters()
    assert (letter["to"], letter["subject"]) == (
        "gast@example.org",
        "20,00\xa0€ Guthaben für Ihren nächsten Einkauf",
    )
    assert "Kundenkonto unter dieser Adresse" in letter["text"]
    assert "Mantel" not in letter["text"]
    assert letter["unsubscribe"] in letter["html"]
    link = next(word for word in letter["text"].split() if "/in/mail/" in word).rpartition("/")[2]
    mailbox = books.runtime.vault.fingerprint("gast@example.org")
    assert ways_in.by_mail(books.runtime, link)[1] == mailbox
    later = order(line(name="Schal"), id="1003", clock="2026-03-03 12:00", customer=None, mailbox=mailbox)
    books.tell(later, email="gast@example.org")
    assert post.write("2026-03-04 10:00") == 0, "a guest is written to a second time"


def test_a_guest_is_not_written_to_unless_the_merchant_wants_it(post: Post) -> None:
    as_guest(post, "no")
    assert post.write("2026-03-03 10:00") == 0
    assert post.letters() == []


def test_a_guest_who_wants_no_mails_gets_none(post: Post) -> None:
    books = as_guest(post)
    with books.db.reading() as session:
        (guest,) = session.exec(select(Account).where(col(Account.guest).is_(True))).all()
    off = letters.off_address(books.runtime, guest).rpartition("/")[2]
    assert letters.whose_mails(books.runtime, off) == guest.id
    choices.choose_mails(books.runtime, guest.id or 0, news=False)
    assert post.write("2026-03-03 10:00") == 0


def test_letters_speak_the_language_in_which_the_account_was_read(post: Post) -> None:
    choices.remember_language(post.books.runtime, post.id(), "en")
    post.books.tell(order(line(name="Coat")))
    post.write("2026-03-03 10:00")
    letter = post.letters()[0]
    assert letter["subject"] == "€10.00 of credit for your next purchase"
    assert '<html lang="en">' in letter["html"]


def test_a_link_is_sent_to_the_address_on_file_and_not_again_at_once(post: Post) -> None:
    runtime = post.books.runtime
    for address in ("Anna@Example.org ", "anna@example.org", "nobody@example.org", "a\nb", ""):
        letters.send_link(runtime, 1, address, "de")
    letters.send_link(runtime, 99, "bert@example.org", "de")
    (letter,) = post.letters()
    assert (letter["to"], letter["unsubscribe"]) == ("anna@example.org", "")
    link = next(word for word in letter["text"].split() if "/in/mail/" in word).rpartition("/")[2]
    assert ways_in.by_mail(runtime, link)[0] == post.books.account().token
    post.books.clock.forward(minutes=6)
    letters.send_link(runtime, 1, "anna@example.org", "de")
    assert len(post.letters()) == 2


def test_the_page_answers_the_same_whether_an_account_exists_or_not(post: Post) -> None:
    client = web(post.books.runtime).test_client()
    page = client.get("/in?shop=1&lang=de").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answers = {
        client.post("/in", data={"csrf_token": token, "shop": "1", "email": email}).text
        for email in ("anna@example.org", "nobody@example.org")
    }
    assert len(answers) == 1
    assert "ein Link dorthin unterwegs" in answers.pop()
    assert len(post.letters()) == 1


def asked_for(client: FlaskClient, email: str, address: str) -> TestResponse:
    """What a visitor from this network address is answered."""
    page = client.get("/in?shop=1&lang=de").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "shop": "1", "email": email}
    return client.post("/in", data=form, environ_overrides={"REMOTE_ADDR": address})


def test_one_machine_cannot_try_many_addresses_and_learns_nothing_from_being_stopped(post: Post) -> None:
    client = web(post.books.runtime).test_client()
    tried = [asked_for(client, f"n{n}@example.org", "203.0.113.7").status_code for n in range(22)]
    assert tried == [200] * 20 + [429] * 2
    known, unknown = (asked_for(client, f"{n}@example.org", "203.0.113.7") for n in ("anna", "nobody"))
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert "Bitte warten Sie" in known.text
    assert post.letters() == []
    assert asked_for(client, "anna@example.org", "203.0.113.8").status_code == 200, "others wait for them"
    post.books.clock.forward(hours=1)
    assert asked_for(client, "bert@example.org", "203.0.113.7").status_code == 200


def test_an_address_without_an_account_costs_the_same_work(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    render = letters.as_html

    def noting(content: Content) -> str:
        written.append(content.subject)
        return render(content)

    monkeypatch.setattr(letters, "as_html", noting)
    for address in ("anna@example.org", "nobody@example.org"):
        letters.send_link(post.books.runtime, 1, address, "de")
    assert written[0] == written[1]
    assert len(post.letters()) == 1


def test_an_answer_is_brought_by_mail_also_to_those_who_want_no_news(post: Post) -> None:
    books = post.books
    books.tell(order(line(name="Mantel")))
    choices.choose_mails(books.runtime, post.id(), news=False)
    number = questions.ask(books.runtime, post.id(), books.statement().lines[0].entry.id, "Warum <10>?")
    questions.answer(books.runtime, number, "Darum.", "berta")
    (letter,) = post.letters()
    assert "Ihre Frage: Warum <10>?" in letter["text"]
    assert "Warum &lt;10&gt;?" in letter["html"]
    assert "Die Antwort: Darum." in letter["text"]


def test_erasing_a_person_takes_questions_answers_and_letters_along(post: Post) -> None:
    books = post.books
    books.tell(order(line(name="Mantel")))
    number = questions.ask(books.runtime, post.id(), books.statement().lines[0].entry.id, "Warum?")
    questions.answer(books.runtime, number, "Darum.", "berta")
    privacy.erase(books.runtime, post.id())
    assert post.letters() == []
    with books.db.reading() as session:
        assert session.exec(select(Question)).all() == []
