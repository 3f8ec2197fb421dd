"""The daily pages over a shop on which everything has happened, looked at in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from adapters.woocommerce.sandbox import ToyShop
from benchmarks.desk.filled import PROGRAMME, fill
from bridge.app import build_runtime, web
from bridge.config import Settings
from bridge.embedded import free_port
from bridge.runtime import Runtime
from bridge.services import figures, partners, users
from bridge.services.simulate import jobs
from tests.browser.conftest import PICTURES, Site
from tests.browser.looks import look

PASSWORD = "vier gute Wörter hier"
PAGES = (
    "/",
    "/deliveries",
    "/deliveries/100",
    "/bound",
    "/accounts",
    "/accounts/50",
    "/accounts/50/background",
    "/accounts/50/downline",
    "/proposals",
    "/cases",
    "/programme",
    "/simulations/1",
    "/articles",
    "/effect",
    "/shops/1/access",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    folder = tmp_path_factory.mktemp("desk")
    settings = Settings.load({"RABATTKONTO_DATA": str(folder), "PORT": str(port), "LOG_LEVEL": "ERROR"})
    runtime = build_runtime(replace(settings, public_url=f"http://127.0.0.1:{port}"))
    runtime.db.migrate()
    users.add_user(runtime, "berta", PASSWORD)
    shop_id = fill(runtime, 500)
    partners.rebind(runtime, 12, 50, None, "told so at the counter", "berta")
    partners.rebind(runtime, 13, 12, None, "told so at the counter", "berta")
    figures.refresh(runtime, shop_id)
    jobs.ask(runtime, shop_id, PROGRAMME.replace('"2"', '"4"'), None)
    jobs.work(runtime, shop_id)
    with served(runtime, port):
        yield Site(runtime, ToyShop(), "")
    runtime.db.close()


@contextmanager
def served(runtime: Runtime, port: int) -> Iterator[None]:
    """In a thread of its own, as many requests at once as the browser likes."""
    from threading import Thread

    server = make_server("127.0.0.1", port, web(runtime), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def entered(browser: Browser, desk: Site, **look_like: object) -> BrowserContext:
    """A browser in which berta is logged in."""
    context = browser.new_context(**look_like)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{desk.address}/login")
    page.fill("[name=name]", "berta")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").click()
    expect(page.locator("h1")).to_have_text("Status")
    page.close()
    return context


@pytest.mark.timeout(300)
def test_every_daily_page_is_fit_to_be_seen_in_both_languages_and_widths(browser: Browser, desk: Site) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    for number, (language, width, scheme) in enumerate(
        (("de", 1280, "light"), ("en", 390, "dark"), ("en", 1280, "dark"), ("de", 390, "light"))
    ):
        size = {"width": width, "height": 900}
        context = entered(browser, desk, viewport=size, color_scheme=scheme)
        for place, path in enumerate(PAGES):
            tag = f"{language}-{width}-{scheme}"
            # Each page is measured once, in turn in every language, width and colour.
            wrong += look(context, desk, path, tag, language, measured=place % 4 == number)
        context.close()
    assert wrong == []


def test_the_terms_follow_what_is_typed_into_the_programme(browser: Browser, desk: Site) -> None:
    context = entered(browser, desk)
    page = context.new_page()
    page.goto(f"{desk.address}/programme?lang=de")
    document = page.locator("[name=document]")
    document.fill(PROGRAMME.replace('percent = "5"', 'percent = "7"'))
    expect(page.locator("#checked")).to_contain_text("Tee: 7\u00a0%", timeout=15_000)
    document.fill(PROGRAMME.replace("[redeem]", "[reedem]"))
    expect(page.locator("#checked")).to_contain_text("reedem", timeout=15_000)
    context.close()


def test_the_daily_work_needs_no_script(browser: Browser, desk: Site) -> None:
    context = entered(browser, desk, java_script_enabled=False)
    page = context.new_page()
    find_and_book(page, desk)
    page.goto(f"{desk.address}/programme?lang=de")
    page.fill("[name=document]", PROGRAMME.replace('percent = "5"', 'percent = "7"'))
    page.get_by_role("button", name="Prüfen", exact=True).click()
    expect(page.locator("#checked")).to_contain_text("Tee: 7\u00a0%")
    page.get_by_role("button", name="Simulieren", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Simulation 2")
    context.close()


def find_and_book(page: Page, desk: Site) -> None:
    page.goto(f"{desk.address}/accounts?lang=de")
    page.fill("[name=q]", "301")
    page.get_by_role("button", name="Suchen", exact=True).click()
    expect(page.get_by_role("heading", name="Buchung von Hand")).to_be_visible()
    page.fill("[name=amount]", "2,50")
    page.fill("[name=reason]", "Kulanz")
    page.get_by_role("button", name="Buchen", exact=True).click()
    expect(page.locator(".flash")).to_contain_text("2,50\u00a0€ wurden gebucht.")
