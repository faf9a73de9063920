"""The ticket in the hand: bright at the door, there without a network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page, expect

from eventhub.db import transaction
from eventhub.tickets.queries import code_of
from tests.browser.conftest import PHONE, LiveServer, page_in
from tests.factories import make_attendee, make_event

pytestmark = pytest.mark.browser
IS_KEPT = """async () => {
    const kept = (await (await caches.open("tickets-1")).keys()).map(({ url }) => url);
    const page = location.origin + location.pathname;
    const needed = [page, `${page}/qr.svg`, ...[...document.styleSheets].map(({ href }) => href)];
    return needed.every((address) => kept.includes(address));
}"""
IS_DRAWN = "() => document.querySelector('.qr img').naturalWidth > 0"
WHITE = "rgb(255, 255, 255)"


@pytest.fixture
def ticket(live_server: LiveServer, now: datetime) -> str:
    with transaction():
        return f"/t/{code_of(make_attendee(make_event(now=now), now=now).ticket)}"


@pytest.fixture
def phone(live_server: LiveServer, browser: Browser, ticket: str) -> Iterator[Page]:
    with page_in(browser, live_server, viewport=PHONE, color_scheme="dark") as page:
        page.goto(ticket)
        yield page


def wait_until_kept(phone: Page) -> None:
    """By asking again: Playwright's own waiting takes a promise itself for a yes."""
    deadline = monotonic() + 10
    while not phone.evaluate(IS_KEPT):
        assert monotonic() < deadline, "the ticket was not kept within 10 seconds"
        phone.wait_for_timeout(50)


def test_shown_brightly_the_code_fills_a_white_screen(phone: Page) -> None:
    phone.get_by_role("button", name="Show brightly").click()
    dialog = phone.get_by_role("dialog", name="Ticket")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("element => getComputedStyle(element).backgroundColor") == WHITE
    covered, code = dialog.bounding_box(), dialog.get_by_role("img").bounding_box()
    assert covered
    assert code
    assert (covered["width"], covered["height"]) == (PHONE["width"], PHONE["height"])
    assert code["width"] > 0.85 * PHONE["width"]
    phone.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_once_opened_the_ticket_needs_no_network(phone: Page) -> None:
    wait_until_kept(phone)
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator(".ticket-name").first).to_have_text("Ada Example")
    phone.wait_for_function(IS_DRAWN)
    assert phone.locator(".ticket-top").evaluate("part => getComputedStyle(part).color") == WHITE


def test_a_page_that_was_never_opened_is_not_there_without_network(phone: Page) -> None:
    """The control: the network really is away."""
    wait_until_kept(phone)
    phone.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.goto("/help")
