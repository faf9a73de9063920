"""A real subscriber: vdirsyncer fetches the feed over HTTP, khal shows what it got."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from eventhub.db import transaction
from eventhub.events.rules import EventState
from eventhub.events.stamps import revise
from tests.factories import both_languages, make_event

PROGRAMS = Path(sys.executable).parent
VDIRSYNCER = """
[general]
status_path = "{folder}/status/"

[pair feed]
a = "there"
b = "here"
collections = null

[storage there]
type = "http"
url = "{url}"

[storage here]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[events]]
path = {folder}/calendar/
[locale]
local_timezone = Europe/Moscow
default_timezone = Europe/Moscow
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def subscriber(tmp_path, address):
    """A function that synchronises and answers with the lines that khal shows from March 2027 on."""
    (tmp_path / "vdirsyncer.conf").write_text(
        VDIRSYNCER.format(folder=tmp_path, url=f"{address}/calendar/events.ics")
    )
    (tmp_path / "khal.conf").write_text(KHAL.format(folder=tmp_path))
    (tmp_path / "calendar").mkdir()
    environ = {**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}

    def run(program, *arguments):
        command = [str(PROGRAMS / program), "-c", str(tmp_path / f"{program}.conf"), *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def synchronise():
        run("vdirsyncer", "discover")
        run("vdirsyncer", "sync")
        form = "{start-date}|{start-time}|{end-time}|{title}|{status}"
        return run("khal", "list", "--format", form, "--day-format", "", "2027-03-01", "30d").splitlines()

    synchronise.folder = tmp_path / "calendar"
    return synchronise


def test_a_subscriber_sees_every_event_a_move_and_a_cancellation(subscriber, app, now):
    with transaction():
        moved = make_event(now=now, title=both_languages("Семинар 国际 👩‍🚀 " * 5))
        cancelled = make_event(
            now=now, title=both_languages("Lecture; with, marks"), timezone="Europe/Berlin"
        )
        revise(moved, now=now)

    first = subscriber()
    copies = {path.name: path.read_bytes() for path in subscriber.folder.iterdir()}
    again = subscriber()
    with transaction():
        moved.starts_at += timedelta(hours=1)
        moved.ends_at += timedelta(hours=1)
        revise(moved, now=now + timedelta(minutes=1))
        cancelled.state = EventState.CANCELLED
        cancelled.cancelled_at = now + timedelta(minutes=2)
        cancelled.cancel_reason = both_languages("Storm")
        revise(cancelled, now=now + timedelta(minutes=2))
    last = subscriber()

    title = ("Семинар 国际 👩‍🚀 " * 5).strip()
    assert sorted(first) == sorted(
        [
            f"2027-03-08|12:00|14:00|{title}|CONFIRMED ",
            "2027-03-08|12:00|14:00|Lecture; with, marks|CONFIRMED ",
        ]
    )
    assert (again, len(copies)) == (first, 2)
    assert sorted(last) == sorted(
        [
            f"2027-03-08|13:00|15:00|{title}|CONFIRMED ",
            "2027-03-08|12:00|14:00|Cancelled: Lecture; with, marks|CANCELLED ",
        ]
    )
