"""The pages of organisers and accounts in a browser: for every eye, at every width, by keyboard and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page
from sqlalchemy import select, update

from eventhub.accounts.models import User
from eventhub.accounts.rules import Role
from eventhub.checkin.models import Presence
from eventhub.core.text import LANGUAGES
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import EventState, Kind
from eventhub.events.sections import add_section
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.people.bulk import BulkAsk, Chosen, do_rows, start_bulk
from eventhub.people.commands import add_tag, save_view, write_note
from eventhub.people.models import BulkJob, BulkRow
from eventhub.people.rules import BulkAction, PeopleWish, RowState
from eventhub.registration.letters import post_confirmed
from eventhub.registration.models import Registration
from eventhub.registration.rules import TooLateToChange
from tests.browser.conftest import DESK, LiveServer, page_in
from tests.browser.letters import letter_pages
from tests.browser.looking import FEW_VIEWS, PARTS, faults_of_pages, part_of
from tests.browser.site import LONG
from tests.browser.waiting import line_pages
from tests.commands.registration.types import an_issuer
from tests.factories import (
    both_languages,
    grant,
    make_attendee,
    make_event,
    make_gate,
    make_phone,
    make_room,
    make_session,
    make_user,
)
from tests.people import last_letter, link_and_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

E_MAIL = "office@example.org"
OPEN_PAGES = ("/account/sign-in", "/account/sign-in/password", "/account/sign-in/unknown")


@pytest.fixture
def manager(live_server: LiveServer, now: datetime) -> User:
    with transaction():
        user = make_user(E_MAIL, now=now, full_name="Test Manager")
        grant(user, Role.OFFICE_MANAGER, now=now)
    return user


@pytest.fixture
def addresses(manager: User, now: datetime) -> tuple[str, ...]:
    """Every page of the desk and the account, with long words and something to look at on each."""
    with transaction():
        return (*_desk(now), *_account(now))


def _desk(now: datetime) -> Iterator[str]:
    room = make_room("Большая физическая аудитория")
    event = make_event(
        now=now, slug="long", kind=Kind.WEEK_OF_SCIENCE, title=LONG, venue_id=room.venue_id, capacity=9
    )
    make_event(now=now, slug="draft", state=EventState.DRAFT, description={})
    section = add_section(event, title=LONG, by="test", now=now)
    add_section(event, title=both_languages("Boilers"), parent=section, by="test", now=now)
    session = make_session(event, title=LONG, room_id=room.id, section_id=section.id, capacity=4)
    make_session(event, title=both_languages("Clash"), room_id=room.id)
    guest = make_attendee(event, now=now, full_name="Аделаида Примерова-Образцова")
    gate, ticket = make_gate(event), guest.ticket
    crew = make_user("very-long-address-of-the-crew@university.example", now=now, full_name="Test Crew")
    grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
    letter = _parked_letter(guest.registration, event, now)
    assert ticket is not None
    came = {"ticket_id": ticket.id, "point_id": gate.point_id, "since": now, "entered_at": now}
    db.session.add(Presence(is_inside=True, scan_id="s", **came))
    person = f"people/{guest.registration.public_id}"
    yield from ("/organiser/", "/organiser/?state=archived", "/organiser/events/new", "/gate")
    yield from (
        "/organiser/events/new?kind=seminars",
        "/organiser/events/draft",
        "/organiser/events/draft/people",
    )
    yield from (f"/organiser/events/draft/{page}" for page in ("door", "crew", "letters", "programme"))
    yield "/organiser/events/draft/programme/sections"
    issuer = an_issuer(event, now=now, name=LONG)
    yield from (f"/organiser/issuers{page}" for page in ("", "/new", f"/{issuer.public_id}"))
    yield "/organiser/events/long"
    yield from ("/gate/events/long/live", "/gate/events/long/inside")
    pages = "edit venue rooms series programme programme/new programme/sections people letters door crew cancel clone "
    pages += "payments payments/issuer"
    yield from (f"/organiser/events/long/{page}" for page in pages.split())
    for page in (
        "badges",
        f"rooms/{room.id}",
        f"programme/{session.public_id}",
        f"programme/sections/{section.id}",
        person,
        f"{person}/cancel",
        f"{person}/tickets/{ticket.number}/badge",
        f"{person}/tickets/{ticket.number}/reissue",
        f"{person}/tickets/{ticket.number}/void",
        f"letters/{letter.id}",
        f"door/{gate.public_id}",
        "door/points/new",
        "door/offline",
        f"door/points/{gate.point.public_id}",
        "door/phones",
        f"door/phones/{make_phone(event, now=now).public_id}",
        *_people(event, guest.registration, now),
    ):
        yield f"/organiser/events/long/{page}"
    yield from letter_pages(event, now)
    yield from line_pages(event, now)


def _people(event: Event, registration: Registration, now: datetime) -> tuple[str, ...]:
    """A tag, a note, a view, a deed that goes on and one that is done, and who is on paper."""
    manager = db.session.scalars(select(User).where(User.email == E_MAIL)).one()
    add_tag(registration, "Нуждается-в-приглашении", by=manager.public_id, now=now)
    write_note(registration, "Arrives by train.", author_id=manager.id, by=manager.public_id, now=now)
    save_view(event.id, manager.id, name="Приехавшие участники из-за рубежа", query="came=yes")
    jobs = [a_job(event, key, now=now).public_id for key in ("one", "two")]
    db.session.execute(
        update(BulkRow)
        .where(BulkRow.job_id == 1)
        .values(state=RowState.SKIPPED, reason=TooLateToChange.sentence, done_at=now)
    )
    return ("people?q=x", "people?came=no&column=sessions&column=email", "people/paper", "people/bulk",
            "people/bulk?all=yes", *(f"people/bulk/{job}" for job in jobs))  # fmt: skip


def a_job(event: Event, key: str, *, now: datetime) -> BulkJob:
    ask = BulkAsk(key=key, action=BulkAction.ADD_TAG, word="VIP")
    return start_bulk(event, Chosen(wish=PeopleWish(event_id=event.id)), ask, by="test", now=now)


def test_the_page_of_a_job_follows_it_by_itself(
    manager: User, signed_in: Callable[..., Page], now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="long")
        make_attendee(event, now=now, full_name="Test Guest")
        job = a_job(event, "one", now=now).public_id
    page = signed_in([], viewport=DESK)
    page.goto(f"/organiser/events/long/people/bulk/{job}")
    page.evaluate("window.here = true")
    assert page.get_by_text("0 of 1").is_visible()

    do_rows()

    page.get_by_text("1 of 1").wait_for(timeout=10_000)
    assert page.get_by_role("link", name="Look again").count() == 0
    assert page.evaluate("window.here")


def _parked_letter(registration: object, event: Event, now: datetime) -> Message:
    post_confirmed(registration, event, now=now)  # type: ignore[arg-type]  # a Registration
    letter = last_letter_here()
    letter.state, letter.last_error = MessageState.PARKED, "550 mailbox unavailable " + "x" * 60
    db.session.flush()
    return letter


def last_letter_here() -> Message:
    """The newest letter, in the transaction that is open."""
    return db.session.query(Message).order_by(Message.id.desc()).first()  # type: ignore[return-value]  # just posted


def _account(now: datetime) -> tuple[str, ...]:
    make_attendee(make_event(now=now), now=now, email=E_MAIL, email_key=E_MAIL)
    return ("/account", "/account/sign-ins", "/account/sign-out")


@pytest.fixture
def signed_in(live_server: LiveServer, browser: Browser, manager: User, now: datetime) -> Callable[..., Page]:
    """Open a page of the manager in a context of its own; `said` collects what its console says."""
    contexts = []

    def start(said: list[str], **options: object) -> Page:
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)  # type: ignore[arg-type]  # a viewport, a locale
        context.add_cookies([live_server.cookie_for(manager, now=now)])  # type: ignore[list-item]  # as Playwright's
        contexts.append(context)
        page = context.new_page()

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning") and "410 (GONE)" not in message.text:
                said.append(f"{page.url}: {message.text}")

        page.on("console", note)
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        return page

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("language", "part"), list(zip(LANGUAGES, PARTS, strict=True)))
def test_axe_finds_nothing_at_the_desk_and_no_page_is_too_wide(
    addresses: tuple[str, ...], signed_in: Callable[..., Page], language: str, part: int
) -> None:
    said: list[str] = []
    page = signed_in(said, locale=language)
    assert (
        faults_of_pages(page, part_of((*addresses, *OPEN_PAGES), part), language, views=FEW_VIEWS),
        said,
    ) == ([], [])


def test_the_page_of_a_letter_is_shown_in_its_sandbox(
    addresses: tuple[str, ...], signed_in: Callable[..., Page]
) -> None:
    page = signed_in([], viewport=DESK)
    page.goto(next(address for address in addresses if "/letters/" in address))
    page.get_by_role("link", name="Show as a page").click()

    assert page.get_by_role("link", name="Open my registration").is_visible()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_letter_to_many_is_written_seen_sent_and_undone(
    addresses: tuple[str, ...], signed_in: Callable[..., Page], has_script: bool
) -> None:
    said: list[str] = []
    page = signed_in(said, viewport=DESK, locale="en", java_script_enabled=has_script)
    page.goto("/organiser/events/long/letters")
    page.get_by_role("link", name="Write to many").click()
    page.get_by_role("link", name="Write a letter").click()
    page.get_by_label("Subject in English").fill("The room")
    page.get_by_label("Text in English").fill("It is another one, {full_name}.")
    page.get_by_role("button", name="Go on to the preview").click()
    frame = page.frame_locator("iframe").first
    assert frame.get_by_text("It is another one, Аделаида Примерова-Образцова.").is_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Undo").click()

    assert page.get_by_text(re.compile(r"(\d+) of \1 letters never left\.")).is_visible()
    assert said == []


def fill_by_keyboard(page: Page, label: str, text: str) -> None:
    """Go on with the Tab key until the field of this label has the focus, then type."""
    field = page.get_by_label(label, exact=True)
    press_until(page, lambda: is_focused(page, field), label)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def press_button(page: Page, name: str) -> None:
    button = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    press_until(page, lambda: is_focused(page, button), name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def is_focused(page: Page, control: Locator) -> bool:
    """Asked by a selector, since without script a page can't be asked otherwise."""
    return control.and_(page.locator(":focus")).count() == 1


