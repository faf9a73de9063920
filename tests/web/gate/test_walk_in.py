"""Three fields at the door: registered, admitted, and the code on the screen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventhub.checkin.models import Scan
from eventhub.checkin.rules import ScanSource, Verdict
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.models import Registration
from tests.factories import make_pool
from tests.people import csrf
from tests.web.gate.door import Door
from tests.web.reading import error_of, fields, parsed, texts


def send(door: Door, **typed: Any) -> TestResponse:
    headers = csrf(door.client)
    plain = {"full_name": "Ada Newcomer", "email": "", "organisation": "Example School", "csrf_token": ""}
    data = {**fields(door.client.get(f"{door.url}/walk-in")), **plain, **typed}
    return door.client.post(f"{door.url}/walk-in", data=data, headers=headers)


def scans() -> list[tuple[Verdict, ScanSource]]:
    db.session.rollback()
    return [(one.verdict, one.source) for one in db.session.scalars(select(Scan).order_by(Scan.id))]


def test_somebody_without_a_registration_is_registered_admitted_and_sees_the_code(door: Door) -> None:
    answer = send(door)
    page = door.client.get(answer.headers["Location"])

    assert (answer.status_code, scans()) == (303, [(Verdict.ADMIT, ScanSource.WALK_IN)])
    assert texts(page, "//p[@class='verdict-word']") == ["Welcome"]
    assert texts(page, "//p[@class='verdict-name']") == ["Ada Newcomer"]
    (picture,) = parsed(page).xpath("//img/@src")
    assert door.client.get(picture).status_code == 200


def test_the_same_form_twice_is_one_person(door: Door) -> None:
    headers = csrf(door.client)
    page = fields(door.client.get(f"{door.url}/walk-in"))
    typed = {**page, "full_name": "Ada Newcomer", "organisation": "Example School", "csrf_token": ""}

    answers = [door.client.post(f"{door.url}/walk-in", data=typed, headers=headers) for _each in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(scans()) == 1


def test_an_address_that_takes_part_is_found_and_offered_for_admission(door: Door) -> None:
    answer = send(door, email=door.attendee.registration.email_key)

    assert answer.status_code == 409
    offered = parsed(answer).xpath("//input[@name='ticket']/@value")
    assert offered == [door.number]
    admitted = door.submit(code="", ticket=offered[0], source="search", reason="Phone is empty")
    assert texts(admitted, "//p[@class='verdict-word']") == ["Welcome"]


def test_where_no_place_is_left_nobody_is_admitted(door: Door) -> None:
    with transaction():
        event = db.session.get_one(Event, door.event.id)
        event.pool_id = make_pool(1, taken=1).id

    answer = send(door)

    assert answer.status_code == 409
    assert "All places are taken." in texts(answer, "//div[contains(@class, 'error-summary')]//li")
    assert (scans(), len(db.session.scalars(select(Registration)).all())) == ([], 1)
    with transaction():
        db.session.get_one(Event, door.event.id).pool_id = None


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("full_name", "", "Enter the full name."),
        ("organisation", "", "Enter the organisation or the country."),
        ("email", "nowhere", "Enter an e-mail address like name@example.org."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(door: Door, name: str, typed: str, sentence: str) -> None:
    answer = send(door, **{name: typed})

    assert (answer.status_code, error_of(answer, name)) == (422, f"Error: {sentence}")
    assert scans() == []
