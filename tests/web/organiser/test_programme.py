"""The pages of the programme."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from eventhub.db import db
from eventhub.events.models import Event
from eventhub.events.rules import SessionKind, SessionState
from tests.factories import both_languages, make_event, make_room, make_session
from tests.web.organiser.desk import Statements, error_beside, send, summary, typed_in

NEW = "/organiser/events/own/programme/new"
TYPED = {
    "kind": "workshop",
    "title_en": "Soldering",
    "language": "en",
    "starts_at": "2027-03-08T12:00",
    "ends_at": "2027-03-08T13:00",
    "speakers": "Test Speaker; Test Lab\n\nAnother Speaker",
    "is_bookable": "y",
    "capacity": "12",
}


def test_a_session_is_added_as_it_was_typed(organiser: FlaskClient, own: Event) -> None:
    answer = send(organiser, NEW, TYPED)

    db.session.refresh(own)
    (session,) = own.sessions
    assert (answer.status_code, session.kind, session.title) == (
        302,
        SessionKind.WORKSHOP,
        {"en": "Soldering"},
    )
    assert (session.starts_at.hour, session.pool.capacity) == (9, 12)
    assert [(one.full_name, one.affiliation) for one in session.speakers] == [
        ("Test Speaker", "Test Lab"),
        ("Another Speaker", ""),
    ]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title_en", "", "Enter a title."),
        ("ends_at", "2027-03-08T12:00", "The end must be after the start."),
        ("starts_at", "noon", "Enter day and time like 2027-07-12 14:00."),
        ("capacity", "-1", "Enter a number from 1 to 100,000."),
        ("speakers", "x" * 81, "A name has at most 80 characters, an organisation 150."),
        ("speakers", "\n".join(["Test Speaker"] * 31), "Enter at most 30 speakers."),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    organiser: FlaskClient, own: Event, field: str, value: str, sentence: str
) -> None:
    answer = send(organiser, NEW, {**TYPED, "summary_en": "Typed just now", field: value})

    assert (answer.status_code, error_beside(answer.text, field)) == (422, sentence)
    assert summary(answer.text) == [sentence]
    assert (typed_in(answer.text, field), typed_in(answer.text, "summary_en")) == (value, "Typed just now")
    db.session.refresh(own)
    assert own.sessions == []


@pytest.mark.parametrize("room", ["7", "-1", "x"])
def test_a_room_that_was_not_offered_is_refused(organiser: FlaskClient, own: Event, room: str) -> None:
    answer = send(organiser, NEW, {**TYPED, "room": room})

    assert (answer.status_code, error_beside(answer.text, "room")) == (422, "Not a valid choice.")


def test_a_session_of_another_event_is_not_there(organiser: FlaskClient, own: Event, now: datetime) -> None:
    other = make_session(make_event(now=now, slug="other"))
    db.session.commit()

    assert organiser.get(f"/organiser/events/own/programme/{other.public_id}").status_code == 404
    answer = send(organiser, NEW, {}, to=f"/organiser/events/own/programme/{other.public_id}/cancel")
    db.session.refresh(other)
    assert (answer.status_code, other.state) == (404, SessionState.SCHEDULED)


def test_the_page_of_a_session_holds_what_is_stored(organiser: FlaskClient, own: Event) -> None:
    send(organiser, NEW, TYPED)
    db.session.refresh(own)
    page = organiser.get(f"/organiser/events/own/programme/{own.sessions[0].public_id}").text

    assert {name: typed_in(page, name) for name in ("title_en", "starts_at", "ends_at", "capacity")} == {
        "title_en": "Soldering",
        "starts_at": "2027-03-08T12:00",
        "ends_at": "2027-03-08T13:00",
        "capacity": "12",
    }
    assert typed_in(page, "speakers") == "Test Speaker; Test Lab\nAnother Speaker"


def test_conflicts_are_said_and_stop_nobody(organiser: FlaskClient, own: Event) -> None:
    room = make_room()
    own.venue_id = room.venue_id
    make_session(own, room_id=room.id, title=both_languages("First"))
    make_session(own, room_id=room.id, title=both_languages("Second"))
    make_session(own, title=both_languages("Late"), ends_at=own.ends_at + timedelta(hours=1))
    db.session.commit()

    page = organiser.get("/organiser/events/own/programme").text

    assert "“First” and “Second” are in the same room at the same time." in page
    assert "“Late” lies outside the dates of the event." in page


def test_a_session_is_cancelled_and_restored_by_one_press(organiser: FlaskClient, own: Event) -> None:
    session = make_session(own)
    db.session.commit()
    page = "/organiser/events/own/programme"

    send(organiser, page, {}, to=f"{page}/{session.public_id}/cancel")
    db.session.refresh(session)
    cancelled = session.state
    send(organiser, page, {}, to=f"{page}/{session.public_id}/restore")
    db.session.refresh(session)

    assert (cancelled, session.state) == (SessionState.CANCELLED, SessionState.SCHEDULED)


def test_thirty_sessions_cost_as_many_statements_as_one(organiser: FlaskClient, own: Event) -> None:
    room = make_room()
    own.venue_id = room.venue_id
    make_session(own, capacity=5, room_id=room.id)
    db.session.commit()
    page = "/organiser/events/own/programme"
    organiser.get(page)
    with Statements() as one:
        organiser.get(page)
    for _ in range(29):
        make_session(own, capacity=5, room_id=room.id)
    db.session.commit()
    with Statements() as thirty:
        organiser.get(page)

    assert thirty.count == one.count
