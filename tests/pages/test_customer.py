"""What customers see of their accounts, how they get in, and that nobody sees anybody else's."""

import csv
import hashlib
import hmac
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from bridge.app import web
from bridge.domain.orders import State
from bridge.pages.customer.visit import OPEN_FOR
from bridge.ports import Contact, CustomerSeen
from bridge.reports.statement import find_account
from bridge.services import questions, ways_in
from bridge.services.adjust import adjust
from bridge.services.connect import Secrets, seal
from bridge.services.partners import bind, enrol
from bridge.storage.db import Database
from bridge.storage.models import Account, Case, Question, Shop
from tests.bridge.told import Told
from tests.builders import line, order

RULES = """
[programme]
name = "Teeladen"
currency = "EUR"
available_after_days = 14
[[earn]]
id = "all"
percent = "10"
[[bonus]]
id = "quarter"
kind = "turnover"
period = "quarter"
minimum = "500.00"
amount = "20.00"
[referral]
levels = ["5"]
base = "paid"
own_turnover = { period = "quarter", minimum = "150.00" }
[expiry]
months = 36
"""


@dataclass
class Guest:
    """Somebody with a browser."""

    books: Told
    client: FlaskClient
    tokens: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: object) -> TestResponse:
        return self.client.get(path, query_string={"lang": "de", **query})

    def post(self, path: str, **form: object) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/login").text)
        assert found
        return self.client.post(path, data={"csrf_token": found[1], **form})

    def come_in(self, customer: str = "anna") -> TestResponse:
        """The shop vouches for them."""
        at = int(self.books.clock.now.timestamp())
        return self.client.get(signed(customer, at), follow_redirects=True)


def signed(customer: str, at: int, secret: str = "hook", shop: str = "t0ken") -> str:  # noqa: S107
    """What the plugin makes: as the contract between shop and bridge says, without our own code."""
    key = hmac.new(secret.encode(), b"storefront", hashlib.sha256).hexdigest()
    text = f"customer={customer}&at={at}"
    return f"/in/{shop}?{text}&sig={hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()}"


@pytest.fixture
def books(tmp_path: Path, sqlite_template: Path) -> Iterator[Told]:
    """Anna and Bert have bought; Anna also has credit by hand and has used some of it in an unpaid order."""
    db = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.db')}")
    with closing(db):
        ledger = Told(db)
        ledger.open(RULES)
        people = [CustomerSeen(n, Contact(f"{n}@example.org", f"{n.title()} Muster")) for n in ("anna", "bert")]
        ledger.know(*people)
        ledger.tell(order(line(name="Mantel")), order(line(paid=4200, name="Schal"), id="1002", customer="bert"))
        adjust(ledger.runtime, 1, "anna", 500, "Kulanz", "test")
        ledger.offer(500)
        used = line(paid=1500, credit=300, code="guthaben-anna-1", name="Tee")
        ledger.tell(order(used, id="1003", clock="2026-03-02 11:00", state=State.OPEN))
        yield ledger


@pytest.fixture
def guest(books: Told) -> Guest:
    return Guest(books, web(books.runtime).test_client())


# --- ways in ----------------------------------------------------------------------------------------------


def test_the_shop_lets_in_whoever_is_logged_in_there_and_leads_to_a_clean_address(guest: Guest) -> None:
    page = guest.come_in()
    assert (page.status_code, page.request.path, page.request.query_string) == (200, "/statement", b"")
    assert "Mantel" in page.text
    assert "Schal" not in page.text


def test_a_signature_is_good_for_a_moment_once_and_for_what_it_signs(guest: Guest) -> None:
    now = int(guest.books.clock.now.timestamp())
    refused = [
        signed("anna", now - 91),
        signed("anna", now + 91),
        signed("anna", now, secret="guessed"),
        signed("anna", now).replace("customer=anna", "customer=bert"),
        signed("anna", now).replace(f"at={now}", f"at={now + 1}"),
        signed("anna", now).replace("&sig=", "&sig=ä"),
        f"/in/t0ken?customer=anna&at={now}",
        signed("anna", now, shop="unknown"),
        "/in/t0ken?customer=an%20na&at=x&sig=y",
    ]
    for path in refused:
        answer = guest.client.get(path, follow_redirects=True)
        assert answer.status_code == 404, path
        assert "Dieser Zugang ist geschlossen" in answer.text
    good = signed("anna", now)
    assert guest.client.get(good).status_code == 303
    other = web(guest.books.runtime).test_client()
    assert other.get(good).status_code == 404
    assert other.get("/statement").status_code == 404


