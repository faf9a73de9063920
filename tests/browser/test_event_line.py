"""A full event from its form to the place that becomes free, which is then handed to a colleague: with script in
English, without it in Russian."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventhub.core.translation import translator
from eventhub.db import db, transaction
from eventhub.registration import commands
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.queries import get_registration
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.browser.looking import AXE, LOOK, TAGS
from tests.browser.site import open_consents
from tests.factories import both_languages, make_event
from tests.people import last_letter

pytestmark = pytest.mark.browser
Say = Callable[[str], str]


@pytest.fixture
def holder(live_server: LiveServer, now: datetime) -> str:
    """The public id of who has the only place of an event with a line."""
    with transaction():
        title = both_languages("Sea shells")
        make_event(now=now, slug="shells", title=title, capacity=1, has_waiting_list=True)
        ask = commands.Ask(
            full_name="Test Holder", email="holder@example.org", organisation="X", country="DE", language="en"
        )
        form = commands.Submission(key="the-very-first-form", consents=(), address="192.0.2.1")
        commands.register(ask, form, slug="shells", now=now)
        open_consents(now)
    return db.session.scalars(select(Registration.public_id)).one()


def page_of(letter: str) -> str:
    """The address that stands in the newest letter of this kind."""
    found = re.search(r"https?://[^/\s]+(/registrations/\S+)", last_letter(letter).text)
    assert found is not None
    return found[1]


def check_axe(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        assert page.evaluate(LOOK, TAGS) == []


def look(page: Page, picture: Path, *, has_script: bool) -> None:
    page.screenshot(path=picture, full_page=True)
    if has_script:
        check_axe(page)


def stand_in_line(page: Page, say: Say) -> None:
    page.goto("/events/shells")
    page.locator("a[href='/events/shells/register']").first.click()
    page.locator("#full_name").fill("Ada Example")
    page.locator("#email").fill("ada@example.org")
    page.locator("#country").select_option("DE")
    page.locator("#organisation").fill("Example University")
    page.locator("#consents input").first.check()
    page.locator("form.form button[type=submit]").last.click()
    page.wait_for_url("**/register/sent")
    page.goto(page_of("waiting"))
    expect(page.locator(".notice").first).to_contain_text(
        say("You are on the waiting list, number %(position)s of %(all)s.") % {"position": 1, "all": 1}
    )


def take_the_offer(page: Page, holder: str, now: datetime) -> None:
    with transaction():
        commands.cancel(get_registration(holder), by="holder", now=now)
    page.goto(page_of("offer"))


def hand_over(page: Page, say: Say) -> None:
    page.get_by_role("link", name=say("Hand your place to a colleague")).click()
    page.locator("#full_name").fill("Bob Example")
    page.locator("#email").fill("bob@example.org")


def attendees() -> list[tuple[str, str]]:
    db.session.rollback()
    query = (
        select(Attendee.full_name, Registration.state).join(Attendee.registration).order_by(Registration.id)
    )
    return [(name, state) for name, state in db.session.execute(query)]


@pytest.mark.parametrize(("language", "has_script", "size"), [("en", True, DESK), ("ru", False, PHONE)])
def test_who_waits_for_a_full_event_takes_the_offer_and_hands_the_place_on(
    live_server: LiveServer,
    browser: Browser,
    holder: str,
    now: datetime,
    pictures: Path,
    language: str,
    has_script: bool,
    size: dict[str, int],
) -> None:
    say = translator(language)
    options = {"locale": language, "java_script_enabled": has_script, "reduced_motion": "reduce"}
    with page_in(browser, live_server, viewport=size, **options) as page:
        stand_in_line(page, say)
        look(page, pictures / f"line-{language}.png", has_script=has_script)
        take_the_offer(page, holder, now)
        look(page, pictures / f"offer-{language}.png", has_script=has_script)
        page.locator("main form button[type=submit]").first.click()
        hand_over(page, say)
        look(page, pictures / f"hand-over-{language}.png", has_script=has_script)
        page.locator("main form button[type=submit]").last.click()
        page.goto(page_of("place_taken_over"))
        look(page, pictures / f"take-over-{language}.png", has_script=has_script)
        page.locator("#organisation").fill("Other University")
        page.locator("#country").select_option("FR")
        page.locator("#consents input").first.check()
        page.locator("main form button[type=submit]").first.click()
        expect(page.locator(".ticket-name")).to_have_text("Bob Example")

    assert attendees() == [
        ("Test Holder", "cancelled"),
        ("Ada Example", "cancelled"),
        ("Bob Example", "confirmed"),
    ]
