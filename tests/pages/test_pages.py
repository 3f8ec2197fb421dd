"""What the pages show."""

import gzip
import hashlib
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

import bridge.pages
from bridge.pages import assets
from bridge.pages.merchant import status
from bridge.runtime import Runtime
from bridge.services import health
from bridge.services.connect import Secrets, seal
from bridge.storage.cases import open_case
from bridge.storage.inbox import Arrival, Verdict, judge, keep
from bridge.storage.models import Account, Shop, ShopTotal
from tests.pages.conftest import form_token

Patch = pytest.MonkeyPatch
FORM = "application/x-www-form-urlencoded"
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
        session.add(ShopTotal(shop_id=shop.id, accounts=2, owed=1250, pending=250, overspent=-300))
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
    assert "Eine Meldung vom Shop konnte nicht verstanden werden." in page
    assert "a &lt;b&gt;currency&lt;/b&gt; nobody knows" in owner.get("/deliveries").text
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
    for path in ("/", "/login"):
        with owner.get(path) as answer:
            text = answer.get_data(as_text=True)
        assert not re.search(r"(src|href)=.?(https?:)?//|url\(|@import", text)


def test_pages_carry_no_script_and_no_style_of_their_own(owner: FlaskClient, shop_id: int) -> None:
    page = owner.get("/")
    assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=|javascript:", page.text)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_what_keeps_the_installation_from_working_is_said_in_german(owner: FlaskClient, runtime: Runtime) -> None:
    told = health.obstacles(runtime)
    assert len(told) > len(health.PARTS)
    page = unescape(owner.get("/?lang=de").text)
    assert [sentence for sentence in told if sentence in page] == []
    assert page.count("Kein Lebenszeichen") == len(health.PARTS)


def test_the_german_catalogue_is_complete_and_compiled() -> None:
    with (GERMAN / "messages.po").open("rb") as file:
        written = texts(read_po(file))
    assert [text for text, german in written.items() if not all(german)] == []
    with (GERMAN / "messages.mo").open("rb") as file:
        assert texts(read_mo(file)) == written


def texts(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    """Text → its translation, with each plural form; a plural is named by its singular."""
    found = {}
    for message in catalogue:
        name = message.id if isinstance(message.id, str) else message.id[0]
        german = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        found[name] = tuple(text or "" for text in german)
    return {name: german for name, german in found.items() if name}


def test_every_text_of_the_pages_is_in_the_catalogue() -> None:
    with (GERMAN / "messages.po").open("rb") as file:
        known = {message.id for message in read_po(file)}
    folder = GERMAN.parent.parent.parent
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    used = {text for _, _, text, _, _ in extract_from_dir(folder, methods, keywords=keywords)}
    assert used
    assert used - known == set()


def test_files_of_others_are_as_they_were_released() -> None:
    vendor = assets.FOLDER / "vendor"
    listed = re.findall(
        r"^\| (\S+\.min\.\w+) .* \| ([0-9a-f]{64}) \|$", (vendor / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name for name, _ in listed} == {path.name for path in vendor.glob("*.min.*")}
    for name, digest in listed:
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest, name


def test_no_template_names_another_host_in_an_asset() -> None:
    for template in (assets.FOLDER.parent / "templates").rglob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"<(link|script|img|source|use|iframe)[^>]*(https?:)?//", text), template.name
    for sheet in assets.FOLDER.glob("*.css"):
        assert not re.search(r"@import|url\(", sheet.read_text("utf-8")), sheet.name


def test_a_file_is_sent_compressed_and_kept_by_browsers(visitor: FlaskClient) -> None:
    answer = visitor.get("/static/vendor/pico-2.1.1.min.css", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert gzip.decompress(answer.data) == (assets.FOLDER / "vendor" / "pico-2.1.1.min.css").read_bytes()
    assert visitor.get("/static/vendor/../../words.py").status_code == 404


def test_a_failure_is_told_as_a_page_and_as_a_part_of_one(owner: FlaskClient) -> None:
    page = owner.get("/nothing/here?lang=de")
    assert page.status_code == 404
    assert "Hier ist nichts" in page.text
    part = owner.get("/nothing/here", headers={"HX-Request": "true"})
    assert part.status_code == 404
    assert part.text.lstrip().startswith("<section")


def test_a_fault_of_ours_is_told_without_its_details(app: Flask, owner: FlaskClient, monkeypatch: Patch) -> None:
    def fault(_: object) -> None:
        raise ZeroDivisionError("a secret of the code")

    monkeypatch.setattr(status, "overview", fault)
    page = owner.get("/?lang=de")
    assert page.status_code == 500
    assert "Bei uns ist etwas schiefgegangen" in page.text
    assert "secret" not in page.text


def test_what_is_too_large_is_refused_as_a_page(visitor: FlaskClient) -> None:
    page = visitor.post("/login?lang=de", data=b"name=" + b"x" * 6_000_000, content_type=FORM)
    assert page.status_code == 413
    assert "Das ist zu groß" in page.text


def test_the_language_can_be_changed_on_any_page(owner: FlaskClient) -> None:
    token = form_token(owner)
    for page in (
        owner.get("/nothing/here"),
        owner.post("/people/1/password", data={"csrf_token": token}),
    ):
        link = re.search(r'href="([^"]+)" lang="en"', page.text)
        assert link
        assert owner.get(link[1].replace("&amp;", "&")).status_code in (200, 302)


def test_an_address_cannot_tell_the_links_where_to_lead(owner: FlaskClient) -> None:
    page = owner.get("/me?_external=1&_scheme=evil&_anchor=x&a=b")
    assert 'href="/me?a=b&amp;lang=en"' in page.text


def test_shops_get_no_page_when_something_is_wrong(visitor: FlaskClient) -> None:
    assert "<main" not in visitor.post("/webhooks/woocommerce/nothing", data=b"{}").text
    assert "<main" not in visitor.get("/webhooks/nothing/at/all").text
