"""A form is built at the desk and filled at home: with script and without, in English and in Russian."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventhub.accounts.models import User
from eventhub.accounts.rules import Role
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import Kind
from eventhub.registration.forms.templates import TEMPLATES, begin_form
from eventhub.registration.letters import confirm_path, manage_path
from eventhub.registration.models import Registration
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.browser.looking import FEW_VIEWS, faults_of_pages
from tests.browser.site import open_consents
from tests.factories import both_languages, grant, make_event, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORM = "/events/school/register"
BUILDER = "/organiser/events/school/form"


@pytest.fixture
def manager(live_server: LiveServer, now: datetime) -> User:
    with transaction():
        user = make_user("office@example.org", now=now, full_name="Test Manager")
        grant(user, Role.OFFICE_MANAGER, now=now)
    return user


@pytest.fixture
def school(live_server: LiveServer, now: datetime) -> Event:
    with transaction():
        open_consents(now)
        return make_event(
            now=now,
            slug="school",
            kind=Kind.SUMMER_SCHOOL,
            title=both_languages("School of light"),
            capacity=9,
        )


@pytest.fixture
def desk(live_server: LiveServer, browser: Browser, manager: User, now: datetime) -> Iterator[Page]:
    with page_in(browser, live_server, viewport=DESK, locale="en") as page:
        page.context.add_cookies([live_server.cookie_for(manager, now=now)])  # type: ignore[list-item]
        yield page


def last() -> Registration:
    db.session.rollback()
    return db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()


def add_question(page: Page, kind: str) -> None:
    page.get_by_label("A new question in").select_option(kind)
    page.get_by_role("button", name="Add a question").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()


def build(page: Page) -> None:
    """A choice with one boat, and a question for those who take the bus."""
    page.goto(BUILDER)
    page.get_by_role("button", name="Begin with an empty form").click()
    add_question(page, "choice")
    page.get_by_label("Question in English").fill("Which trip?")
    page.get_by_label("Question in Russian").fill("Какая поездка?")
    page.get_by_label("An answer is required").check()
    for number, (en, ru, places) in enumerate((("Boat", "Корабль", "1"), ("Bus", "Автобус", "")), 1):
        row = page.get_by_role("group", name=f"Option {number}", exact=True)
        row.get_by_label("Option in English").fill(en)
        row.get_by_label("Option in Russian").fill(ru)
        row.get_by_label("Places").fill(places)
    save(page)
    add_question(page, "short_text")
    page.get_by_label("Question in English").fill("Where do you get on?")
    page.get_by_label("Question in Russian").fill("Где вы сядете?")
    page.get_by_label("An answer is required").check()
    row = page.get_by_role("group", name="Condition 1", exact=True)
    row.get_by_label("Condition").select_option(label="“Which trip?” is “Bus”")
    save(page)
    page.get_by_role("button", name="Move up: Where do you get on?").click()
    expect(page.get_by_role("status")).to_contain_text("so it must come after it")
    add_question(page, "long_text")
    page.get_by_label("Question in English").fill("Anything else?")
    page.get_by_label("Question in Russian").fill("Что ещё?")
    save(page)
    drag_to_the_top(page, "Anything else?")


def drag_to_the_top(page: Page, words: str) -> None:
    """By its grip, past all others; Escape takes it back."""
    row = page.get_by_role("row", name=words)
    for ends_by_escape in (True, False):
        row.locator("[data-grip]").hover()
        page.mouse.down()
        first = page.locator("tbody tr").first.bounding_box()
        assert first is not None
        page.mouse.move(first["x"] + 40, first["y"] + first["height"] - 4, steps=12)
        page.mouse.move(first["x"] + 40, first["y"] + 2, steps=4)
        if ends_by_escape:
            page.keyboard.press("Escape")
        page.mouse.up()
        place = page.locator("tbody tr").last if ends_by_escape else page.locator("tbody tr").first
        expect(place).to_contain_text(words)
    expect(page.get_by_role("status")).to_contain_text("The order is changed.")


def fill_core(page: Page, name: str) -> None:
    page.locator("#full_name").fill("Ada Example")
    page.locator("#email").fill(f"{name}@example.org")
    page.locator("#organisation").fill("Example University")
    page.locator("#country").select_option("DE")
    page.get_by_label("I agree to the processing").check()


def submit(page: Page) -> None:
    page.locator("form.form .actions button").click()


def test_a_form_is_built_and_filled_with_script_and_without_in_both_languages(
    live_server: LiveServer, browser: Browser, desk: Page, school: Event
) -> None:
    build(desk)
    _with_script(live_server, browser)
    _without_script(live_server, browser)
    desk.goto(f"/organiser/events/school/people/{last().public_id}")
    expect(desk.get_by_role("region", name="Answers")).to_contain_text("Where do you get on?")
    expect(desk.get_by_role("region", name="Answers")).to_contain_text("Нева")


def _with_script(live_server: LiveServer, browser: Browser) -> None:
    """What is not asked is not seen; the one place on the boat is taken."""
    with page_in(browser, live_server, viewport=PHONE, locale="en") as page:
        page.goto(FORM)
        fill_core(page, "first")
        where = page.get_by_label("Where do you get on?")
        expect(where).to_be_hidden()
        page.get_by_label("Bus").check()
        expect(where).to_be_visible()
        expect(page.get_by_text("Only if")).to_be_hidden()
        page.get_by_label("Boat").check()
        expect(where).to_be_hidden()
        submit(page)
        page.goto(confirm_path(last()))
        page.get_by_role("button", name="Confirm my place").click()
        expect(page.locator("dl").last).to_contain_text("Boat")


def _without_script(live_server: LiveServer, browser: Browser) -> None:
    """All is seen, with words that say when; a full option is told and nothing typed is lost."""
    with page_in(browser, live_server, viewport=PHONE, locale="ru", java_script_enabled=False) as page:
        page.goto(FORM)
        fill_core(page, "second")
        expect(
            page.get_by_text("Только если на вопрос «Какая поездка?» дан ответ «Автобус».")
        ).to_be_visible()
        page.get_by_label("Корабль").check()
        page.get_by_label("Где вы сядете?").fill("Нева")
        submit(page)
        expect(page.locator(".error-summary")).to_contain_text("Все места для варианта «Корабль» заняты.")
        expect(page.get_by_label("Где вы сядете?")).to_have_value("Нева")
        page.get_by_label("Автобус").check()
        page.get_by_label("I agree to the processing").check()
        submit(page)
        page.goto(confirm_path(last()))
        page.locator("form.form button").click()
        expect(page.locator("dl").last).to_contain_text("Нева")


@pytest.fixture
def furnished(school: Event, now: datetime) -> None:
    with transaction():
        begin_form(school, TEMPLATES[Kind.CONFERENCE] + TEMPLATES[Kind.SUMMER_SCHOOL], by="test", now=now)


@pytest.mark.parametrize("language", ["ru"])
def test_axe_finds_nothing_on_the_pages_of_questions(
    live_server: LiveServer,
    browser: Browser,
    desk: Page,
    furnished: None,
    now: datetime,
    language: str,
) -> None:
    addresses = [f"{one}{'&' if '?' in one else '?'}lang={language}" for one in _addresses(desk, now)]
    assert faults_of_pages(desk, addresses, language, views=FEW_VIEWS) == []


def _addresses(desk: Page, now: datetime) -> Iterator[str]:
    yield from (BUILDER, f"{BUILDER}/preview/en", f"{BUILDER}/preview/ru", FORM)
    desk.goto(BUILDER)
    edits = [link.get_attribute("href") for link in desk.locator(".row-actions a").all()]
    yield from (address for address in edits[1:4] if address)
    desk.goto(BUILDER)
    section = desk.locator("input[name='section']").first.get_attribute("value")
    yield f"{BUILDER}/questions/new?section={section}&kind=t_shirt"
    yield f"{BUILDER}/sections/{section}"
    fill_in_and_confirm(desk)
    yield manage_path(last())
    yield f"{manage_path(last())}/complete"
    yield f"{manage_path(last())}/change"


def fill_in_and_confirm(page: Page) -> None:
    page.goto(f"{FORM}?lang=en")
    fill_core(page, "third")
    page.get_by_label("I listen").check()
    submit(page)
    page.goto(confirm_path(last()))
    page.get_by_role("button", name="Confirm my place").click()
