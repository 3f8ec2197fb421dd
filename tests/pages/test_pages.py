"""What the pages show."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import bridge.pages
from bridge.runtime import Runtime
from bridge.services.connect import Secrets, seal
from bridge.services.shown import statement_address
from bridge.storage.cases import open_case
from bridge.storage.inbox import Arrival, Verdict, judge, keep
from bridge.storage.models import Account, Shop

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GERMAN = Path(bridge.pages.__file__).parent / "translations" / "de" / "LC_MESSAGES"


@pytest.fixture
def shop_id(runtime: Runtime) -> int:
    """A shop with two accounts and one delivery that needs attention."""
    with runtime.db.transaction() as session:
        sealed = seal(runtime, "t", Secrets("k", "s", ("w",)))
        shop = Shop(
            platform="woocommerce", name="Teeladen", url="https://tee.example", token="t", currency="EUR",
            timezone="Europe/Berlin", secrets=sealed, added_at=NOW,
        )  # fmt: skip
        session.add(shop)
        session.flush()
        assert shop.id is not None
        for token, balance, pending in (("anna", 1250, 250), ("bert", -300, 0)):
            session.add(
                Account(shop_id=shop.id, token=token, currency="EUR", balance=balance, pending=pending,
                        head=b"", opened_at=NOW)
            )  # fmt: skip
        (delivery,) = keep(session, [Arrival(shop.id, NOW, "order.updated", "", {}, b"{}")])
        judge(session, [Verdict(delivery, "attention", "a <b>currency</b> nobody knows", "1001")], NOW)
        return shop.id


def test_the_status_page_says_what_is_owed_and_what_needs_attention(owner: FlaskClient, shop_id: int) -> None:
    page = owner.get("/?lang=de").text
    assert "Teeladen" in page
    assert "12,50\xa0€" in page
    assert "10,00\xa0€" in page
    assert "3,00\xa0€" in page
    assert "einige Fälle warten" in page
    assert "a &lt;b&gt;currency&lt;/b&gt; nobody knows" in page
    assert "01.03.2026, 13:00:00" in page


def test_a_shop_that_refuses_us_is_red(owner: FlaskClient, shop_id: int, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        open_case(session, shop_id, "shop", "access", "The key is no longer accepted.", NOW)
    page = owner.get("/").text
    assert 'class="card broken" aria-labelledby="shop-1"' in page
    assert "The key is no longer accepted." in page


def test_a_paused_shop_is_not_called_well(owner: FlaskClient, shop_id: int, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        shop = session.get(Shop, shop_id)
        assert shop
        shop.status = "paused"
    assert "nicht aktiv" in owner.get("/").text


def test_a_new_installation_says_how_to_connect_a_shop(owner: FlaskClient) -> None:
    assert "rabattkonto shop add woocommerce" in owner.get("/").text


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [("", "", "de"), ("", "en-GB,en;q=0.9", "en"), ("", "fr", "de"), ("en", "de", "en"), ("xx", "de", "de")],
)
def test_the_language_is_the_one_asked_for(visitor: FlaskClient, asked: str, accepted: str, expected: str) -> None:
    page = visitor.get(f"/login?lang={asked}", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{expected}">' in page
    assert ("Anmelden" if expected == "de" else "Log in") in page


def test_a_chosen_language_stays(visitor: FlaskClient) -> None:
    visitor.get("/login?lang=en")
    assert "Log in" in visitor.get("/login", headers={"Accept-Language": "de"}).text


def test_no_page_asks_another_host_for_anything(owner: FlaskClient, shop_id: int) -> None:
    for path in ("/", "/login", "/static/style.css"):
        with owner.get(path) as answer:
            text = answer.get_data(as_text=True)
        assert not re.search(r"(src|href)=.?(https?:)?//|url\(|@import", text)


def test_pages_carry_no_script_and_no_style_of_their_own(owner: FlaskClient, shop_id: int) -> None:
    page = owner.get("/")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_a_customer_reads_the_statement_by_its_address(
    visitor: FlaskClient, shop_id: int, runtime: Runtime
) -> None:
    address = statement_address(runtime, "anna").removeprefix(runtime.settings.public_url)
    page = visitor.get(address, follow_redirects=True)
    assert "12,50\xa0€" in page.text
    assert "nicht auszahlbar" in page.text
    assert page.request.path == "/statement"


def test_without_its_link_the_statement_asks_for_it(visitor: FlaskClient, shop_id: int) -> None:
    page = visitor.get("/statement")
    assert page.status_code == 404
    assert "Kundenkonto" in page.text


def test_nobody_reads_a_statement_by_guessing(visitor: FlaskClient, shop_id: int, runtime: Runtime) -> None:
    foreign = statement_address(runtime, "bert").rpartition("/")[2]
    assert visitor.get(f"/statement/anna/{foreign}").status_code == 404
    assert visitor.get("/statement/anna/ä").status_code == 404
    unknown = statement_address(runtime, "carl").removeprefix(runtime.settings.public_url)
    assert visitor.get(unknown, follow_redirects=True).status_code == 404


def test_the_german_catalogue_is_complete_and_compiled() -> None:
    with (GERMAN / "messages.po").open("rb") as file:
        texts = {message.id: message.string for message in read_po(file) if message.id}
    assert [text for text, german in texts.items() if not german] == []
    with (GERMAN / "messages.mo").open("rb") as file:
        assert {message.id: message.string for message in read_mo(file) if message.id} == texts


def test_every_text_of_the_pages_is_in_the_catalogue() -> None:
    with (GERMAN / "messages.po").open("rb") as file:
        known = {message.id for message in read_po(file)}
    folder = Path(bridge.pages.__file__).parent
    sources = [*folder.rglob("*.html"), *folder.glob("*.py")]
    used = {
        text
        for source in sources
        for text in re.findall(r"""(?:\b_|gettext)\(\s*["']([^"']+)["']""", source.read_text("utf-8"))
    }
    assert used
    assert used - known == set()
