"""A real subscriber: vdirsyncer fetches the feed over HTTP, khal shows what it got."""

import threading
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

from eventhub.db import transaction
from eventhub.events.rules import EventState
from eventhub.events.stamps import revise
from tests.factories import both_languages, make_event
from tests.subscriber import Subscriber

MARCH = "2027-03-01"


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
    return Subscriber(tmp_path, f"{address}/calendar/events.ics")


def test_a_subscriber_sees_every_event_a_move_and_a_cancellation(subscriber, app, now):
    with transaction():
        moved = make_event(now=now, title=both_languages("Семинар 国际 👩‍🚀 " * 5))
        cancelled = make_event(
            now=now, title=both_languages("Lecture; with, marks"), timezone="Europe/Berlin"
        )
        revise(moved, now=now)

    first = subscriber.synchronise(start=MARCH)
    copies = {path.name: path.read_bytes() for path in subscriber.folder.iterdir()}
    again = subscriber.synchronise(start=MARCH)
    with transaction():
        moved.starts_at += timedelta(hours=1)
        moved.ends_at += timedelta(hours=1)
        revise(moved, now=now + timedelta(minutes=1))
        cancelled.state = EventState.CANCELLED
        cancelled.cancelled_at = now + timedelta(minutes=2)
        cancelled.cancel_reason = both_languages("Storm")
        revise(cancelled, now=now + timedelta(minutes=2))
    last = subscriber.synchronise(start=MARCH)

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
