"""What a page weighs on the wire, with a full programme."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.events.models import Speaker
from eventhub.events.stamps import raise_stamp
from tests.factories import both_languages, make_event, make_room, make_session

LIMIT = 25 * 1024
SESSIONS = 60


@pytest.fixture
def full_programme(client: FlaskClient) -> None:
    with transaction():
        _fill(clock.now())
        raise_stamp(now=clock.now())


def _fill(now: datetime) -> None:
    event = make_event(now=now, slug="full", description=both_languages("A long story of science. " * 100))
    room = make_room()
    for number in range(SESSIONS):
        session = make_session(
            event,
            title=both_languages(f"Talk {number} on the energy of tomorrow"),
            summary=both_languages(f"What laboratory {number} found out in ten years of measuring."),
            room_id=room.id,
            starts_at=event.starts_at + timedelta(minutes=20 * number),
            ends_at=event.starts_at + timedelta(minutes=20 * number + 20),
        )
        speaker = Speaker(
            session_id=session.id,
            full_name=f"Speaker {number} Example",
            affiliation=f"University of Example {number}",
            position=0,
        )
        db.session.add(speaker)


@pytest.mark.parametrize("address", ["/", "/events/full", "/events/full/register"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_page_weighs_at_most_25_kilobytes(
    client: FlaskClient, full_programme: None, address: str, language: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert len(gzip.compress(answer.data, 6)) <= LIMIT
