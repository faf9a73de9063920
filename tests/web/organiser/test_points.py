"""Organisers set up check-in points: what is checked, for whom, when, and what the crew ticks."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.checkin.judging import Mode, PointKind, Window
from eventhub.checkin.models import CheckInPoint, Gate
from eventhub.checkin.points import PointPlan, add_point, list_points, plan_of
from eventhub.core.zones import readings
from eventhub.db import db, transaction
from eventhub.events.models import Event
from tests.commands.registration.types import make_type
from tests.factories import make_event, make_session
from tests.people import statements
from tests.web.organiser.desk import error_beside, send
from tests.web.reading import fields

DOOR = "/organiser/events/own/door"
LUNCH = {
    "name_en": "Lunch",
    "name_ru": "Обед",
    "kind": "meal",
    "mode": "once",
    "all_types": "y",
    "session": "",
}


def the_point(own: Event) -> CheckInPoint:
    db.session.rollback()
    return list_points(own.id)[-1]


def test_a_meal_is_added_with_its_gate_and_changed(organiser: FlaskClient, own: Event, now: datetime) -> None:
    vip = make_type(own, "VIP", now=now).public_id
    added = send(organiser, f"{DOOR}/points/new", LUNCH)
    point = the_point(own)
    page = organiser.get(f"{DOOR}/points/{point.public_id}")
    changes = {
        "all_types": None,
        "types-0-admitted": "y",
        "types-0-opens_at": "2027-05-01T13:00",
        "questions-0-text_en": "Wristband given",
        "questions-0-required": "y",
        "mode": "daily",
    }
    typed = {name: value for name, value in {**fields(page), **changes}.items() if value is not None}

    changed = send(organiser, page.request.path, typed)

    point = the_point(own)
    plan = plan_of(point)
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (point.kind, point.version, plan.mode) == (PointKind.MEAL, 2, Mode.DAILY)
    assert plan.types == {vip: Window(readings(datetime(2027, 5, 1, 13), own.timezone)[0], None)}
    assert [(one.text, one.required) for one in plan.questions] == [({"en": "Wristband given"}, True)]
    assert db.session.scalars(select(Gate.name).where(Gate.point_id == point.id)).all() == [point.name]
    list_page = organiser.get(DOOR).text
    assert all(words in list_page for words in ("Lunch", "Once a day", "VIP", "1 check at the door"))


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name_en": "", "name_ru": ""}, "name_en", "Enter a name."),
        ({"kind": "slot"}, "session", "Choose the session."),
        ({"kind": "day"}, "opens_at", "Enter from when until when the day is."),
        ({"all_types": None}, "all_types", "Tick the tickets that are admitted, or every ticket."),
        (
            {"opens_at": "2027-05-01T13:00", "closes_at": "2027-05-01T12:00"},
            "closes_at",
            "Enter a time after the first one.",
        ),
    ],
)
def test_a_mistake_is_told_beside_its_field(
    organiser: FlaskClient, own: Event, typed: dict[str, str | None], field: str, sentence: str
) -> None:
    sent = {name: value for name, value in {**LUNCH, **typed}.items() if value is not None}

    answer = send(organiser, f"{DOOR}/points/new", sent)

    assert (answer.status_code, error_beside(answer.text, field)) == (422, sentence)
    assert list_points(own.id) == []


def test_each_bookable_session_gets_its_point_at_once(organiser: FlaskClient, own: Event) -> None:
    with transaction():
        for number in range(2):
            make_session(own, title={"en": f"Workshop {number}"})
        make_session(own, title={"en": "Keynote"}, is_bookable=False)

    before = organiser.get(DOOR).text
    send(organiser, DOOR, {}, to=f"{DOOR}/points")

    assert "2 sessions that can be booked have no check-in point." in before
    assert [(one.name["en"], one.booked_only) for one in list_points(own.id)] == [
        ("Workshop 0", True),
        ("Workshop 1", True),
    ]
    assert "no check-in point" not in organiser.get(DOOR).text


def test_a_point_of_another_event_is_no_choice(organiser: FlaskClient, own: Event, now: datetime) -> None:
    with transaction():
        other = make_event(now=now)
        plan = PointPlan(name={"en": "Lunch"}, mode=Mode.ONCE)
        point = add_point(event_id=other.id, kind=PointKind.MEAL, plan=plan, by="test", now=now)

    answer = send(organiser, DOOR, {"name_en": "Gate", "point": point.public_id})

    assert answer.status_code == 422
    assert organiser.get(f"{DOOR}/points/{point.public_id}").status_code == 404


def test_whoever_changes_an_old_version_is_told(organiser: FlaskClient, own: Event, now: datetime) -> None:
    send(organiser, f"{DOOR}/points/new", LUNCH)
    url = f"{DOOR}/points/{the_point(own).public_id}"
    typed = fields(organiser.get(url))
    send(organiser, url, {**typed, "mode": "daily"})

    answer = send(organiser, url, {**typed, "mode": "unlimited"})

    assert answer.status_code == 409
    assert the_point(own).mode is Mode.DAILY


def test_the_list_takes_as_many_statements_for_30_points_as_for_one(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    def count() -> int:
        with statements() as said:
            organiser.get(DOOR)
        return len(said)

    plan = PointPlan(name={"en": "Lunch"}, mode=Mode.ONCE)
    counts = []
    for number in (1, 29):
        with transaction():
            for _each in range(number):
                add_point(event_id=own.id, kind=PointKind.MEAL, plan=plan, by="test", now=now)
        counts.append(count())

    assert counts[0] == counts[1]


def test_a_point_that_is_saved_as_it_was_stays_in_its_version(organiser: FlaskClient, own: Event) -> None:
    texts = {"questions-0-text_en": "Wristband", "questions-1-text_en": "Badge"}
    asked = {**texts, "questions-0-id": "x", "questions-1-id": "x"}
    send(organiser, f"{DOOR}/points/new", {**LUNCH, **asked})
    url = f"{DOOR}/points/{the_point(own).public_id}"

    answer = send(organiser, url, fields(organiser.get(url)))

    point = the_point(own)
    assert (answer.status_code, point.version) == (302, 1)
    assert len({one["id"] for one in point.questions} - {"x"}) == 2


@pytest.mark.parametrize("index", ["²", "9" * 5000, "-1", ""])
def test_rows_by_strange_numbers_are_nobodys(organiser: FlaskClient, own: Event, index: str) -> None:
    sent = {**LUNCH, f"types-{index}-admitted": "y", f"questions-{index}-text_en": "x"}

    answer = send(organiser, f"{DOOR}/points/new", sent)

    assert answer.status_code == 302
    assert the_point(own).questions == []
