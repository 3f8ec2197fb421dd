"""The way through the first start, without JavaScript, against the toy shop in this process."""

import dataclasses
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from adapters.wires import into_app
from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.app import web
from bridge.domain import document
from bridge.errors import NotFound, Refused
from bridge.pages.setup import starters
from bridge.pages.setup.starters import Wish, WrongWish
from bridge.runtime import Runtime
from bridge.services import approvals, doors, setup, users, work
from bridge.storage.models import Entry, Offer, Shop, Ticket, User
from tests.fakes import FakeBell
from tests.pages.conftest import PASSWORD, form_token

HOME = "http://127.0.0.1:8890"


@dataclasses.dataclass
class Scene:
    """An installation without logins beside a toy shop on a real socket."""

    runtime: Runtime
    shop: ToyShop
    client: FlaskClient
    secret: str

    def post(self, path: str, **form: str) -> str:
        answer = self.client.post(path, data={"csrf_token": self.token(), **form}, follow_redirects=True)
        return answer.text

    def token(self) -> str:
        return form_token(self.client)

    def only_shop(self) -> Shop:
        with self.runtime.db.reading() as session:
            return session.exec(select(Shop)).one()


@pytest.fixture
def scene(runtime: Runtime) -> Iterator[Scene]:
    with runtime.db.transaction() as session:
        session.delete(session.exec(select(User)).one())
    shop = ToyShop(name="Teeladen")
    with serve(shop, queue=False) as url:
        private = frozenset({url.removeprefix("http://")})
        settings = dataclasses.replace(runtime.settings, allow_private_shops=private)
        here = dataclasses.replace(runtime, settings=settings, bell=FakeBell())
        app: Flask = web(here)
        shop.send = into_app(app)
        yield Scene(here, shop, app.test_client(), doors.open_first(here) or "")


def begin(scene: Scene) -> None:
    """The first login, and the shop's address."""
    assert scene.client.get(f"/start/{scene.secret}").location == "/start"
    page = scene.post("/start?lang=de", name="chefin", password=PASSWORD, email="chefin@laden.example")
    assert "Wo ist Ihr Shop?" in page
    assert "Mit einem Klick" in scene.post("/setup/shop", url=scene.shop.url)


def approve(scene: Scene, answer: str = "access_granted") -> str:
    """The owner follows the link, agrees on the shop's page, and comes back; the page shown then."""
    page = scene.client.get("/setup/connect").text
    link = re.search(r'role="button" href="([^"]+)"', page)
    assert link
    asked = requests.get(link[1].replace("&amp;", "&"), timeout=5)
    assert "read_write" in asked.text
    agreed = re.search(rf'href="(/wc-auth/v1/{answer}[^"]+)"', asked.text)
    assert agreed
    back = requests.get(scene.shop.url + agreed[1].replace("&amp;", "&"), timeout=5, allow_redirects=False)
    assert back.status_code == 302, back.text
    return scene.client.get(back.headers["Location"].removeprefix(HOME), follow_redirects=True).text


def test_from_nothing_to_a_live_shop(scene: Scene) -> None:
    shirt = scene.shop.add_product("Shirt", "20.00")
    anna = scene.shop.register("anna@kunden.example", "Anna")
    before = scene.shop.checkout(anna, [(shirt, 2)], method="stripe")
    before.created -= timedelta(days=1)
    begin(scene)
    assert "probieren den Schlüssel" in approve(scene)
    approvals.connect(scene.runtime)
    assert "hat uns erreicht" in scene.client.get("/setup/connecting", follow_redirects=True).text
    assert scene.only_shop().observing
    assert "lesen Ihre letzten Bestellungen" in scene.post("/setup/1/life")
    assert "ist bezahlt" in scene.client.get("/setup/1/paid?now=1").text
    assert "lesen Ihre letzten Bestellungen" in scene.client.get("/setup/1/programme").text
    setup.sample(scene.runtime, 1)
    assert "Karte (Stripe)" in scene.client.get("/setup/1/paid").text
    assert "gekostet" in scene.post("/setup/1/paid")
    page = scene.client.get("/setup/1/programme?kind=percent&percent=2,5").text
    assert "1,00\xa0€" in page
    assert "2,5\xa0% vom Umsatz" in page
    assert "von selbst abgezogen" in scene.post("/setup/1/programme", kind="percent", percent="2,5", days="0")
    scene.shop.checkout(anna, [(shirt, 1)], method="stripe")
    scene.shop.run_queue()
    work.until_empty(scene.runtime)
    assert "Beobachtung" in scene.post("/setup/1/plugin")
    assert "wird nur beobachtet" in scene.client.get("/").text
    assert booked(scene) == [50]
    assert not scene.shop.coupons
    assert "in Betrieb" in scene.post("/setup/1/live")
    work.until_empty(scene.runtime)
    assert len(scene.shop.coupons) == 1
    assert scene.client.get("/setup").location == "/setup/shop"


