"""The scanner without network, in a real Chromium in front of a real server."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect
from sqlalchemy import func, select

from eventhub.accounts.models import User
from eventhub.accounts.rules import Role
from eventhub.checkin.models import Gate, Presence, Scan
from eventhub.checkin.offline.models import ScanConflict
from eventhub.checkin.rules import Verdict
from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.tickets.queries import code_of, codes_of
from eventhub.tickets.models import Ticket
from tests.browser.conftest import DESK, PHONE, LiveServer, page_in
from tests.factories import grant, make_attendee, make_event, make_family, make_gate, make_user

pytestmark = pytest.mark.browser
WORD = ".gate-card .verdict-word"
SCAN = """codes => {
    for (const code of codes) {
        document.getElementById("code").value = code;
        document.getElementById("scan-form").requestSubmit();
    }
}"""
# The page was opened with network and is kept, list and all.
IS_KEPT = """async gate => {
    const shell = await caches.match(`/gate/${gate}/shell`);
    const isListed = /\\d\\d:\\d\\d/.test(document.getElementById("sync").textContent);
    return Boolean(shell && isListed && (await caches.match("/gate/decoder.js")));
}"""


@pytest.fixture
def crew(live_server: LiveServer, now: datetime) -> User:
    with transaction():
        event = make_event(now=now, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=8))
        make_gate(event, "Gate A")
        make_gate(event, "Gate B")
        crew = make_user("crew@example.org", now=now, full_name="Crew Example")
        grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
        make_attendee(event, now=now, full_name="Zoë Example")
    return crew


def gate_of(name: str) -> str:
    gates = db.session.scalars(select(Gate)).all()
    return next(one.public_id for one in gates if one.name["en"] == name)


def code(name: str) -> str:
    attendee = db.session.scalars(select(Attendee).where(Attendee.full_name == name)).one()
    return code_of(attendee.ticket)  # type: ignore[arg-type]


def open_kept(page: Page, gate: str) -> None:
    page.goto(f"/gate/{gate}")
    until(lambda: page.evaluate(IS_KEPT, gate))


def until(holds: Callable[[], object], *, seconds: float = 15) -> None:
    """Look again and again; what `wait_for_function` does not do with promises."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def scan(page: Page, *codes: str) -> None:
    page.evaluate(SCAN, list(codes))


def shows(page: Page, word: str) -> None:
    page.wait_for_selector(f'{WORD}:text-is("{word}")', timeout=10_000)


def scans() -> list[Scan]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan).order_by(Scan.scanned_at, Scan.id)))


@contextmanager
def phone(browser: Browser, live_server: LiveServer, crew: User, now: datetime, **look: object) -> Iterator[Page]:
    with page_in(browser, live_server, **{"viewport": PHONE, "locale": "en", **look}) as page:
        page.context.add_cookies([live_server.cookie_for(crew, now=now)])
        yield page


def test_without_network_the_phone_decides_starts_again_and_sends_all_later(
    browser: Browser, live_server: LiveServer, crew: User, now: datetime, pictures: Path
) -> None:
    good = code("Zoë Example")
    flipped = good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:]
    with phone(browser, live_server, crew, now) as page:
        open_kept(page, gate_of("Gate A"))
        page.context.set_offline(True)
        expect(page.locator("#online")).to_have_text("Offline")
        scan(page, good)
        shows(page, "Welcome")
        expect(page.locator(".verdict-name")).to_have_text("Zoë Example")
        expect(page.locator(".verdict-band")).to_have_text("Saved, will sync")
        page.screenshot(path=pictures / "offline-admit.png")
        scan(page, good)
        shows(page, "Already in")
        expect(page.locator(".gate-card .verdict-detail").last).to_have_text(re.compile(r"^since \d\d:\d\d, Gate A$"))
        scan(page, "WIFI:S:Example;;")
        shows(page, "Unknown code")
        expect(page.locator("#inside")).to_have_text("1")

        began = time.monotonic()
        page.reload()
        scan(page, flipped)
        shows(page, "Unknown code")
        assert time.monotonic() - began < 2
        page.keyboard.press("Escape")
        expect(page.locator("#last li")).to_have_count(4)
        expect(page.locator("#inside")).to_have_text("1")
        expect(page.locator("#sync")).to_contain_text("Waiting to be sent: 4")
        page.screenshot(path=pictures / "offline-started.png", full_page=True)

        page.context.set_offline(False)
        expect(page.locator("#online")).to_have_text("Online", timeout=15_000)
        expect(page.locator("#sync")).to_contain_text("Waiting to be sent: 0")

    stored = scans()
    assert [one.verdict for one in stored] == [Verdict.ADMIT, Verdict.ALREADY_IN, Verdict.UNKNOWN, Verdict.UNKNOWN]
    assert [one.ticket_id is None for one in stored] == [False, False, True, True]
    assert {one.crew_id for one in stored} == {crew.id}
    assert all(now <= one.scanned_at <= clock.now() and one.is_time_trusted for one in stored)
