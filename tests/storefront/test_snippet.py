"""The theme's snippet in a real browser: what it does to a cart, and what it leaves alone."""

import re
import subprocess
from dataclasses import dataclass, field
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from adapters.serving import serve_app
from tests.requires import need

SNIPPET = files("adapters.shopify.storefront").joinpath("rabattkonto.liquid").read_text("utf-8")
ACCOUNT = {
    "balance": "12,00 €",
    "usable": "12,00 €",
    "plain": "12.00",
    "code": "guthaben-x",
    "statement": "https://credit.example/s",
}


@dataclass
class Theme:
    """A shop's pages as far as the snippet sees them. Liquid is filled in by hand."""

    customer: str = "7"
    codes: list[str] = field(default_factory=lambda: ["SUMMER"])
    items: int = 1
    declined: str = ""
    proxy: int = 200
    partner: str = ""
    takes: int = 500
    asked: list[str] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("theme")
        app.get("/")(self.page)
        app.get("/cart.js")(self.read)
        app.post("/cart/update.js")(self.update)
        app.get("/apps/rabattkonto/account")(self.account)
        return app

    def page(self) -> str:
        return f"<!doctype html><meta charset=utf-8><body><p>Shop</p>{self.rendered()}"

    def read(self) -> Response:
        return self._noted("cart", self.cart())

    def rendered(self) -> str:
        known = {
            "customer.id": self.customer,
            "account.code": "guthaben-old",
            "account.usable": "11,00 €",
            "account.statement": ACCOUNT["statement"],
            "cart.attributes.rabattkonto_declined": self.declined,
            "request.locale.iso_code": "de",
        }
        text = re.sub(r"\{%-?.*?-?%\}", "", SNIPPET, flags=re.DOTALL)

        def value(found: re.Match[str]) -> str:
            default = re.search(r"default: '([^']*)'", found[1])
            return default[1] if default else known[found[1].strip()]

        return re.sub(r"\{\{(.*?)\}\}", value, text)

    def cart(self) -> dict[str, Any]:
        codes = [{"code": code, "applicable": True} for code in self.codes]
        taken = [{"title": code, "total_allocated_amount": self.takes} for code in self.codes]
        return {
            "item_count": self.items,
            "discount_codes": codes,
            "currency": "EUR",
            "cart_level_discount_applications": taken,
            "attributes": {"rabattkonto_declined": self.declined},
        }

    def update(self) -> Response:
        sent = request.get_json()
        if "discount" in sent:
            self.codes = [code for code in sent["discount"].split(",") if code]
        self.declined = sent["attributes"].get("rabattkonto_declined", self.declined)
        self.partner = sent["attributes"].get("rabattkonto_ref", self.partner)
        return self._noted("update", self.cart())

    def account(self) -> Response:
        self.asked.append("proxy")
        return Response(status=self.proxy) if self.proxy != 200 else jsonify(ACCOUNT)

    def _noted(self, what: str, answer: object) -> Response:
        self.asked.append(what)
        return jsonify(answer)


@pytest.fixture
def theme() -> Theme:
    return Theme()


def seen(theme: Theme, folder: Path, query: str = "") -> str:
    """The page's box after everything has come to rest, without markup; empty while it is hidden."""
    return re.sub(r"<[^>]+>", "|", drawn(theme, folder, query))


def drawn(theme: Theme, folder: Path, query: str = "") -> str:
    """The same with its markup."""
    url, stop = serve_app(theme.app(), 0, None)
    try:
        command = [need("chromium"), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}"]
        command += ["--virtual-time-budget=4000", "--dump-dom", f"{url}/{query}"]
        page = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    finally:
        stop()
    assert "<p>Shop</p>" in page
    box = re.search(r'<div id="rabattkonto"([^>]*)>(.*?)</div>', page, re.DOTALL)
    assert box is not None
    return "" if 'hidden=""' in box[1] else box[2]


def test_a_customers_code_goes_onto_the_cart_beside_what_is_there(theme: Theme, tmp_path: Path) -> None:
    shown = seen(theme, tmp_path)
    assert theme.codes == ["SUMMER", "guthaben-x"]
    assert "Ihr Guthaben: 12,00 €" in shown
    assert "Guthaben aufheben" in shown


@pytest.mark.parametrize(("takes", "shown"), [(500, True), (1200, False)])
def test_the_cart_says_what_of_the_credit_stays(theme: Theme, tmp_path: Path, takes: int, shown: bool) -> None:
    theme.takes = takes
    assert ("(danach bleiben 7,00\xa0€)" in unescape(seen(theme, tmp_path))) == shown


def test_the_entries_are_one_click_away_for_whoever_is_logged_in(theme: Theme, tmp_path: Path) -> None:
    assert 'href="/apps/rabattkonto/statement"' in drawn(theme, tmp_path)


def test_when_we_are_away_the_entries_are_where_a_mail_leads(theme: Theme, tmp_path: Path) -> None:
    theme.proxy = 503
    assert f'href="{ACCOUNT["statement"]}"' in drawn(theme, tmp_path)


def test_a_code_that_is_there_is_left_alone(theme: Theme, tmp_path: Path) -> None:
    theme.codes = ["GUTHABEN-X"]
    seen(theme, tmp_path)
    assert "update" not in theme.asked


def test_who_declined_is_remembered_and_can_change_their_mind(theme: Theme, tmp_path: Path) -> None:
    theme.declined = "1"
    assert "Guthaben verwenden" in seen(theme, tmp_path)
    assert theme.codes == ["SUMMER"]


def test_when_we_are_away_the_shop_goes_on_with_what_it_knows(theme: Theme, tmp_path: Path) -> None:
    theme.proxy = 503
    assert "Ihr Guthaben: 11,00 €" in seen(theme, tmp_path)
    assert theme.codes == ["SUMMER"]


def test_of_somebody_who_is_not_logged_in_only_the_recommendation_is_kept(theme: Theme, tmp_path: Path) -> None:
    theme.customer = ""
    assert seen(theme, tmp_path, "?utm=x&ref=talomi-k7") == ""
    assert (theme.asked, theme.partner) == (["update"], "talomi-k7")
