"""The supervisor's pages over HTTP: the whole door, and the list of who is inside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from eventhub.accounts.rules import Role
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.rules import Profile
from eventhub.checkin.models import Scan
from eventhub.checkin.offline.models import ScanConflict
from eventhub.db import db, transaction
from eventhub.registration.models import Attendee
from tests.factories import grant, make_attendee, make_phone, make_scan
from tests.people import csrf, statements
from tests.web.gate.door import Door
from tests.web.gate.test_phones import paired
from tests.web.hostile import live
from tests.web.reading import fields, texts


@pytest.fixture
def chief(app: Flask, door: Door) -> Door:
    """The door with a supervisor's phone."""
    with transaction():
        device = make_phone(door.event, now=door.now, profile=Profile.SUPERVISOR)
    return replace(door, client=paired(app, device))


def of(door: Door, page: str) -> str:
    return f"/gate/events/{door.event.slug}/{page}"


def test_a_supervisor_sees_counts_gates_phones_and_refusals(chief: Door) -> None:
    chief.scan()
    chief.scan()

    page = chief.client.get(of(chief, "live"))

    assert (page.status_code, live(page.text)) == (200, [])
    assert "1 arrival in the last two hours" in page.text
    assert texts(page, "//ul[@class='live-list']//b") == ["Already in"]
    assert texts(page, "//ul[@class='live-list']//bdi") == ["Phone 1", "Ada Example"]


def test_who_is_inside_is_printed_and_taken_out(chief: Door) -> None:
    chief.scan()
    page = chief.client.get(of(chief, "inside"))
    sent = {**fields(page), "tickets": chief.number}

    def press(**more: str) -> int:
        answer = chief.client.post(of(chief, "inside"), data={**sent, **more}, headers=csrf(chief.client))
        return answer.status_code

    assert texts(page, "//li//strong/bdi") == ["Ada Example"]
    assert (press(), press(reason="Counted out", tickets="unknown")) == (422, 422)
    assert press(reason="Counted out") == 303
    assert "Nobody is inside" in chief.client.get(of(chief, "inside")).text


def test_everybody_is_taken_out_by_one_button(chief: Door) -> None:
    chief.scan()
    sent = {
        **fields(chief.client.get(of(chief, "inside"))),
        "reason": "The house is closed",
        "everybody": "1",
    }

    answer = chief.client.post(of(chief, "inside"), data=sent, headers=csrf(chief.client))

    page = chief.client.get(of(chief, "inside"))
    undone = chief.client.post(of(chief, "inside/undo"), data=fields(page), headers=csrf(chief.client))
    after = chief.client.get(of(chief, "inside"))

    assert (answer.status_code, undone.status_code) == (303, 303)
    assert "1 person has left." in page.text
    assert "“The house is closed”" in page.text
    assert "1 person is inside again." in after.text
    assert texts(after, "//li//strong/bdi") == ["Ada Example"]


def test_crew_and_helpers_do_not_see_it_and_whoever_runs_the_event_does(app: Flask, door: Door) -> None:
    with transaction():
        helper = make_phone(door.event, now=door.now)
    phone = paired(app, helper)
    before = [
        one.get(of(door, page)).status_code for one in (door.client, phone) for page in ("live", "inside")
    ]
    with transaction():
        grant(door.crew, Role.EVENT_ORGANISER, now=door.now, event=door.event)

    assert before == [404] * 4
    assert [door.client.get(of(door, page)).status_code for page in ("live", "inside")] == [200, 200]


def twice(door: Door, guest: Attendee) -> tuple[Scan, Scan]:
    """Somebody whom two phones let in."""
    with transaction():
        gate = db.session.merge(door.gate)
        first, second = (make_scan(gate, now=door.now, ticket_id=guest.ticket_id) for _each in range(2))
        second.is_time_trusted = False
        facts = {"ticket_id": guest.ticket_id, "point_id": gate.point_id}
        db.session.add(ScanConflict(first_id=first.id, second_id=second.id, **facts))
    return first, second


def test_who_went_in_twice_is_told_with_both_scans_to_look_at(chief: Door) -> None:
    empty = chief.client.get(of(chief, "live")).text
    scans = twice(chief, chief.attendee)
    with transaction():
        db.session.execute(update(Device).values(battery=7))

    page = chief.client.get(of(chief, "live"))

    links = [f"{chief.url}/scans/{one.scan_id}" for one in scans]
    assert ("Nobody. Gates without network" in empty, live(page.text)) == (True, [])
    assert texts(page, "//section[@aria-labelledby='conflicts']//li/b/bdi") == ["Ada Example"]
    assert [link for link in links if f'href="{link}"' in page.text] == links
    assert texts(page, "//span[@class='pill warn']") == ["battery 7 %", "1", "time not trusted"]
    assert chief.client.get(links[1]).status_code == 200


def test_the_pages_take_as_many_statements_for_30_people_as_for_one(chief: Door) -> None:
    def count(page: str) -> int:
        with statements() as said:
            chief.client.get(of(chief, page))
        return len(said)

    chief.scan()
    twice(chief, chief.attendee)
    before = [count(page) for page in ("live", "inside")]
    for _each in range(29):
        with transaction():
            guest = make_attendee(chief.event, now=chief.now)
        twice(chief, guest)
        chief.scan(code=None, ticket=guest.ticket.number, source="search", reason="Asked")

    assert [count(page) for page in ("live", "inside")] == before


@pytest.mark.parametrize("number", ["\x00", "x" * 50, "9" * 5000])
def test_what_is_no_ticket_is_nobody(chief: Door, number: str) -> None:
    chief.scan()
    sent = {**fields(chief.client.get(of(chief, "inside"))), "reason": "Counted", "tickets": number}

    answer = chief.client.post(of(chief, "inside"), data=sent, headers=csrf(chief.client))

    assert (answer.status_code, "Tick who has left." in answer.text) == (422, True)