def test_a_shop_that_has_not_heard_of_a_new_secret_yet_still_lets_in(guest: Guest) -> None:
    now = int(guest.books.clock.now.timestamp())
    keep_secrets(guest.books, "new", "hook")
    for secret, status in (("new", 303), ("hook", 303), ("gone", 404)):
        assert guest.client.get(signed("anna", now, secret)).status_code == status, secret


def keep_secrets(books: Told, *secrets: str) -> None:
    with books.db.transaction() as session:
        shop = session.get(Shop, 1)
        assert shop
        shop.secrets = seal(books.runtime, shop.token, Secrets("k", "s", secrets))


def test_a_customer_for_whom_nothing_was_booked_is_told_so(guest: Guest) -> None:
    assert "noch nichts gebucht" in guest.come_in("carl").text


def test_a_link_in_a_mail_lets_in_until_it_ends_or_the_address_changes(guest: Guest) -> None:
    books = guest.books
    link = mail_link(books)
    assert guest.client.get(link, follow_redirects=True).request.path == "/statement"
    books.clock.forward(days=8)
    stale = guest.client.get(link)
    assert stale.status_code == 404
    assert "geschlossen" in stale.text
    fresh = mail_link(books)
    moved = CustomerSeen("anna", Contact("new@example.org", "Anna Muster"))
    books.know(moved)
    assert guest.client.get(fresh).status_code == 404


def mail_link(books: Told, customer: str = "anna") -> str:
    link = ways_in.link(books.runtime, books.account(customer).token, f"{customer}@example.org", ways_in.LINK_KEEPS)
    return link.removeprefix(books.runtime.settings.public_url)


def test_a_link_that_was_tampered_with_lets_nobody_in(guest: Guest) -> None:
    books = guest.books
    link, foreign = mail_link(books), books.account("bert").token
    token, until, proof = link.rpartition("/")[2].split(".")
    longer = f"{token}.{int(until) + 1}.{proof}"
    for wrong in (f"{foreign}.{until}.{proof}", longer, f"{token}.{until}.x", "x", "ä.1.b"):
        assert guest.client.get(f"/in/mail/{wrong}").status_code == 404
    assert guest.client.get("/statement").status_code == 404


def test_the_address_that_shops_keep_and_the_links_they_kept_before_let_nobody_in(guest: Guest) -> None:
    assert guest.client.get("/in?shop=1").status_code == 200
    token = guest.books.account().token
    old = guest.books.runtime.vault.token("statement", token)
    assert guest.client.get(f"/statement/{token}/{old}").status_code == 404
    assert guest.client.get("/statement").status_code == 404


def test_an_open_page_closes_itself_and_can_be_closed(guest: Guest) -> None:
    guest.come_in()
    guest.post("/out")
    assert guest.get("/statement").status_code == 404
    guest.books.clock.forward(seconds=1)
    guest.come_in()
    guest.books.clock.now += OPEN_FOR
    assert guest.get("/statement").status_code == 404


def test_whoever_was_erased_or_taken_over_is_let_out_at_once(guest: Guest) -> None:
    for change in ({"erased_at": guest.books.clock.now}, {"erased_at": None, "merged_into": 2}):
        guest.books.clock.forward(seconds=1)
        guest.come_in()
        with guest.books.db.transaction() as session:
            account = session.get_one(Account, find_account(session, 1, "anna"))
            for name, value in change.items():
                setattr(account, name, value)
        assert guest.get("/statement").status_code == 404


def test_whoever_came_by_mail_takes_over_what_waits_under_that_address(guest: Guest) -> None:
    books = guest.books
    mailbox = books.runtime.vault.fingerprint("anna@example.org")
    books.tell(
        order(line(paid=3000, name="Kanne"), id="1009", customer=None, mailbox=mailbox), email="anna@example.org"
    )
    assert "Gastbestellungen" not in guest.come_in().text
    assert guest.post("/statement/guests").status_code == 404
    page = guest.client.get(mail_link(books), follow_redirects=True).text
    assert "Gastbestellungen" in page
    assert "Kanne" not in page
    moved = CustomerSeen("anna", Contact("victim@example.org", "Anna Muster"))
    books.know(moved)
    assert guest.post("/statement/guests").status_code == 404
    books.know(replace(moved, contact=Contact("anna@example.org", "Anna Muster")))
    assert guest.post("/statement/guests").status_code == 303
    page = guest.get("/statement").text
    assert "Kanne" in page
    assert "Gastbestellungen" not in page
    assert books.verify() == []


# --- nobody sees anybody else's -----------------------------------------------------------------------------


