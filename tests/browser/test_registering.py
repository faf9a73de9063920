"""The way from the home page to a ticket: with a mouse, by keyboard alone, without script, in two languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.registration.letters import confirm_path
from eventhub.registration.models import Registration
from eventhub.registration.rules import RegistrationState
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.browser.site import open_consents, open_seminar

pytestmark = pytest.mark.browser
FORM = "/events/heat/register"
FARTHEST = 60


@pytest.fixture(autouse=True)
def seminar(live_server: LiveServer, now: datetime) -> None:
    with transaction():
        open_consents(now)
        open_seminar(now)


def registrations() -> Sequence[Registration]:
    db.session.rollback()
    return db.session.scalars(select(Registration).order_by(Registration.id)).all()


def fill_in(page: Page) -> None:
    page.get_by_label("Full name").fill("Ada Example")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("University or company").fill("Example University")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("I agree to the processing").check()


def tab_to(page: Page, goal: Locator) -> None:
    for _step in range(FARTHEST):
        page.keyboard.press("Tab")
        if goal.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{FARTHEST} steps of the Tab key do not reach {goal}")


def press(page: Page, goal: Locator) -> None:
    tab_to(page, goal)
    page.keyboard.press("Enter")


def submit(page: Page) -> Locator:
    return page.locator("form.form").get_by_role("button", name="Register")


def test_the_keyboard_alone_leads_from_home_to_the_ticket(page: Page) -> None:
    page.goto("/")
    press(page, page.get_by_role("link", name="Heat and power").first)
    press(page, page.get_by_role("link", name="Register", exact=True).first)
    for label, text in (
        ("Full name", "Ada Example"),
        ("E-mail", "ada@example.org"),
        ("University or company", "Example University"),
        ("Country", "Germ"),
    ):
        tab_to(page, page.get_by_label(label))
        page.keyboard.type(text)
    for tick in ("Laser cutting", "I agree to the processing"):
        tab_to(page, page.get_by_label(tick))
        page.keyboard.press("Space")
    press(page, submit(page))
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    page.goto(confirm_path(registrations()[0]))
    press(page, page.get_by_role("button", name="Confirm my place"))
    press(page, page.get_by_role("link", name="Open the ticket"))
    expect(page.locator(".ticket-name").first).to_have_text("Ada Example")
    expect(page.get_by_role("img", name="QR code of the ticket").first).to_be_visible()


def test_everything_works_without_script(live_server: LiveServer, browser: Browser) -> None:
    with page_in(browser, live_server, viewport=PHONE, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("link", name="Heat and power").first.click()
        page.get_by_text("Show in another time zone").click()
        page.get_by_label("Time zone").select_option("Asia/Tokyo")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".timeline-time .yours").first).to_contain_text("Tokyo")
        page.get_by_text("Add to calendar").click()
        expect(page.get_by_role("link", name="Apple, Outlook (.ics file)")).to_be_visible()
        page.get_by_role("link", name="Register", exact=True).click()
        fill_in(page)
        submit(page).click()
        page.goto(confirm_path(registrations()[0]))
        page.get_by_role("button", name="Confirm my place").click()
        _change_and_cancel(page)


def _change_and_cancel(page: Page) -> None:
    page.get_by_role("link", name="Change Full name").click()
    page.get_by_label("Full name").fill("Ada Other")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_role("status")).to_contain_text("Your registration is changed.")
    expect(page.locator(".ticket-name")).to_have_text("Ada Other")
    page.get_by_role("link", name="Cancel my registration").click()
    page.get_by_role("button", name="Cancel my registration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your registration")
    assert registrations()[0].state is RegistrationState.CANCELLED


def test_the_summary_of_mistakes_takes_the_focus_and_leads_to_each_field(page: Page) -> None:
    page.goto(FORM)
    submit(page).click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    wrong = page.locator("[aria-invalid=true], fieldset.has-error")
    marked = wrong.evaluate_all("fields => fields.map(({ id }) => `#${id}`)")
    listed = page.locator(".error-summary a").evaluate_all("links => links.map(({ hash }) => hash)")
    assert listed == marked
    for field, mistake in (("Full name", "Enter your full name."), ("Country", "Choose the country")):
        page.locator(".error-summary").get_by_role("link", name=mistake).click()
        expect(page.get_by_label(field)).to_be_focused()
    page.locator(".error-summary").get_by_role("link").last.click()
    expect(page.locator("#consents input").first).to_be_focused()
    assert registrations() == []


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_double_click_registers_once(live_server: LiveServer, browser: Browser, has_script: bool) -> None:
    with page_in(browser, live_server, viewport=DESK, java_script_enabled=has_script) as page:
        page.goto(FORM)
        fill_in(page)
        submit(page).dblclick()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    assert [one.email for one in registrations()] == ["ada@example.org"]


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_the_language_switch_keeps_what_was_typed_and_stores_nothing(
    live_server: LiveServer, browser: Browser, has_script: bool
) -> None:
    with page_in(browser, live_server, viewport=PHONE, java_script_enabled=has_script) as page:
        page.goto(FORM)
        fill_in(page)
        page.get_by_label("Full name").fill("")
        page.get_by_label("Laser cutting").check()
        page.get_by_role("button", name="Русский").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.locator(".event-mini .title")).to_have_text("Тепло и энергия")
        assert page.url.endswith(FORM)
        assert page.locator(".error-summary").count() == 0
        typed = {
            name: page.locator(f"[name={name}]").input_value()
            for name in ("email", "organisation", "country")
        }
        assert typed == {"email": "ada@example.org", "organisation": "Example University", "country": "DE"}
        assert page.locator("input:checked").count() == 2
        assert registrations() == []


def test_the_enter_key_sends_the_form_and_leaves_the_language(page: Page) -> None:
    page.goto(FORM)
    fill_in(page)
    page.get_by_label("Full name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert len(registrations()) == 1


def test_a_phone_shows_one_register_button_at_a_time(live_server: LiveServer, browser: Browser) -> None:
    seen = {}
    for name, size in (("phone", PHONE), ("desk", DESK)):
        with page_in(browser, live_server, viewport=size) as page:
            page.goto("/events/heat")
            buttons = page.get_by_role("link", name=re.compile("^Register$"))
            seen[name] = [button.is_visible() for button in buttons.all()]
    assert seen == {"phone": [True], "desk": [True]}


def test_each_line_of_the_programme_tells_the_readers_own_time(
    live_server: LiveServer, browser: Browser
) -> None:
    own = {}
    for zone in ("Asia/Tokyo", "Europe/Moscow"):
        with page_in(browser, live_server, timezone_id=zone) as page:
            page.goto("/events/heat")
            lines = page.locator(".timeline .yours").all_inner_texts()
            own[zone] = [text.rpartition(" ")[2] for text in lines]
    assert own == {"Asia/Tokyo": ["Tokyo"] * 3, "Europe/Moscow": []}


def test_who_wants_less_motion_gets_none(live_server: LiveServer, browser: Browser) -> None:
    motion = """() => [...document.querySelectorAll("*")].filter((element) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
        return transitionDuration !== "0s" || animationName !== "none" || scrollBehavior !== "auto";
    }).length"""
    moving = {}
    for wish in ("reduce", "no-preference"):
        with page_in(browser, live_server, reduced_motion=wish) as page:
            page.goto("/")
            moving[wish] = page.evaluate(motion) > 0
    assert moving == {"reduce": False, "no-preference": True}
