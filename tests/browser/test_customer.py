"""The pages of customers in a real browser: fit for everybody, in both widths, languages and lights."""

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from bridge.app import web
from bridge.domain.orders import State
from bridge.ports import Contact, CustomerSeen
from bridge.reports.statement import find_account
from bridge.services import questions
from bridge.services.adjust import adjust
from bridge.services.partners import bind, enrol
from bridge.storage.db import Database
from tests.bridge.told import Told
from tests.browser.conftest import PICTURES
from tests.browser.looks import look
from tests.builders import at, line, order
from tests.pages.test_customer import RULES, signed


@dataclass
class Shown:
    """A ledger with its pages on a loopback port."""

    books: Told
    address: str

    @property
    def way_in(self) -> str:
        """A request that the shop has signed, another one each time."""
        self.books.clock.forward(seconds=1)
        return f"{self.address}{signed('anna', int(self.books.clock.now.timestamp()))}"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Shown]:
    copy = shutil.copy(sqlite_template, tmp_path_factory.mktemp("shown") / "ledger.db")
    with closing(Database(f"sqlite:///{copy}")) as db:
        books = Told(db)
        books.open(RULES)
        tell_a_story(books)
        server = make_server("127.0.0.1", 0, web(books.runtime), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Shown(books, f"http://127.0.0.1:{server.port}")
        server.shutdown()


def tell_a_story(books: Told) -> None:
    """Everything that a page can show: pending, lapsing, unpaid, a goal, a code, questions, people below."""
    books.know(*(CustomerSeen(n, Contact(f"{n}@example.org", f"{n.title()} Muster")) for n in ("anna", "bert")))
    enrol(books.runtime, 1, "anna", "anna-tee", since=at("2025-01-01 00:00"))
    bind(books.runtime, 1, "bert", "anna", at("2026-01-01 00:00"), "referral code anna-tee on order 1002")
    books.tell(order(line(name="Teekanne aus Gusseisen, schwarz, 1,2 Liter")))
    books.tell(order(line(paid=4200, name="Schal"), id="1002", customer="bert"))
    adjust(books.runtime, 1, "anna", 500, "Kulanz wegen verspäteter Lieferung", "test")
    books.offer(500)
    used = line(paid=1500, credit=300, code="guthaben-anna-1", name="Tee")
    books.tell(order(used, id="1003", clock="2026-03-02 11:00", state=State.OPEN))
    books.offer(200, sequence=2)
    with books.db.reading() as session:
        anna = find_account(session, 1, "anna")
    number = questions.ask(books.runtime, anna, books.statement().lines[0].entry.id, "Warum nur 10 Prozent?")
    questions.answer(books.runtime, number, "Die 15 Prozent galten bis Februar.", "berta")


LOOKS = [("de", "light", 390), ("en", "dark", 390), ("de", "dark", 1200), ("en", "light", 1200)]
"""Each language, light and width meets each other one."""


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_every_page_is_fit_for_everybody(
    browser: Browser, shown: Shown, language: str, scheme: Any, width: int
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    entry = shown.books.statement().lines[0].entry.id
    inside = ["", f"/entries/{entry}", "/print", "/partner", "/partner/2026"]
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tag, measured = f"{width}-{scheme}-{language}", width < 600
    wrong = look(context, shown, "/in", tag, language, measured=measured)  # type: ignore[arg-type]
    wrong += look(context, shown, "/statement", f"closed-{tag}", language, measured=measured)  # type: ignore[arg-type]
    context.request.get(shown.way_in)
    for path in inside:
        wrong += look(context, shown, f"/statement{path}", tag, language, measured=measured)  # type: ignore[arg-type]
    context.close()
    assert wrong == []


def test_everything_works_without_a_script(browser: Browser, shown: Shown) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    page.goto(shown.way_in)
    assert page.url == f"{shown.address}/statement"
    assert page.locator("#code").inner_text() == "guthaben-anna-2"
    assert page.get_by_role("button", name="Kopieren").count() == 0
    page.get_by_role("button", name="Lieber ansparen").click()
    assert page.get_by_text("Sie sparen an").is_visible()
    page.get_by_role("button", name="wieder automatisch").click()
    page.get_by_role("link", name="eingelöst", exact=True).click()
    assert "In Bestellung 1003 verrechnet" in page.locator(".book").inner_text()
    page.get_by_role("button", name="Schließen").click()
    page.goto(f"{shown.address}/statement")
    assert page.get_by_text("Dieser Zugang ist geschlossen").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_nothing_asks_to_be_pressed_and_the_paper_is_white(
    browser: Browser, shown: Shown, scheme: Any
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(locale="de-DE", color_scheme=scheme, viewport={"width": 800, "height": 800})
    page = context.new_page()
    page.goto(shown.way_in)
    page.emulate_media(media="print", color_scheme=scheme)
    page.screenshot(path=PICTURES / f"paper-{scheme}.png", full_page=True)
    assert page.locator("main button:visible, main form:visible, main a:visible").all_inner_texts() == []
    assert page.get_by_text("Kulanz wegen verspäteter Lieferung").is_visible()
    ink = page.evaluate("getComputedStyle(document.querySelector('main h1')).color")
    assert sum(int(part) for part in re.findall(r"\d+", ink)[:3]) < 300, f"the ink is {ink}"
    context.close()


def test_a_press_copies_the_code(browser: Browser, shown: Shown) -> None:
    context = browser.new_context(locale="de-DE", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(shown.way_in)
    page.get_by_role("button", name="Kopieren").click()
    page.get_by_text("kopiert", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "guthaben-anna-2"
    context.close()
