"""The self-service screen in a real Chromium: a ticket before the front camera, and the way out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from eventhub.accounts.models import User
from eventhub.checkin.rules import Verdict
from tests.browser.conftest import LiveServer, page_in
from tests.browser.fake_camera import film, switches
from tests.browser.test_gate import address, axe, crew, qr_of, shows, verdicts

pytestmark = pytest.mark.browser
__all__ = ["crew"]
TABLET = {"width": 1024, "height": 768}


def test_people_check_themselves_in_change_the_language_and_leave_by_holding_alone(
    live_server: LiveServer,
    crew: User,
    launch: Callable[..., Browser],
    tmp_path: Path,
    pictures: Path,
    now: datetime,
) -> None:
    scenes = [(None, 3), (qr_of("Zoë Example", live_server), 2), (None, 9)]
    chromium = launch(*switches(film(tmp_path / "film.mjpeg", *scenes)))
    look = {"viewport": TABLET, "permissions": ["camera"], "locale": "en", "bypass_csp": True}
    with page_in(chromium, live_server, **look) as page:
        page.context.add_cookies([live_server.cookie_for(crew, now=now)])
        page.goto(f"{address()}/kiosk")
        page.get_by_role("link", name="Русский").click()
        expect(page.get_by_role("heading")).to_have_text("Покажите билет")
        findings = axe(page)
        page.get_by_role("link", name="English").click()

        shows(page, "Welcome")
        expect(page.locator(".verdict-name")).to_have_text("Z…")
        page.screenshot(path=pictures / "kiosk-welcome.png")
        page.wait_for_selector(".gate-card", state="hidden", timeout=5000)

        page.get_by_role("link", name="Register here").click()
        findings += axe(page)
        page.go_back()
        page.goto(address())
        expect(page.get_by_role("heading")).to_have_text("Show your ticket")
        page.get_by_role("link", name="Leave").click()
        page.get_by_role("button", name="Hold to leave").click()
        expect(page.get_by_role("status")).to_have_text("Hold it a little longer.")
        page.get_by_role("button", name="Hold to leave").click(delay=3300)
        expect(page.get_by_label("Search by name")).to_be_visible()
    chromium.close()

    assert findings == []
    assert verdicts()[:1] == [Verdict.ADMIT]