def press_until(page: Page, is_there: Callable[[], bool], what: str) -> None:
    for _ in range(150):
        page.keyboard.press("Tab")
        if is_there():
            return
    raise AssertionError(f"the Tab key does not reach {what}")


@pytest.mark.parametrize("has_script", [True, False])
def test_an_event_is_made_changed_and_published_by_keyboard(
    signed_in: Callable[..., Page], has_script: bool
) -> None:
    """With script and without; the template brings the programme and the dates."""
    page = signed_in([], viewport=DESK, locale="en", java_script_enabled=has_script)
    page.goto("/organiser/events/new?kind=seminars")
    for label, text in {
        "Title in English": "Quiet pumps",
        "Title in Russian": "Тихие насосы",
        "Summary in English": "How pumps become quiet.",
        "Summary in Russian": "Как насосы становятся тихими.",
        "Description in English": "Bring a pump.",
        "Description in Russian": "Возьмите насос.",
        "Host in English": "Example Institute",
        "Contact e-mail": "pumps@example.org",
        "Online link (optional)": "https://meet.example.org/pumps",
    }.items():
        fill_by_keyboard(page, label, text)
    press_button(page, "Store the draft")
    made = page.url
    page.goto(f"{made}/edit")
    fill_by_keyboard(page, "Title in English", "Quieter pumps")
    choice = page.get_by_label("Format", exact=True)
    press_until(page, lambda: is_focused(page, choice), "Format")
    page.keyboard.type("Online")
    press_button(page, "Save")
    press_button(page, "Publish")

    assert page.get_by_role("heading", level=1).inner_text() == "Quieter pumps"
    assert page.get_by_role("status").inner_text() == "The event is public now."


