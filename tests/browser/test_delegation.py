"""A coordinator registers a delegation: with script in English at a desk, and without in Russian on a phone."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.browser.looking import AXE, LOOK, SMALLEST, TAGS
from tests.browser.site import open_consents
from tests.factories import both_languages, make_event
from tests.web.delegations.coordinating import BAD_ROWS, HEADER, many, xlsx

pytestmark = [pytest.mark.browser, pytest.mark.slow]

START = "/events/heat/delegation"
GOOD = "Full name;E-mail;Shoe size\nTest Person;person@example.org;42\nWrong;nowhere;41\n"


@pytest.fixture
def event(live_server: LiveServer, now: datetime) -> Event:
    with transaction():
        open_consents(now)
        return make_event(now=now, slug="heat", title=both_languages("Heat and power"), capacity=50)


def follow(page: Page, letter: str) -> None:
    """Open the link in the newest letter of this kind."""
    db.session.rollback()
    query = select(Message.text).where(Message.letter == letter).order_by(Message.id.desc()).limit(1)
    link = re.search(r"https?://\S+", db.session.scalars(query).one())
    assert link is not None
    page.goto(link[0])


def begin(page: Page) -> str:
    """From the event's page to the delegation's own; its address."""
    page.goto("/events/heat")
    page.locator(f"a[href='{START}']").click()
    page.locator("#full_name").fill("Test Coordinator")
    page.locator("#email").fill("coordinator@example.org")
    page.locator("#organisation").fill("Example University")
    page.locator("#country").select_option("CN")
    page.locator("#people_know").check()
    page.locator("form.form .actions button").click()
    follow(page, "delegation_confirm")
    page.locator("form.form .actions button").click()
    return page.url


def faults(
    page: Page, *, views: tuple[tuple[dict[str, int], str], ...] = ((DESK, "light"), (PHONE, "dark"))
) -> list[str]:
    """What axe finds, and whether the page is wider than the smallest phone."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for size, theme in views:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        found += page.evaluate(LOOK, TAGS)
    page.set_viewport_size(SMALLEST)
    width = page.evaluate("document.documentElement.scrollWidth")
    return found + ([f"{page.url} is {width} wide"] if width > SMALLEST["width"] else [])


def test_a_delegation_from_a_spreadsheet(
    live_server: LiveServer, browser: Browser, event: Event, tmp_path: Path
) -> None:
    list_file = tmp_path / "list.xlsx"
    list_file.write_bytes(xlsx([HEADER, *many(3), *BAD_ROWS[:4]]))
    with page_in(browser, live_server, viewport=DESK, locale="en") as page:
        home = begin(page)
        page.get_by_role("link", name="Add many at once").click()
        page.get_by_label("Or a file: XLSX or CSV").set_input_files(list_file)
        page.get_by_role("button", name="Check the list").click()
        expect(page.get_by_role("heading", name="4 rows with mistakes")).to_be_visible()
        page.get_by_role("button", name="Import the 3 good rows").click()
        expect(page.get_by_role("status")).to_contain_text("3 rows are imported")
        page.goto(home)
        expect(page.locator("tbody tr")).to_have_count(3)

        follow(page, "delegation_member")
        page.get_by_label("I agree to the processing").check()
        page.get_by_role("button", name="I take part").click()
        expect(page.get_by_role("heading", name="Your place is confirmed")).to_be_visible()
        page.goto(home)
        expect(page.locator(".pill.ok")).to_have_text("Completed")


def test_a_delegation_without_script_in_russian(
    live_server: LiveServer, browser: Browser, event: Event
) -> None:
    options = {"viewport": PHONE, "locale": "ru", "java_script_enabled": False}
    with page_in(browser, live_server, **options) as page:
        home = begin(page)
        page.get_by_role("link", name="Добавить сразу многих").click()
        page.locator("#rows").fill(GOOD)
        page.get_by_role("button", name="Проверить список").click()
        expect(page.get_by_text("«nowhere» не является адресом электронной почты")).to_be_visible()
        expect(page.get_by_text("Shoe size")).to_be_visible()
        page.get_by_role("button", name="Импортировать 1 верную строку").click()
        page.goto(home)
        expect(page.locator("tbody")).to_contain_text("person@example.org")

        follow(page, "delegation_member")
        page.get_by_role("link", name="Я ничего об этом не знаю").click()
        page.get_by_role("button", name="Удалить меня").click()
        page.goto(home)
        expect(page.locator("tbody .pill")).to_have_text("Отказ участника")


def test_axe_finds_nothing_on_the_pages_of_a_delegation(
    live_server: LiveServer, browser: Browser, event: Event
) -> None:
    with page_in(browser, live_server, viewport=DESK, locale="en", reduced_motion="reduce") as page:
        page.goto(START)
        found = faults(page)
        home = begin(page)
        found += faults(page)
        for path in ("people/new", "people/many"):
            page.goto(f"{home}/{path}")
            found += faults(page)
        page.locator("#rows").fill(GOOD)
        page.get_by_role("button", name="Check the list").click()
        found += faults(page)
        page.get_by_role("button", name="Import the 1 good row").click()
        page.goto(f"{home}?lang=ru")
        found += faults(page)
        page.get_by_role("link", name="Удалить").click()
        found += faults(page)
        follow(page, "delegation_member")
        found += faults(page)
        page.goto(f"{page.url}/decline")
        found += faults(page)
    assert found == []
