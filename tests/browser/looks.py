"""One look at one page: what must hold of every page that we have."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Request

from tests.browser.conftest import PICTURES, Site

LARGEST = 100_000
"""Bytes that a page may weigh on the wire, with everything it asks for."""


def look(context: BrowserContext, site: Site, path: str, tag: str, language: str, *, measured: bool) -> list[str]:
    """Open a page, take its picture, and say what is wrong. ``measured`` also asks axe, which takes a second."""
    page = context.new_page()
    asked: list[Request] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site.address}{path}?lang={language}", wait_until="load")
    name = path.strip("/").replace("/", "-") or "status"
    page.screenshot(path=PICTURES / f"{name}-{tag}.png", full_page=True)
    wrong = [f"asks {request.url}" for request in asked if not request.url.startswith((site.address, "data:"))]
    wrong += [text for text in complaints if "the server responded with a status of 404" not in text]
    if (weight := sum(_weight(request) for request in asked)) >= LARGEST:
        wrong.append(f"weighs {weight} bytes")
    if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
        wrong.append("is wider than its window")
    if page.locator("html").get_attribute("lang") != language:
        wrong.append("speaks another language")
    if measured:
        found = Axe().run(page).response["violations"]
        wrong += [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
    page.close()
    return [f"{path} ({tag}) {sentence}" for sentence in wrong]


def _weight(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