def test_every_page_of_an_account_is_closed_without_a_way_in(guest: Guest) -> None:
    rules = [r for r in guest.client.application.url_map.iter_rules() if r.rule.startswith("/statement")]
    seen = 0
    for rule in rules:
        path = re.sub(r"<(\w+:)?\w+>", "1", rule.rule)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = guest.get(path) if method == "GET" else guest.post(path)
            assert answer.status_code == 404, path
            assert "10,00" not in answer.text
            seen += 1
    assert seen >= 10


def test_no_address_names_the_account_so_anna_never_sees_bert(guest: Guest) -> None:
    books = guest.books
    enrol(books.runtime, 1, "bert", "bert-empfiehlt")
    with books.db.reading() as session:
        bert = session.get_one(Account, find_account(session, 1, "bert"))
    berts_entry = books.statement("bert").lines[0].entry.id
    guest.come_in()
    for path in (f"/statement/entries/{berts_entry}", "/statement/partner", "/statement/partner/2026"):
        assert guest.get(path).status_code == 404, path
    assert guest.post(f"/statement/entries/{berts_entry}", text="Wie viel hat er?").status_code == 404
    for path in ("/statement", "/statement/print", "/statement.csv"):
        for extra in ({}, {"account": bert.token}, {"before": f"{berts_entry + 1}.999999.x"}):
            text = guest.get(path, **extra).text
            assert "Schal" not in text
            assert "9.999" not in text
    guest.post("/statement/automatic", automatic="no", account=bert.token)
    assert books.account("bert").automatic


# --- the statement --------------------------------------------------------------------------------------------


def test_the_statement_says_what_is_usable_when_and_what_hangs_in_the_air(guest: Guest) -> None:
    page = guest.come_in()
    text = re.sub(r"(<[^>]+>|[ \n])+", " ", page.text)
    assert "einlösbar ab 16.03.2026 10,00\xa0€" in text
    assert "Bestellung 1003 vom 02.03.2026 3,00\xa0€" in text
    assert "noch 400,00\xa0€ Einkaufswert bis 31. März 2026 für 20,00\xa0€ Guthaben" in text
    assert "Kulanz" in text
    assert "nicht auszahlbar" in text
    assert "/terms/1" in page.text


def test_an_unpaid_order_leads_to_the_shop_where_it_is_paid_or_cancelled(guest: Guest) -> None:
    with guest.books.db.transaction() as session:
        session.get_one(Shop, 1).profile = {"order_page": "https://tee.example/?page_id=9&view-order={order}"}
    page = guest.come_in().text
    assert 'href="https://tee.example/?page_id=9&amp;view-order=1003"' in page
    assert "soweit der Shop das zulässt" in page  # WooCommerce lets nobody cancel an order that awaits a transfer


def test_pages_of_bookings_keep_their_balances_and_the_filter(guest: Guest) -> None:
    for number in range(60):
        adjust(guest.books.runtime, 1, "anna", 1, f"Nr. {number}", "test")
    first = guest.come_in().text
    assert "Nr. 59" in first
    assert "Mantel" not in first
    further = re.search(r'href="(/statement\?[^"]*before=[^"]+)"', first)
    assert further
    second = guest.client.get(further[1].replace("&amp;", "&")).text
    assert "Mantel" in second
    assert "Nr. 59" not in second
    balances = [line.entry.balance_after for line in guest.books.statement().lines]
    shown = re.findall(r'data-head="Stand"[^>]*><span[^>]*>([\d,]+)', first + second)
    assert [int(amount.replace(",", "")) for amount in shown] == balances[::-1]
    only = guest.get("/statement", only="redeemed").text
    assert "In Bestellung 1003 verrechnet" in only
    assert "Kulanz" not in only
    assert re.findall(r'data-head="Stand"[^>]*><span[^>]*>([\d,]+)', only) == ["12,00"]


def test_the_file_holds_every_booking_and_no_formula(guest: Guest) -> None:
    adjust(guest.books.runtime, 1, "anna", 100, "=1+1", "test")
    guest.come_in()
    answer = guest.get("/statement.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Datum", "Art", "Grund"]
    assert [(row[3], row[4]) for row in rows[1:]] == [
        ("1,00", "13,00"), ("-3,00", "12,00"), ("5,00", "15,00"), ("10,00", "10,00"),
    ]  # fmt: skip
    assert all(not row[2].startswith(("=", "+", "-", "@")) for row in rows)
    english = guest.client.get("/statement.csv?lang=en").data.decode()
    assert "1.00,13.00,EUR" in english


def test_saving_up_takes_the_code_out_of_the_shop(guest: Guest) -> None:
    books = guest.books
    guest.come_in()
    assert books.account().automatic
    assert guest.post("/statement/automatic", automatic="no").status_code == 303
    account = books.account()
    assert (account.automatic, account.stale) == (False, True)
    assert ("push", 1) in books.bell.rung
    assert "Sie sparen an" in guest.get("/statement").text
    guest.post("/statement/automatic", automatic="yes")
    assert books.account().automatic


