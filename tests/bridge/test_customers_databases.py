"""What customers and programs need of a database works on each kind that we support."""

import dataclasses

from sqlmodel import select

from bridge.ports import Contact, CustomerSeen
from bridge.reports import accounts
from bridge.reports.standing import standing
from bridge.reports.statement import find_account
from bridge.services import choices, letters, news, once, questions, tokens, ways_in
from bridge.services.once import Answer
from bridge.storage.db import Database
from bridge.storage.leaves import entry_of, leaf
from bridge.storage.models import Account, Case, OutgoingMail
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


def test_the_ways_of_customers_and_programs(database: Database) -> None:
    books = Told(database)
    server = {"smtp_url": "smtp://localhost", "mail_from": "credit@shop.example"}
    runtime = dataclasses.replace(books.runtime, settings=dataclasses.replace(books.runtime.settings, **server))
    books.runtime = runtime
    books.open(RULES)
    books.know(CustomerSeen("anna", Contact("anna@example.org", "Anna")))
    assert news.tell(runtime, 1) == 0
    books.tell(*(order(line(paid=1000 * n), id=f"100{n}") for n in range(1, 6)))
    told = []
    for day in ("03-03", "03-16", "04-16"):
        books.wait_until(f"2026-{day} 12:00")
        told.append(news.tell(runtime, 1))
    assert told == [1, 1, 1]
    with database.reading() as session:
        account = session.get_one(Account, find_account(session, 1, "anna"))
        first = leaf(session, account, 2)
        second = leaf(session, account, 9, first.next, ["accrual"])
        assert [e.balance_after for e in (*first.entries, *second.entries)] == [1500, 1000, 600, 300, 100]
        assert entry_of(session, account, first.entries[0].id).source == first.entries[0].source
        now = standing(session, account, books.clock.now, "de")
        assert [(each.day, each.amount) for each in now.lapsing] == [(at("2026-05-16 12:00").date(), 1500)]
        assert len(accounts.entries(session, 1, 10, books.clock.now)) == 5
    number = questions.ask(runtime, account.id or 0, first.entries[0].id, "Warum?")
    questions.answer(runtime, number, "Darum.", "berta")
    choices.choose_mails(runtime, account.id or 0, news=False)
    choices.remember_language(runtime, account.id or 0, "en")
    for _ in range(2):
        letters.send_link(runtime, 1, "ANNA@example.org", "de")
    with database.reading() as session:
        kinds = [row.key.partition(":")[0] for row in session.exec(select(OutgoingMail).order_by(OutgoingMail.id))]  # type: ignore[arg-type]
        assert kinds == ["news"] * 3 + ["answer", "link"]
        assert [case.closed_at is None for case in session.exec(select(Case))] == [False]
    token = ways_in.link(runtime, account.token, "anna@example.org", ways_in.LINK_KEEPS).rpartition("/")[2]
    assert ways_in.by_mail(runtime, token)[0] == account.token
    _, text = tokens.make(runtime, 1, "desk", ["adjust"])
    bearer = tokens.recognise(runtime, text)
    assert bearer
    marks: list[str] = []

    def do(mark: str) -> Answer:
        marks.append(mark)
        return Answer(201, "{}")

    answers = [once.once(runtime, bearer, "a-key-0001", b"asked", do) for _ in range(2)]
    assert [(answer.status, answer.again) for answer in answers] == [(201, False), (201, True)]
    assert len(marks) == 1
    assert books.verify() == []