def booked(scene: Scene) -> list[int]:
    with scene.runtime.db.reading() as session:
        assert session.exec(select(Offer).where(col(Offer.state) == "live")).first() is None
        return list(session.exec(select(Entry.amount)))


def test_the_address_of_the_first_start_works_once(scene: Scene) -> None:
    assert scene.client.get("/start/guessed").status_code == 404
    assert scene.client.get("/start").status_code == 404
    begin(scene)
    assert scene.client.get(f"/start/{scene.secret}").status_code == 404
    assert scene.client.post("/start", data={"csrf_token": scene.token()}).status_code == 404
    assert doors.open_first(scene.runtime) is None
    with pytest.raises(NotFound):
        doors.enter(scene.runtime, scene.secret, "another", PASSWORD, "")
    with pytest.raises(Refused, match="meanwhile"):
        users.add_user(scene.runtime, "another", PASSWORD, first=True)


def test_the_address_of_the_first_start_lives_for_a_day(scene: Scene) -> None:
    assert doors.is_open(scene.runtime, scene.secret)
    late = dataclasses.replace(scene.runtime, clock=lambda: scene.runtime.clock() + timedelta(days=1))
    assert not doors.is_open(late, scene.secret)
    newer = doors.open_first(scene.runtime)
    assert newer
    assert not doors.is_open(scene.runtime, scene.secret)


def test_a_weak_password_is_refused_and_the_door_stays_open(scene: Scene) -> None:
    scene.client.get(f"/start/{scene.secret}")
    assert "zu kurz" in scene.post("/start?lang=de", name="chefin", password="kurz")
    assert users.is_empty(scene.runtime)
    begin(scene)


def test_an_address_without_a_shop_says_what_to_do(scene: Scene) -> None:
    scene.client.get(f"/start/{scene.secret}")
    scene.post("/start?lang=de", name="chefin", password=PASSWORD)
    assert "ALLOW_PRIVATE_SHOPS=127.0.0.1:9" in scene.post("/setup/shop", url="http://127.0.0.1:9")
    assert "keine Adresse eines Shops" in scene.post("/setup/shop", url="ftp://x")


def test_a_wrong_key_is_refused_in_words_and_nothing_is_kept(scene: Scene) -> None:
    begin(scene)
    assert "nimmt diesen Schlüssel nicht an" in scene.post("/setup/connect", key="ck_wrong", secret="cs_wrong")
    with scene.runtime.db.reading() as session:
        assert session.exec(select(Shop)).first() is None
    assert "hat uns erreicht" in scene.post("/setup/connect", key="ck_toy", secret="cs_toy")
    assert "schon verbunden" in scene.post("/setup/shop", url=scene.shop.url)


def test_a_shop_that_does_not_reach_us_is_asked_instead(scene: Scene) -> None:
    begin(scene)
    scene.shop.send = lambda *_: 0
    page = scene.post("/setup/connect", key="ck_toy", secret="cs_toy")
    assert "warten darauf" in page
    why = scene.client.get("/setup/1/life?look=1").text
    assert "nicht so, wie sie sollte" in why
    assert "jede Minute fragen" in why
    assert "Wie bezahlen" in scene.post("/setup/1/life")


