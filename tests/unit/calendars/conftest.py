"""Entries and feeds in which only what a test says differs from the ordinary."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from eventhub.calendars.entries import Entry, Feed, Geo, Organiser, Timed
from eventhub.calendars.ical import render

VECTORS = Path(__file__).parents[2] / "vectors" / "hostile_text.json"


def pytest_generate_tests(metafunc):
    if "hostile" in metafunc.fixturenames:
        vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
        metafunc.parametrize("hostile", [v["text"] for v in vectors], ids=[v["name"] for v in vectors])


@pytest.fixture(scope="session")
def make_entry():
    def make(number=1, **changes):
        ordinary = {
            "uid": UUID(int=number),
            "summary": "Seminar on shells",
            "description": "Two talks and tea.",
            "location": "Main building, room 118",
            "geo": Geo(latitude=60.007, longitude=30.3728),
            "url": "https://hub.example/events/shells",
            "when": Timed(
                starts_at=datetime(2027, 7, 14, 8, 0, tzinfo=UTC),
                ends_at=datetime(2027, 7, 14, 9, 30, tzinfo=UTC),
                tzid="Europe/Moscow",
            ),
            "organiser": Organiser(name="International office", mail="office@hub.example"),
            "categories": ("Mechanics",),
            "revision": 2,
            "created_at": datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
            "revised_at": datetime(2026, 11, 20, 12, 30, 15, tzinfo=UTC),
        }
        return Entry(**{**ordinary, **changes})

    return make


@pytest.fixture(scope="session")
def make_feed():
    def make(**changes):
        ordinary = {
            "name": "Events",
            "description": "All public events.",
            "tzid": "Europe/Moscow",
            "refresh": timedelta(hours=1),
            "page_url": "https://hub.example/",
            "url": "https://hub.example/calendar/events.ics",
            "colour": "seagreen",
        }
        return Feed(**{**ordinary, **changes})

    return make


@pytest.fixture(scope="session")
def rendered(make_entry, make_feed):
    """The lines of a feed, unfolded, of the given entries or of one ordinary entry with changes."""

    def lines(*entries, feed=None, words=None, **changes):
        answer = render(feed or make_feed(), entries or [make_entry(**changes)], words=words)
        assert answer.quarantined == ()
        return answer.body.decode().replace("\r\n ", "").split("\r\n")

    return lines
