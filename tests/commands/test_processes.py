"""Web and worker start together, do their work, and end together whatever ends one of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from eventhub import create_app
from eventhub.db import transaction
from eventhub.mail import outbox
from eventhub.mail.outbox import Recipient
from tests import smtp
from tests.conftest import settings_for

pytestmark = pytest.mark.slow
PATIENCE = 30


class Served:
    """A running `eventhub serve --with-worker` of its own."""

    def __init__(self, folder: Path, mail_url: str = "viewer:") -> None:
        self.port = smtp.free_port()
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        self.environ = {"DATA_DIR": str(folder), "MAIL_URL": mail_url, "PORT": str(self.port)}
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = psutil.Popen(
                [sys.executable, "-m", "eventhub.cli", "serve", "--with-worker", "--migrate"],
                env={**kept, **self.environ},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self.is_up)
        self.family = [self.process, *self.process.children(recursive=True)]

    def is_up(self) -> bool:
        with suppress(URLError, ConnectionError):
            return urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status == 200
        return False

    def worker(self) -> psutil.Process:
        """The one that has a session of its own."""
        return next(one for one in self.family[1:] if os.getsid(one.pid) == one.pid)

    def left(self) -> list[psutil.Process]:
        return [one for one in self.family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "this took too long"
        time.sleep(0.05)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path)
    yield running
    for process in running.left():
        process.kill()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_all_end_together_when_asked_to(served: Served, ending: signal.Signals) -> None:
    assert len(served.family) == 4

    served.process.send_signal(ending)

    assert served.process.wait(PATIENCE) == 0
    assert served.left() == []
    assert "Traceback" not in served.log.read_text()


def test_when_the_worker_dies_all_end_with_a_failure(served: Served) -> None:
    served.worker().kill()

    assert served.process.wait(PATIENCE) == 1
    assert served.left() == []


def test_when_a_web_process_dies_all_end_with_a_failure(served: Served) -> None:
    next(one for one in served.family[1:] if one != served.worker()).kill()

    assert served.process.wait(PATIENCE) == 1
    assert served.left() == []


def test_nobody_is_left_behind_when_the_parent_is_killed(served: Served) -> None:
    served.process.kill()

    until(lambda: served.left() == [])


def test_serving_refuses_tables_of_another_version(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eventhub.cli", "serve", "--port", str(smtp.free_port())],
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    assert "of another version" in done.stderr


def test_a_letter_leaves_within_two_seconds(tmp_path: Path) -> None:
    mailroom = smtp.Mailroom()
    with smtp.running(mailroom) as url:
        served = Served(tmp_path, url)
        try:
            app = create_app(settings_for(tmp_path))
            time.sleep(3)  # the schedule's first look at a new worker is over: only the nudge can be so fast
            with app.app_context(), transaction():
                outbox.post(
                    "sign_in",
                    to=Recipient(email="guest@example.org", full_name="Guest", language="en"),
                    facts={"code": "123456", "link": "https://eventhub.example/x", "minutes": 10},
                    about=("test", "1"),
                    now=datetime.now(UTC),
                )
            posted = time.monotonic()
            until(lambda: len(mailroom.arrived) == 1)
            assert time.monotonic() - posted < 2
        finally:
            served.process.terminate()
            served.process.wait(PATIENCE)
