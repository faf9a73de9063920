"""The scanner in a real Chromium, with a film for its camera."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventhub.accounts.models import User
from eventhub.accounts.rules import Role
from eventhub.checkin.devices.queries import pairing_path
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.models import Gate, Scan
from eventhub.checkin.points import DoorQuestion, PointPlan, add_point
from eventhub.checkin.rules import Verdict
from eventhub.core.text import LANGUAGES
from eventhub.core.translation import translator
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.tickets.queries import code_of
from eventhub.tickets.signing import ticket_url
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.browser.fake_camera import film, switches
from tests.browser.looking import AXE, FEW_VIEWS
from tests.factories import (
    both_languages,
    grant,
    make_attendee,
    make_event,
    make_gate,
    make_phone,
    make_user,
)

pytestmark = pytest.mark.browser
WORD = ".gate-card .verdict-word"


@pytest.fixture
def crew(live_server: LiveServer, now: datetime) -> User:
    with transaction():
        event = make_event(now=now, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=8))
        make_gate(event, "Gate A")
        crew = make_user("crew@example.org", now=now, full_name="Crew Example")
        grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
        make_attendee(event, now=now, full_name="Zoë Example")
        make_attendee(event, now=now, full_name="Пётр Образцов")
    return crew


def address() -> str:
    return f"/gate/{db.session.scalars(select(Gate.public_id)).one()}"


def qr_of(name: str, live_server: LiveServer) -> str:
    attendee = db.session.scalars(select(Attendee).where(Attendee.full_name == name)).one()
    return ticket_url(live_server.url, code_of(attendee.ticket))  # type: ignore[arg-type]


def verdicts() -> list[Verdict]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan.verdict).order_by(Scan.id)))


def shows(page: Page, word: str) -> None:
    """A welcome is seen for 1.2 s, so it must be looked for oftener than `expect` does."""
    page.wait_for_selector(f'{WORD}:text-is("{word}")', timeout=20_000)


@pytest.mark.slow
def test_a_ticket_held_into_the_camera_is_admitted_once(
    live_server: LiveServer,
    crew: User,
    launch: Callable[..., Browser],
    tmp_path: Path,
    pictures: Path,
    now: datetime,
) -> None:
    scenes = [(qr_of("Zoë Example", live_server), 2), (None, 4)]
    chromium = launch(*switches(film(tmp_path / "film.mjpeg", *scenes)))
    with page_in(chromium, live_server, viewport=PHONE, permissions=["camera"]) as page:
        page.context.add_cookies([live_server.cookie_for(crew, now=now)])
        page.goto(address())
        page.screenshot(path=pictures / "gate-phone-start.png")
        page.get_by_role("button", name="Start scanning").click()

        shows(page, "Welcome")
        expect(page.locator("#last li").first).to_contain_text("Zoë Example")
        page.screenshot(path=pictures / "gate-phone-admit.png")
        expect(page.locator(WORD)).to_have_count(0)
        page.screenshot(path=pictures / "gate-phone-camera.png")
        shows(page, "Already in")
        expect(page.locator(".gate-card .verdict-detail").last).to_have_text(
            re.compile(r"^since \d\d:\d\d, Gate A$")
        )
        page.screenshot(path=pictures / "gate-phone-already.png")
        page.keyboard.press("Escape")
        page.screenshot(path=pictures / "gate-phone-list.png", full_page=True)
    chromium.close()

    assert verdicts()[:2] == [Verdict.ADMIT, Verdict.ALREADY_IN]


@pytest.fixture
def gate(page: Page, live_server: LiveServer, crew: User, now: datetime) -> Page:
    page.context.add_cookies([live_server.cookie_for(crew, now=now)])
    page.goto(address())
    return page


def test_a_scanner_that_types_is_heard_wherever_the_focus_is(gate: Page, live_server: LiveServer) -> None:
    gate.get_by_label("Search by name").focus()

    gate.keyboard.type(qr_of("Zoë Example", live_server))
    gate.keyboard.press("Enter")

    shows(gate, "Welcome")
    expect(gate.get_by_label("Search by name")).to_have_value("")
    expect(gate.locator("#last li")).to_have_count(1)
    assert verdicts() == [Verdict.ADMIT]


def test_a_scanner_that_types_is_understood_in_a_russian_layout(gate: Page, live_server: LiveServer) -> None:
    """Its keys arrive as Russian letters; only their places are sure."""
    gate.evaluate(TYPE_BY_PLACES, code_of_zoe(live_server))

    shows(gate, "Welcome")


TYPE_BY_PLACES = """code => {
    for (const sign of code) {
        const place = /[0-9]/.test(sign) ? `Digit${sign}` : `Key${sign}`;
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Ф", code: place, bubbles: true }));
    }
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true }));
}"""


def code_of_zoe(live_server: LiveServer) -> str:
    return qr_of("Zoë Example", live_server).rpartition("/")[2]


def test_without_a_camera_the_page_says_what_to_do(gate: Page) -> None:
    gate.get_by_role("button", name="Start scanning").click()

    expect(gate.get_by_role("alert")).to_contain_text("type the code")


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [(language, size, theme) for language in LANGUAGES for size, theme in FEW_VIEWS[language]],
)
def test_axe_finds_nothing(
    live_server: LiveServer,
    browser: Browser,
    crew: User,
    now: datetime,
    language: str,
    size: object,
    scheme: str,
) -> None:
    findings, say = [], translator(language)
    look = {"viewport": size, "color_scheme": scheme, "locale": language}
    with page_in(browser, live_server, bypass_csp=True, **look) as page:
        page.context.add_cookies([live_server.cookie_for(crew, now=now)])
        ticket = "/t/" + code_of_zoe(live_server)
        for path in ("/gate", f"{address()}?q=example", f"{address()}/ready", ticket):
            page.goto(path)
            findings += axe(page)
        page.get_by_role("button", name=say("Admit")).click()
        findings += axe(page)
        page.goto(address())
        page.get_by_role("button", name=say("Undo")).first.click()
        findings += axe(page)
        page.goto(address())
        page.get_by_label(say("Search by name")).fill("образцов")
        page.get_by_role("button", name=say("Admit"), exact=True).click()
        findings += axe(page)

    assert findings == []


def axe(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def test_a_foreign_code_is_refused_in_two_words(gate: Page, pictures: Path) -> None:
    gate.get_by_label("Code of the ticket").fill("WIFI:S:Example;;")
    gate.keyboard.press("Enter")

    shows(gate, "Unknown code")
    gate.screenshot(path=pictures / "gate-desk-refuse.png")


def test_a_person_is_found_admitted_and_taken_back_by_keyboard_alone(gate: Page, pictures: Path) -> None:
    gate.get_by_label("Search by name").focus()
    gate.keyboard.type("петр", delay=80)
    expect(gate.locator("#people li")).to_have_count(1)
    gate.screenshot(path=pictures / "gate-desk-search.png")
    gate.keyboard.press("Tab")
    gate.keyboard.press("Tab")
    gate.keyboard.press("Enter")
    gate.get_by_label("Or in your own words").focus()
    gate.keyboard.type("Her supervisor knows her", delay=40)
    gate.keyboard.press("Enter")
    gate.keyboard.press("Enter")
    expect(gate.get_by_role("status").filter(has_text="Press once more to admit.")).to_be_visible()
    gate.keyboard.press("Enter")
    shows(gate, "Welcome")
    expect(gate.locator("#inside")).to_have_text("1")
    gate.keyboard.press("Escape")

    gate.get_by_role("button", name="Undo").focus()
    gate.keyboard.press("Enter")
    gate.keyboard.type("Wrong person", delay=80)
    gate.screenshot(path=pictures / "gate-desk-undo.png")
    gate.keyboard.press("Enter")

    expect(gate.locator("#last li")).to_contain_text("undone")
    expect(gate.locator("#inside")).to_have_text("0")
    assert verdicts() == [Verdict.ADMIT, Verdict.UNDONE]
    assert list(db.session.scalars(select(Scan.reason).order_by(Scan.id))) == [
        "Her supervisor knows her",
        "Wrong person",
    ]


def test_who_is_found_by_name_comes_in_once_the_button_was_held_and_not_by_a_tap(
    gate: Page, pictures: Path
) -> None:
    gate.get_by_label("Search by name").fill("zoe")
    gate.get_by_role("button", name="Admit", exact=True).click()
    hold = gate.get_by_role("button", name="Hold to admit")
    hold.click()
    missing = gate.get_by_role("alert").filter(has_text="Say in a few words why.")
    expect(missing).to_be_visible()
    gate.get_by_label("Phone is empty").check()
    hold.click()
    expect(gate.get_by_role("status").filter(has_text="Hold it a little longer.")).to_be_visible()
    assert verdicts() == []

    hold.hover()
    gate.mouse.down()
    gate.wait_for_timeout(400)
    gate.screenshot(path=pictures / "gate-desk-hold.png")
    shows(gate, "Welcome")
    gate.mouse.up()

    assert verdicts() == [Verdict.ADMIT]


def test_what_has_to_be_checked_is_ticked_on_the_card_by_keyboard_at_a_phone_without_an_account(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime, pictures: Path
) -> None:
    with transaction():
        event = db.session.scalars(select(Event)).one()
        question = DoorQuestion(id="band", text=both_languages("Wristband given"), required=True)
        plan = PointPlan(name=both_languages("Hall"), mode=Mode.ONCE, questions=[question])
        add_point(event_id=event.id, kind=PointKind.DAY, plan=plan, by="test", now=now)
        link = pairing_path(make_phone(event, now=now))
    with page_in(browser, live_server, viewport=PHONE, locale="en") as page:
        page.goto(link)
        page.get_by_role("button", name="Pair this phone").click()
        page.get_by_role("link", name="Hall").click()
        expect(page.get_by_role("button", name="Start scanning")).to_be_visible()  # the script is there
        page.get_by_label("Code of the ticket").fill(qr_of("Zoë Example", live_server))
        page.keyboard.press("Enter")
        shows(page, "Check first")
        page.screenshot(path=pictures / "gate-phone-ask.png")
        page.get_by_role("button", name="Admit").press("Enter")
        expect(page.locator(".gate-card [role=alert]")).to_be_visible()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        shows(page, "Welcome")

    assert verdicts() == [Verdict.ADMIT]
    assert list(db.session.scalars(select(Scan.ticked))) == [["band"]]


def test_a_lost_answer_is_never_green_without_a_list_and_sending_again_is_the_same_scan(
    page: Page, live_server: LiveServer, crew: User, now: datetime, pictures: Path
) -> None:
    def lose(route) -> None:
        route.fetch()  # it arrives, its answer does not
        route.abort()

    gate = page
    gate.context.add_cookies([live_server.cookie_for(crew, now=now)])
    gate.route("**/manifest*", lambda route: route.abort())
    gate.goto(address())
    gate.route("**/scans", lose, times=1)
    gate.get_by_label("Code of the ticket").fill(qr_of("Zoë Example", live_server))
    gate.keyboard.press("Enter")
    shows(gate, "No answer")
    expect(gate.locator("#online")).to_have_text("Offline")
    gate.screenshot(path=pictures / "gate-desk-no-answer.png")

    gate.get_by_role("button", name="Send again").click()

    shows(gate, "Welcome")
    assert verdicts() == [Verdict.ADMIT]


def test_who_was_signed_out_is_told_so(gate: Page, live_server: LiveServer) -> None:
    gate.context.clear_cookies()

    gate.get_by_label("Code of the ticket").fill(qr_of("Zoë Example", live_server))
    gate.keyboard.press("Enter")

    expect(gate.locator(WORD)).to_have_text(re.compile("Sign in again|Not taken"))
    assert verdicts() == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_script_a_code_is_typed_and_the_verdict_is_a_page(
    live_server: LiveServer, browser: Browser, crew: User, now: datetime, pictures: Path, viewport, scheme
) -> None:
    size = "phone" if viewport is PHONE else "desk"
    options = {"viewport": viewport, "color_scheme": scheme, "java_script_enabled": False}
    with page_in(browser, live_server, **options) as page:
        page.context.add_cookies([live_server.cookie_for(crew, now=now)])
        page.goto("/gate")
        page.screenshot(path=pictures / f"gate-choice-{size}-{scheme}.png")
        page.get_by_role("link", name="Gate A").click()
        page.get_by_label("Code of the ticket").fill(qr_of("Zoë Example", live_server))
        page.get_by_role("button", name="Check").click()
        expect(page.locator(".verdict-word")).to_have_text("Welcome")
        page.screenshot(path=pictures / f"gate-verdict-{size}-{scheme}.png", full_page=True)
        page.get_by_role("link", name="Next ticket").click()
        page.get_by_label("Search by name").fill("образцов")
        page.get_by_role("button", name="Search").click()
        page.screenshot(path=pictures / f"gate-plain-{size}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        page.get_by_role("button", name="Admit").click()
        page.get_by_label("Forgot the ticket").check()
        page.screenshot(path=pictures / f"gate-why-{size}-{scheme}.png", full_page=True)
        page.get_by_role("button", name="Admit").click()
        expect(page.locator(".verdict-name")).to_have_text("Пётр Образцов")
        page.get_by_label("Reason").fill("Wrong person")
        page.get_by_role("button", name="Undo this scan").click()

    assert verdicts() == [Verdict.ADMIT, Verdict.ADMIT, Verdict.UNDONE]
