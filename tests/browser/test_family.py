"""A family from the form to the door in a real Chromium: with script in English, without it in Russian."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventhub.accounts.models import User
from eventhub.accounts.rules import Role
from eventhub.checkin.models import Scan
from eventhub.checkin.rules import Verdict
from eventhub.core.translation import translator
from eventhub.db import db, transaction
from eventhub.mail.models import Message
from eventhub.privacy.commands import publish_consent
from eventhub.registration.models import Attendee
from eventhub.tickets.queries import code_of
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.browser.looking import AXE, LOOK, TAGS
from tests.factories import both_languages, grant, make_event, make_gate, make_session, make_user

pytestmark = pytest.mark.browser
Say = Callable[[str], str]
YEARS = {"Vera Example": 6, "Gleb Example": 9, "Lev Example": 13}


@dataclass
class Picnic:
    crew: User
    gate: str


@pytest.fixture
def picnic(live_server: LiveServer, now: datetime) -> Picnic:
    """An event that begins now, with a workshop for children from eight on, and its crew."""
    with transaction():
        event = make_event(
            now=now,
            slug="picnic",
            capacity=20,
            takes_families=True,
            starts_at=now - timedelta(minutes=1),
            ends_at=now + timedelta(hours=5),
        )
        make_session(event, capacity=5, age_min=8, title=both_languages("Solder"))
        publish_consent(
            purpose="processing",
            title=both_languages("Processing of data"),
            body=both_languages("We keep your name."),
            is_required=True,
            now=now,
        )
        gate = make_gate(event)
        crew = make_user("crew@example.org", now=now, full_name="Crew Example")
        grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
    return Picnic(crew, f"/gate/{gate.public_id}")


def verdicts() -> list[Verdict]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan.verdict).order_by(Scan.id)))


def born(years: int, now: datetime) -> str:
    return f"{now.year - years}-01-01"


def check_axe(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        assert page.evaluate(LOOK, TAGS) == []


@pytest.mark.parametrize(("language", "has_script"), [("en", True), ("ru", False)])
def test_a_family_registers_and_three_of_four_are_admitted(
    live_server: LiveServer,
    browser: Browser,
    picnic: Picnic,
    pictures: Path,
    now: datetime,
    language: str,
    has_script: bool,
) -> None:
    say = translator(language)
    options = {"locale": language, "java_script_enabled": has_script, "reduced_motion": "reduce"}
    with page_in(browser, live_server, viewport=PHONE, **options) as page:
        fill_in(page, say, now)
        page.screenshot(path=pictures / f"family-form-{language}.png", full_page=True)
        manage = confirm(page, say)
        page.screenshot(path=pictures / f"family-page-{language}.png", full_page=True)
        if has_script:
            check_axe(page)
            page.goto(f"{manage}/party")
            check_axe(page)
    with page_in(browser, live_server, viewport=DESK, **options) as page:
        page.context.add_cookies([live_server.cookie_for(picnic.crew, now=now)])
        admit_three(page, say, picnic, pictures / f"family-gate-{language}.png")
        if has_script:
            look_at_the_gate(page, picnic, pictures)

    assert verdicts() == [Verdict.ADMIT] * 3


def fill_in(page: Page, say: Say, now: datetime) -> None:
    """The six-year-old asks for a workshop from eight on, is refused, and lets it be."""
    page.goto("/events/picnic/register/family")
    page.locator("#full_name").fill("Ada Example")
    page.locator("#email").fill("ada@example.org")
    page.locator("#phone").fill("+7 812 000-00-00")
    page.locator("#country").select_option("DE")
    for at, (name, years) in enumerate(YEARS.items()):
        if at:
            page.get_by_role("button", name=say("Add a child")).click()
            page.locator(f"#children-{at}-full_name").wait_for()
        page.locator(f"#children-{at}-full_name").fill(name)
        page.locator(f"#children-{at}-born_on").fill(born(years, now))
        page.locator(f"#children-{at}-sessions input").check()
    page.locator("#consents input").check()
    page.get_by_role("button", name=say("Register"), exact=True).last.click()
    expect(page.locator("#children-0-sessions-error")).to_be_visible()
    expect(page.locator(".field-error")).to_have_count(1)
    expect(page.locator("#children-2-full_name")).to_have_value("Lev Example")
    page.locator("#children-0-sessions input").uncheck()


def confirm(page: Page, say: Say) -> str:
    page.get_by_role("button", name=say("Register"), exact=True).last.click()
    page.wait_for_url("**/register/sent")
    db.session.rollback()
    letter = db.session.scalars(select(Message.text).where(Message.letter == "registration_confirm")).one()
    found = re.search(r"https?://\S+/confirm/\S+", letter)
    assert found is not None
    page.goto(found[0])
    page.locator("main button[type=submit]").click()
    expect(page.locator("ul.party li")).to_have_count(4)
    return page.url


def look_at_the_gate(page: Page, picnic: Picnic, pictures: Path) -> None:
    """The pages without script, and the page of who has no registration."""
    db.session.rollback()
    first = db.session.scalars(select(Attendee).where(Attendee.full_name == "Ada Example")).one()
    assert first.ticket is not None
    page.set_viewport_size(PHONE)
    for name, path in (("party", f"parties/{first.ticket.number}/entry"), ("walk-in", "walk-in")):
        page.goto(f"{picnic.gate}/{path}")
        page.screenshot(path=pictures / f"gate-{name}.png", full_page=True)
        check_axe(page)


def admit_three(page: Page, say: Say, picnic: Picnic, picture: Path) -> None:
    db.session.rollback()
    first = db.session.scalars(select(Attendee).where(Attendee.full_name == "Ada Example")).one()
    page.goto(picnic.gate)
    assert first.ticket is not None
    page.locator("#code").fill(code_of(first.ticket))
    page.get_by_role("button", name=say("Check")).click()
    expect(page.locator(".gate-members input:checked")).to_have_count(4)
    page.locator(".gate-members li", has_text="Lev Example").get_by_role("checkbox").uncheck()
    page.screenshot(path=picture)
    page.get_by_role("button", name=say("Admit"), exact=True).click()
    expect(page.locator(".gate-party .verdict-word")).to_have_text(say("Welcome"))
    expect(page.locator(".gate-party .verdict")).to_contain_text(
        say("%(went)s of %(all)s admitted") % {"went": 3, "all": 4}
    )
