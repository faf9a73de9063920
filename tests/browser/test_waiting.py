"""Waiting for a full session from one's own page to the place: with script in English, without it in Russian."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from eventhub.db import db, transaction
from eventhub.events.models import Event, Session
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Registration
from eventhub.registration.session_lines.letters import seat_path
from eventhub.registration.waiting import lock_pools, offer_places
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.browser.site import open_seminar
from tests.browser.waiting import open_line
from tests.factories import make_attendee

pytestmark = pytest.mark.browser
WORDS = {
    "en": ("Wait for a full session", "Save my wishes", "Number 1 of 1 in line.", "Take the place", "Robots"),
    "ru": (
        "Встать в очередь, если мест нет",
        "Сохранить желания",
        "В очереди: 1 из 1.",
        "Занять место",
        "Robots",
    ),
}


def walk(page: Page, registration: Registration, robots: Session, language: str) -> None:
    wait, save, standing, take, title = WORDS[language]
    page.goto(manage_path(registration))
    page.get_by_role("link", name=wait).click()
    page.get_by_label(title).select_option("1")
    page.get_by_role("button", name=save).click()
    expect(page.get_by_text(standing)).to_be_visible()
    with transaction():
        event = db.session.get_one(Event, robots.event_id)
        lock_pools(event)
        db.session.get_one(Session, robots.id).pool.capacity = 2
        db.session.flush()
        offer_places(event, now=event.created_at)
    page.goto(seat_path(registration, robots.public_id))
    page.get_by_role("button", name=take).click()
    expect(page.locator(".summary-list").last).to_contain_text(title)


@pytest.mark.parametrize(("language", "script", "size"), [("en", True, DESK), ("ru", False, PHONE)])
def test_who_waits_gets_the_place(
    live_server: LiveServer,
    browser: Browser,
    now: datetime,
    language: str,
    script: bool,
    size: dict[str, int],
) -> None:
    with transaction():
        event = open_seminar(now)
        robots = open_line(event, now)
        registration = make_attendee(event, now=now, language=language).registration
    options = {"viewport": size, "java_script_enabled": script, "locale": language}
    with page_in(browser, live_server, **options) as page:
        walk(page, registration, robots, language)