def test_nothing_changes_by_following_a_link(guest: Guest) -> None:
    guest.come_in()
    assert guest.client.post("/statement/automatic", data={"automatic": "no"}).status_code == 400
    assert guest.books.account().automatic


# --- questions --------------------------------------------------------------------------------------------------


def test_a_question_opens_a_case_and_its_answer_appears_beside_the_booking(guest: Guest) -> None:
    books = guest.books
    entry = books.statement().lines[0].entry.id
    guest.come_in()
    assert "Mantel" in guest.get(f"/statement/entries/{entry}").text
    assert guest.post(f"/statement/entries/{entry}", text="Warum nur <b>10</b> %?").status_code == 303
    with books.db.reading() as session:
        case = session.exec(select(Case).where(Case.reason == "question")).one()
    assert (case.subject, case.closed_at) == ("question:1", None)
    assert "Warum" not in case.sentence
    page = guest.get("/statement").text
    assert "Warum nur &lt;b&gt;10&lt;/b&gt; %?" in page
    assert "Die Antwort erscheint hier" in page
    questions.answer(books.runtime, 1, "Weil es die Regel so sagt.", "berta")
    assert "Weil es die Regel so sagt." in guest.get("/statement").text
    with books.db.reading() as session:
        assert (
            session.exec(select(Case).where(col(Case.closed_at).is_(None), Case.reason == "question")).all() == []
        )


def test_an_empty_an_overlong_and_the_eleventh_question_are_refused(guest: Guest) -> None:
    entry = guest.books.statement().lines[0].entry.id
    guest.come_in()
    for text in ("  ", "x" * 1001):
        answer = guest.post(f"/statement/entries/{entry}", text=text)
        assert answer.status_code == 422
        assert "höchstens 1000 Zeichen" in answer.text
    statuses = [guest.post(f"/statement/entries/{entry}", text=f"Frage {n}").status_code for n in range(11)]
    assert statuses == [303] * 10 + [422]


def test_the_merchant_answers_on_a_page(books: Told) -> None:
    from bridge.services import users
    from tests.pages.conftest import PASSWORD, form_token, log_in

    users.add_user(books.runtime, "berta", PASSWORD)
    with books.db.reading() as session:
        account = find_account(session, 1, "anna")
    questions.ask(books.runtime, account, books.statement().lines[0].entry.id, "Warum?")
    client = web(books.runtime).test_client()
    assert client.get("/questions/1").status_code == 302
    log_in(client)
    page = client.get("/questions/1?lang=de").text
    assert "Warum?" in page
    assert "Mantel: 10" in page
    form = {"csrf_token": form_token(client), "answer": "Darum."}
    assert client.post("/questions/1", data=form).status_code == 303
    assert client.post("/questions/1", data={**form, "answer": ""}).status_code == 422
    assert client.get("/questions/99").status_code == 404
    with books.db.reading() as session:
        found = session.get_one(Question, 1)
    assert (found.answer, found.answered_by) == ("Darum.", "berta")


# --- partners -----------------------------------------------------------------------------------------------------


def test_a_partner_sees_link_levels_and_people_by_initials_only(guest: Guest) -> None:
    books = guest.books
    enrol(books.runtime, 1, "anna", "anna-tee")
    books.tell(order(line(paid=6000, name="Kanne"), id="1004", clock="2026-03-02 11:30"))
    bind(
        books.runtime,
        1,
        "bert",
        "anna",
        books.clock.now - timedelta(days=30),
        "referral code anna-tee on order 1002",
    )
    page = guest.come_in()
    assert "/statement/partner" in page.text
    shown = guest.get("/statement/partner").text
    assert "https://toy.example/?ref=anna-tee" in shown
    assert "<svg" in shown
    assert "B. M." in shown
    assert "über Ihren Link oder Code" in shown
    for private in ("Bert", "bert@", "1002", "Schal", "42,00"):
        assert private not in shown
    assert "2,10\xa0€" in shown
    year = guest.get("/statement/partner/2026").text
    assert "Jahresaufstellung 2026" in year
    assert "2,10\xa0€" in year
    assert guest.get("/statement/partner/1").status_code == 404


def test_what_is_missing_to_earn_along_is_said_before_the_period_ends(guest: Guest) -> None:
    enrol(guest.books.runtime, 1, "anna", "anna-tee")
    guest.come_in()
    text = re.sub(r"\s+", " ", guest.get("/statement/partner").text)
    assert "Noch 50,00 € Einkaufswert bis 31.03.2026. Bisher sind es 100,00 € von 150,00 €." in text
