"""The main job whole, with nothing in between that is ours alone: browser, worker, SMTP, PDF, camera, calendar."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from config import Settings
from eventhub import create_app
from eventhub.accounts.rules import Role
from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.events.stamps import raise_stamp
from eventhub.privacy.commands import publish_consent
from tests.browser.conftest import DESK, PHONE
from tests.browser.fake_camera import A_SECOND, SIZE, switches
from tests.conftest import settings_for
from tests.factories import both_languages, grant, make_event, make_gate, make_session, make_user
from tests.smtp import Mailroom, free_port, running
from tests.subscriber import Subscriber

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 30
TITLE = "Heat and power"


@dataclass(frozen=True)
class House:
    """The product as its owner runs it: web processes and worker, started by the shell command."""

    url: str
    starts_at: datetime


@pytest.fixture
def mailroom() -> Mailroom:
    return Mailroom()


@pytest.fixture
def house(tmp_path: Path, mailroom: Mailroom) -> Iterator[House]:
    with running(mailroom) as mail_url:
        port = str(free_port())
        environ = {"PORT": port, "BASE_URL": f"http://127.0.0.1:{port}", "MAIL_URL": mail_url}
        settings = settings_for(tmp_path / "house", **environ)
        starts_at = _furnish(settings)
        process = _serve({**environ, "DATA_DIR": str(settings.data_dir), "FORM_SECONDS": "0"})
        try:
            _wait_until(lambda: _answers(settings.base_url))
            yield House(settings.base_url, starts_at)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


def _furnish(settings: Settings) -> datetime:
    """An event that begins in an hour, with a workshop, a gate and a crew member."""
    settings.data_dir.mkdir()
    app = create_app(settings)
    now = clock.now()
    with app.app_context():
        upgrade()
        with transaction():
            starts_at = now + timedelta(hours=1)
            event = make_event(
                now=now, slug="heat", capacity=50, title=both_languages(TITLE), starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=8),
            )  # fmt: skip
            make_session(event, capacity=5, title=both_languages("Laser cutting"))
            make_gate(event, "Gate A")
            grant(make_user("crew@example.org", now=now), Role.CHECKIN_STAFF, now=now, event=event)
            texts = both_languages("Processing of personal data")
            publish_consent(purpose="processing", title=texts, body=texts, is_required=True, now=now)
            raise_stamp(now=now)
        db.engine.dispose()
    return starts_at


def _serve(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "eventhub.cli", "serve", "--with-worker", "--workers", "2"]
    return subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)


def _answers(url: str) -> bool:
    try:
        with closing(urlopen(f"{url}/readyz", timeout=1)) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def _letter(mailroom: Mailroom, number: int) -> EmailMessage:
    """The n-th letter that arrived, waited for."""
    _wait_until(lambda: len(mailroom.arrived) >= number)
    return mailroom.arrived[number - 1]


def _link_in(letter: EmailMessage, pattern: str) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(rf"http://\S*{pattern}\S*", body.get_content())
    assert found is not None
    return found[0]


def _register(page: Page, house: House) -> None:
    page.goto(house.url)
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="Register", exact=True).locator("visible=true").first.click()
    page.get_by_label("Full name").fill("Zoë Example-Образцова")
    page.get_by_label("E-mail").fill("zoe@example.org")
    page.get_by_label("University or company").fill("Example University")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Laser cutting").check()
    page.get_by_label("Processing of personal data").check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def _confirm(page: Page, mailroom: Mailroom) -> None:
    page.goto(_link_in(_letter(mailroom, 1), "/confirm/"))
    page.get_by_role("button", name="Confirm my place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your place is confirmed")


def _film_of_the_printed_ticket(letter: EmailMessage, path: Path) -> str:
    """Print the attached PDF, read its QR code, and film the sheet. Gives the text of the code."""
    pdf = next(part for part in letter.iter_attachments() if part.get_content_type() == "application/pdf")
    sheet = pypdfium2.PdfDocument(pdf.get_content())[0].render(scale=3).to_pil().convert("RGB")
    [code] = zxingcpp.read_barcodes(sheet)
    frame = Image.new("RGB", SIZE, (96, 90, 84))
    corners = code.position
    box = (
        corners.top_left.x - 20,
        corners.top_left.y - 20,
        corners.bottom_right.x + 20,
        corners.bottom_right.y + 20,
    )
    frame.paste(sheet.crop(box).resize((280, 280)), (180, 100))
    with path.open("wb") as file:
        for picture, seconds in ((frame, 2), (Image.new("RGB", SIZE, (96, 90, 84)), 4)):
            still = path.with_suffix(".jpg")
            picture.save(still, quality=90)
            file.write(still.read_bytes() * (seconds * A_SECOND))
    return str(code.text)


def _sign_in(page: Page, house: House, mailroom: Mailroom, *, letter: int) -> None:
    page.goto(f"{house.url}/account/sign-in")
    page.get_by_label("E-mail").first.fill("crew@example.org")
    page.get_by_role("button").filter(has_text=re.compile("letter|link|Send|Continue")).first.click()
    page.goto(_link_in(_letter(mailroom, letter), "/account/sign-in/"))
    page.get_by_role("button", name="Sign in").click()


def test_a_partner_registers_is_admitted_once_and_sees_the_event_in_a_calendar(
    house: House, mailroom: Mailroom, browser: Browser, launch: Callable[..., Browser], tmp_path: Path
) -> None:
    with closing(browser.new_context(viewport=DESK, locale="en")) as desk:
        page = desk.new_page()
        _register(page, house)
        _confirm(page, mailroom)
    letter = _letter(mailroom, 2)
    code = _film_of_the_printed_ticket(letter, tmp_path / "film.mjpeg")
    types = [part.get_content_type() for part in letter.iter_attachments()]

    assert types == ["application/pdf", "text/calendar"]
    assert re.fullmatch(r"HTTP://127\.0\.0\.1:\d+/T/[A-Z2-7]{127}", code)

    chromium = launch(*switches(tmp_path / "film.mjpeg"))
    with closing(chromium.new_context(viewport=PHONE, locale="en", permissions=["camera"])) as phone:
        door = phone.new_page()
        _sign_in(door, house, mailroom, letter=3)
        door.goto(f"{house.url}/gate")
        door.get_by_role("link", name="Gate A").click()
        door.get_by_role("button", name="Start scanning").click()
        word = door.locator(".gate-card .verdict-word")
        expect(word).to_have_text("Welcome", timeout=PATIENCE * 1000)
        expect(door.locator(".gate-card .verdict-name")).to_have_text("Zoë Example-Образцова")
        expect(word).to_have_text("Already in", timeout=PATIENCE * 1000)
        expect(door.locator(".gate-card .verdict-detail").last).to_have_text(
            re.compile(r"^since \d\d:\d\d, Gate A$")
        )
    chromium.close()

    home = tmp_path / "subscriber"
    home.mkdir()
    local = house.starts_at.astimezone(ZoneInfo("Europe/Moscow"))
    shown = Subscriber(home, f"{house.url}/calendar/events.ics").synchronise(start=local.date().isoformat())
    date, begins, _ends, title, status = shown[0].split("|")
    assert (date, begins, title, status.strip()) == (
        f"{local:%Y-%m-%d}",
        f"{local:%H:%M}",
        TITLE,
        "CONFIRMED",
    )
