"""Every public, registration and ticket page, in both themes, both languages and on a phone and a desk:
nothing that axe finds, nothing that a console says, nothing wider than its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from eventhub.core.text import LANGUAGES
from eventhub.db import transaction
from tests.browser.conftest import DESK, PHONE, LiveServer
from tests.browser.site import Site, furnish

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async (rules) => {
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"], preload: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}"""
SMALLEST = {"width": 320, "height": 640}
VIEWS = ((PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark"))


@pytest.fixture
def site(live_server: LiveServer, now: datetime) -> Site:
    with transaction():
        return furnish(now)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def page(live_server: LiveServer, browser: Browser, language: str, said: list[str]) -> Iterator[Page]:
    """A page that notes what its console says, the refusal of an address that is not there aside."""

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "404 (NOT FOUND)" not in message.text:
            said.append(f"{page.url}: {message.text}")

    context = browser.new_context(
        base_url=live_server.url, locale=language, reduced_motion="reduce", timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    yield page
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(site: Site, page: Page, said: list[str], language: str) -> None:
    source = AXE.read_text(encoding="utf-8")
    found: list[str] = []
    for address in site.all:
        page.goto(address)
        page.evaluate(source)
        for size, theme in VIEWS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            found += [f"{address} {size['width']} {theme} {line}" for line in page.evaluate(LOOK, TAGS)]
    assert (found, said) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_the_smallest_phone(site: Site, page: Page) -> None:
    page.set_viewport_size(SMALLEST)
    widths = {}
    for address in site.all:
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(site.all, SMALLEST["width"])
