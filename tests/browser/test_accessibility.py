"""Every public, registration and ticket page, in both themes, both languages and on a phone and a desk (looking.py):
nothing that axe finds, nothing that a console says, nothing wider than its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from eventhub.core.text import LANGUAGES
from eventhub.db import transaction
from tests.browser.conftest import LiveServer
from tests.browser.looking import PARTS, faults_of_pages, part_of
from tests.browser.site import Site, furnish

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_and_no_page_is_wider_than_the_smallest_phone(
    site: Site, page: Page, said: list[str], language: str, part: int
) -> None:
    assert (faults_of_pages(page, part_of(site.all, part), language), said) == ([], [])