def test_who_declines_comes_back_and_can_try_again(scene: Scene) -> None:
    begin(scene)
    assert "wurde der Zugang abgelehnt" in approve(scene, "denied")
    assert "probieren den Schlüssel" in approve(scene)


def test_coming_back_without_a_key_leads_to_another_try(scene: Scene) -> None:
    begin(scene)
    page = scene.client.get("/setup/return?success=1&user_id=made-up", follow_redirects=True)
    assert "kein Schlüssel gekommen" in page.text
    assert page.request.path == "/setup/connect"


def test_a_key_is_taken_once_and_only_with_a_text_of_ours(scene: Scene) -> None:
    begin(scene)
    link = re.search(r'role="button" href="([^"]+)"', scene.client.get("/setup/connect").text)
    assert link
    state = parse_qs(urlsplit(link[1].replace("&amp;", "&")).query)["user_id"][0]

    def send(text: str, permissions: str = "read_write", platform: str = "woocommerce") -> int:
        body = {
            "key_id": 1,
            "user_id": text,
            "consumer_key": "ck",
            "consumer_secret": "cs_of_nobody",
            "key_permissions": permissions,
        }
        return scene.client.post(f"/setup/answer/{platform}", json=body).status_code

    assert send("guessed") == 403
    assert send(state, permissions="read") == 403
    assert send(state, platform="nothing") == 403
    assert scene.client.post("/setup/answer/woocommerce", data=b"[" * 10_000).status_code == 403
    assert scene.client.post("/setup/answer/woocommerce", data=b" " * 20_000).status_code == 413
    assert send(state) == 200
    assert send(state) == 403
    with scene.runtime.db.reading() as session:
        (kept,) = session.exec(select(Ticket).where(Ticket.purpose == approvals.PURPOSE))
    assert b"cs_of_nobody" not in kept.content
    approvals.connect(scene.runtime)
    assert (
        "konnte nicht verbunden werden"
        in scene.client.get(f"/setup/return?success=1&user_id={state}", follow_redirects=True).text
    )


def test_an_expired_text_is_refused(scene: Scene) -> None:
    late = dataclasses.replace(scene.runtime, clock=lambda: scene.runtime.clock() - approvals.LASTS)
    address = approvals.address(late, "woocommerce", scene.shop.url, f"{HOME}/back", f"{HOME}/answer")
    state = parse_qs(urlsplit(address).query)["user_id"][0]
    assert approvals._url_of(late, state, "woocommerce") == scene.shop.url
    assert approvals._url_of(scene.runtime, state, "woocommerce") is None


def test_the_plugin_knows_its_bridge(scene: Scene) -> None:
    begin(scene)
    scene.post("/setup/connect", key="ck_toy", secret="cs_toy")
    answer = scene.client.get("/setup/1/rabattkonto.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert "const BUILT_FOR = '127.0.0.1:8890';" in packed.read("rabattkonto/rabattkonto.php").decode()


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        (Wish("percent", percent="3"), 'percent = "3"'),
        (Wish("article", amount="1,5"), 'amount = "1.50"'),
        (Wish("network", share="2", first="5", second="2,5"), 'levels = [\n    "5",\n    "2.5",\n]'),
    ],
)
def test_each_template_is_a_programme(wish: Wish, rule: str) -> None:
    text = starters.document(wish, "EUR", "Europe/Berlin")
    assert rule in text
    assert document.read(text).currency == "EUR"


@pytest.mark.parametrize(
    ("wish", "what"),
    [
        (Wish("percent", percent="-1"), "percent"),
        (Wish("percent", percent="1e1"), "percent"),
        (Wish("percent", percent="NaN"), "percent"),
        (Wish("article", amount="1.234"), "amount"),
        (Wish("network", first="0", second="5"), "levels"),
        (Wish("network", first="40", second="20"), "levels"),
        (Wish(days="²"), "days"),
    ],
)
def test_what_cannot_be_meant_names_its_field(wish: Wish, what: str) -> None:
    with pytest.raises(WrongWish) as wrong:
        starters.document(wish, "EUR", "Europe/Berlin")
    assert wrong.value.what == what
