"""The organiser sees the line of a session, offers out of turn, adds places, and switches the line on and off."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event, Session
from eventhub.registration.queries import get_registration
from eventhub.registration.session_lines.commands import wish_for
from eventhub.registration.session_lines.models import SessionWish
from tests.factories import make_attendee, make_event, make_session
from tests.web.organiser.desk import Statements, error_beside, send
from tests.web.reading import fields, texts

PROGRAMME = "/organiser/events/own/programme"


@pytest.fixture
def lab(own: Event) -> str:
    """A full session with a line; its public id."""
    with transaction():
        event = db.session.get_one(Event, own.id)
        event.has_waiting_list = True
        session = make_session(event, capacity=1)
        session.pool.taken = session.pool.capacity
    return session.public_id


def wait(lab: str, *names: str, now: datetime) -> list[str]:
    with transaction():
        event = db.session.scalars(select(Event).where(Event.slug == "own")).one()
        people = [make_attendee(event, now=now, full_name=name).registration.public_id for name in names]
    for one in people:
        with transaction():
            wish_for(get_registration(one), [lab], now=now)
    return people


def states() -> list[str]:
    db.session.rollback()
    return [state.value for state in db.session.scalars(select(SessionWish.state).order_by(SessionWish.id))]


def test_the_line_stands_in_the_order_in_which_people_came(
    organiser: FlaskClient, lab: str, now: datetime
) -> None:
    wait(lab, "Ada", "Bob", now=now)

    assert texts(organiser.get(PROGRAMME), "//a[contains(@href, '/line')]") == ["2 wait Workshop"]
    assert texts(organiser.get(f"{PROGRAMME}/{lab}/line"), "//th[@scope='row']") == ["Ada", "Bob"]


def test_an_empty_line_and_one_that_is_off_say_so(organiser: FlaskClient, lab: str) -> None:
    page = f"{PROGRAMME}/{lab}"
    assert "Nobody waits for this session" in organiser.get(f"{page}/line").text

    typed = {**fields(organiser.get(page)), "title_en": "Workshop", "waiting_list": "off"}
    assert send(organiser, page, typed).status_code == 302

    assert "The waiting list of this session is off." in organiser.get(f"{page}/line").text
    assert fields(organiser.get(page))["waiting_list"] == "off"


def test_a_place_is_offered_out_of_turn_with_a_reason(
    organiser: FlaskClient, lab: str, now: datetime
) -> None:
    _ada, bob = wait(lab, "Ada", "Bob", now=now)
    page = f"{PROGRAMME}/{lab}/line/{bob}/offer"

    nameless = send(organiser, page, {"reason": ""})
    assert (nameless.status_code, error_beside(nameless.text, "reason")) == (422, "Say in a few words why.")
    assert send(organiser, page, {"reason": "Tutor"}).status_code == 302

    assert states() == ["waiting", "offered"]
    shown = organiser.get(f"{PROGRAMME}/{lab}/line")
    assert texts(shown, "//td[contains(@class, 'row-actions')]") == ["Offer a place now Ada", ""]
    timeline = texts(
        organiser.get(f"/organiser/events/own/people/{bob}"), "//ol[contains(@class, 'timeline')]//h3"
    )
    assert {"A place in a session offered out of turn", "Wishes for full sessions changed"} <= set(timeline)


def test_more_places_and_a_restored_session_go_to_the_line_at_once(
    organiser: FlaskClient, lab: str, now: datetime
) -> None:
    wait(lab, "Ada", "Bob", "Eve", now=now)
    page = f"{PROGRAMME}/{lab}"
    assert send(organiser, page, {**fields(organiser.get(page)), "capacity": "2"}).status_code == 302
    assert states() == ["offered", "waiting", "waiting"]

    send(organiser, PROGRAMME, {}, to=f"{page}/cancel")
    assert send(organiser, page, {**fields(organiser.get(page)), "capacity": "3"}).status_code == 302
    assert states() == ["offered", "waiting", "waiting"]
    send(organiser, PROGRAMME, {}, to=f"{page}/restore")

    assert states() == ["offered", "offered", "waiting"]


def test_a_session_or_a_person_of_another_event_is_not_found(
    organiser: FlaskClient, lab: str, now: datetime
) -> None:
    with transaction():
        other = make_event(now=now, slug="other")
        foreign = make_session(other, capacity=1).public_id
        stranger = make_attendee(other, now=now).registration.public_id

    for path in (f"{foreign}/line", f"{lab}/line/{stranger}/offer"):
        assert organiser.get(f"{PROGRAMME}/{path}").status_code == 404
    (ada,) = wait(lab, "Ada", now=now)
    with transaction():
        event = db.session.scalars(select(Event).where(Event.slug == "own")).one()
        hall = make_session(event, capacity=1).public_id
    late = send(organiser, f"{PROGRAMME}/{hall}/line/{ada}/offer", {"reason": "Tutor"})
    assert late.status_code == 409


def test_one_in_line_and_thirty_take_the_same_number_of_statements(
    organiser: FlaskClient, lab: str, now: datetime
) -> None:
    counts = []
    for many in (1, 29):
        wait(lab, *(f"Guest {many} {number}" for number in range(many)), now=now)
        for page in (PROGRAMME, f"{PROGRAMME}/{lab}/line"):
            with Statements() as statements:
                assert organiser.get(page).status_code == 200
            counts.append(statements.count)

    assert counts[:2] == counts[2:]
    assert db.session.scalars(select(Session.public_id)).all() == [lab]