def ask_for_a_letter(page: Page) -> tuple[str, str]:
    page.goto("/account/sign-in")
    page.get_by_label("E-mail").fill(E_MAIL)
    page.get_by_role("button", name="Send the letter").click()
    page.wait_for_url("**/sign-in/sent")
    return link_and_code(last_letter())


def test_the_link_of_the_letter_signs_in_where_it_was_asked_for(
    live_server: LiveServer, browser: Browser, manager: User
) -> None:
    with page_in(browser, live_server, viewport=DESK, locale="en") as page:
        link, _code = ask_for_a_letter(page)
        page.goto(f"/account/sign-in/{link}")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()

        page.wait_for_url("**/account")
        assert page.get_by_label("Full name").input_value() == "Test Manager"


def test_another_browser_needs_the_code_of_the_letter(
    live_server: LiveServer, browser: Browser, manager: User
) -> None:
    with (
        page_in(browser, live_server, locale="en") as asking,
        page_in(browser, live_server, locale="en", java_script_enabled=False) as other,
    ):
        link, code = ask_for_a_letter(asking)
        other.goto(f"/account/sign-in/{link}")
        other.get_by_label("Code from the letter").fill(f"{code[:3]} {code[3:]}")
        other.get_by_role("main").get_by_role("button", name="Sign in").click()

        other.wait_for_url("**/account")
        assert other.get_by_label("Full name").input_value() == "Test Manager"
