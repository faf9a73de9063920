"""A server of our own with a real SQLite file, and Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from eventhub import create_app
from eventhub.accounts.commands import start_sign_in
from eventhub.accounts.models import User
from eventhub.core import clock
from eventhub.db import db, transaction
from tests.conftest import empty_tables, settings_for
from tests.people import a_browser

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@dataclass
class LiveServer:
    """The application, answering at `url`."""

    app: Flask
    url: str

    def cookie_for(self, user: User, *, now: datetime) -> dict[str, str]:
        """The cookie of a browser that this person has signed in, as a letter would have done."""
        with transaction():
            secret = start_sign_in(db.session.merge(user), browser=a_browser(), now=now)
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        name = self.app.config["SESSION_COOKIE_NAME"]
        return {"name": name, "value": serializer.dumps({"sign_in": secret}), "url": self.url}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all browser tests. The port is chosen first: links are made of the base address."""
    http = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True)
    url = f"http://127.0.0.1:{http.port}"
    app = create_app(settings_for(tmp_path_factory.mktemp("live"), BASE_URL=url, PORT=str(http.port)))
    with app.app_context():
        upgrade()
    http.app = app
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield LiveServer(app, url)
    http.shutdown()
    thread.join()


@pytest.fixture
def live_server(server: LiveServer) -> Iterator[LiveServer]:
    """The server with empty tables; the test runs in its application context."""
    with server.app.app_context():
        empty_tables()
        yield server
        db.session.rollback()


@pytest.fixture
def now() -> datetime:
    """A browser has the real clock, so its server has it too."""
    return clock.now()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def launch(playwright: Playwright) -> Callable[..., Browser]:
    """Start a Chromium with more switches than usual."""

    def start(*switches: str) -> Browser:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        args = ["--no-sandbox", *switches] if os.geteuid() == 0 else list(switches)
        return playwright.chromium.launch(executable_path=path, args=args)

    return start


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    chromium = launch()
    yield chromium
    chromium.close()


@pytest.fixture
def page(live_server: LiveServer, browser: Browser) -> Iterator[Page]:
    """A page at a desk, with nobody signed in. Errors of its scripts fail the test."""
    with page_in(browser, live_server, viewport=DESK) as opened:
        yield opened


@contextmanager
def page_in(browser: Browser, live_server: LiveServer, **options: object) -> Iterator[Page]:
    """A page of a new context; an error of a script or of the content policy fails the test."""
    context: BrowserContext = browser.new_context(base_url=live_server.url, **options)  # type: ignore[arg-type]
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where this test may leave pictures to look at."""
    folder = os.environ.get("PICTURES")
    return Path(folder) if folder else tmp_path
