"""A phone at the gate without an account: paired by a link, at its own gates alone, and out when it is ended."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.checkin.devices.commands import revoke
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.queries import pairing_path
from eventhub.checkin.models import Scan
from eventhub.checkin.offline.sealing import in_text
from eventhub.db import db, transaction
from tests.factories import make_attendee, make_event, make_gate, make_phone
from tests.people import csrf
from tests.web.gate.door import JSON, Door
from tests.web.hostile import live
from tests.web.reading import fields

# What a phone reports of somebody whom it let in.
ADMITTED = {
    "seq": 4,
    "direction": "entry",
    "source": "camera",
    "verdict": "admit",
    "rules": 1,
    "issued_ms": 0,
    "at_ms": 0,
}


def paired(app: Flask, device: Device) -> FlaskClient:
    """The browser of a phone that has scanned the code and pressed the button."""
    client, path = app.test_client(), pairing_path(device)
    page = client.get(path)
    answer = client.post(path, data=fields(page))
    assert (page.status_code, answer.status_code) == (200, 303)
    return client


@pytest.fixture
def phone(app: Flask, door: Door) -> Door:
    """The same door, with a phone instead of a person."""
    with transaction():
        device = make_phone(door.event, now=door.now)
    return replace(door, client=paired(app, device))


def device_of(door: Door) -> Device:
    db.session.rollback()
    return db.session.scalars(select(Device).where(Device.event_id == door.event.id)).one()


def test_a_paired_phone_scans_and_its_scans_name_it(phone: Door) -> None:
    page = phone.client.get(phone.url)
    answer = phone.scan().get_json()

    assert (page.status_code, live(page.text), answer["verdict"]) == (200, [], "admit")
    device = device_of(phone)
    assert db.session.execute(select(Scan.device_id, Scan.crew_id)).one() == (device.id, None)


def test_a_phone_tells_its_battery_with_what_it_scanned_by_itself(phone: Door) -> None:
    scan = {**ADMITTED, "scan_id": str(uuid4()), "signed": in_text(phone.attendee.ticket.secret)}
    answer = phone.post("/sync", {"now_ms": 0, "battery": 17, "scans": [scan]})
    ignored = phone.post("/sync", {"now_ms": 0, "battery": 101, "scans": []})

    assert (answer.get_json()["results"][0]["status"], ignored.status_code) == ("stored", 200)
    device = device_of(phone)
    assert db.session.execute(select(Scan.device_id, Scan.device_seq)).one() == (device.id, 4)
    assert device.battery == 17


def test_a_phone_does_all_that_its_crew_does_at_a_door(phone: Door) -> None:
    scan_id = phone.scan().get_json()["scan_id"]

    found = phone.client.get(f"{phone.url}/people?q=ada", headers=JSON).get_json()["people"]
    undone = phone.post(f"/scans/{scan_id}/undo", {"scan_id": str(uuid4()), "reason": "Wrong person"})

    assert [one["name"] for one in found] == ["Ada Example"]
    assert undone.get_json()["verdict"] == "undone"
    assert phone.client.get(f"{phone.url}/walk-in").status_code == 200
    assert phone.client.get(f"/t/{phone.code}").status_code == 200


def test_a_phone_is_nobody_elsewhere(phone: Door) -> None:
    paths = ("/account", "/organiser/", f"/organiser/events/{phone.event.slug}")

    assert [phone.client.get(path).status_code for path in paths] == [302] * 3
    assert "/account/sign-in" in phone.client.get("/account").location


def test_a_phone_sees_its_own_gates_alone(app: Flask, door: Door) -> None:
    with transaction():
        other = make_gate(door.event, "Other gate")
        foreign = make_gate(make_event(now=door.now))
        device = make_phone(door.event, now=door.now, gates=[door.gate.public_id])
    client = paired(app, device)

    listed = client.get("/gate").text
    statuses = [client.get(f"/gate/{gate.public_id}").status_code for gate in (door.gate, other, foreign)]

    assert ("Gate A" in listed, "Other gate" in listed) == (True, False)
    assert statuses == [200, 404, 404]


def test_an_ended_phone_is_told_and_forgets(phone: Door) -> None:
    with transaction():
        revoke(device_of(phone), by="test", now=phone.now)

    refused = phone.scan()
    page = phone.client.get(phone.url)

    assert (refused.status_code, refused.headers["Clear-Site-Data"]) == (401, '"storage"')
    assert "This phone is not paired any more." in refused.get_json()["detail"]
    assert db.session.scalars(select(Scan)).all() == []
    assert (page.status_code, "/account/sign-in" in page.location) == (302, True)


def test_a_link_is_good_once_and_a_wrong_one_never(app: Flask, door: Door) -> None:
    with transaction():
        device = make_phone(door.event, now=door.now)
    path = pairing_path(device)
    client = paired(app, device)

    second = client.post(path, headers=csrf(client))
    assert (client.get(path).status_code, second.status_code) == (410, 410)
    assert app.test_client().get(path[:-3] + "abc").status_code == 410
    assert app.test_client().get("/gate/pair/unknown/x").status_code == 404


def test_a_phone_of_one_gate_opens_a_ticket_there_and_touches_no_scan_of_another(
    app: Flask, door: Door
) -> None:
    admitted = door.scan().get_json()["scan_id"]
    with transaction():
        own = make_gate(door.event, "Own gate")
        device = make_phone(door.event, now=door.now, gates=[own.public_id])
    phone = replace(door, client=paired(app, device), gate=own)

    undone = phone.post(f"/scans/{admitted}/undo", {"scan_id": str(uuid4()), "reason": "Wrong person"})
    looks = [phone.client.get(f"{phone.url}/{page}/{admitted}").status_code for page in ("scans", "walk-in")]

    assert (undone.status_code, looks) == (404, [404, 404])
    assert "Own gate" in phone.client.get(f"/t/{door.code}").text
    assert phone.scan(direction="exit").get_json()["verdict"] == "left"


def test_no_scan_but_a_walk_in_shows_the_code_of_a_ticket(phone: Door) -> None:
    with transaction():
        other = make_attendee(make_event(now=phone.now), now=phone.now)
    scans = [
        phone.scan(code=None, ticket=number, source="search", reason="Phone is empty")
        for number in (phone.number, other.ticket.number)
    ]

    pages = [
        phone.client.get(f"{phone.url}/walk-in/{one.get_json()['scan_id']}").status_code for one in scans
    ]

    assert pages == [404, 404]


@pytest.mark.parametrize("source", ["walk_in", "correction"])
def test_a_scanner_can_not_say_that_it_is_something_else(phone: Door, source: str) -> None:
    assert phone.scan(source=source).status_code == 422


def test_a_phone_counts_at_its_gates_though_crew_of_another_event_is_signed_in(
    app: Flask, door: Door
) -> None:
    with transaction():
        other = make_event(now=door.now, starts_at=door.now)
        gate = make_gate(other)
        device = make_phone(other, now=door.now)
    path = pairing_path(device)
    door.client.post(path, data=fields(door.client.get(path)))

    statuses = [door.client.get(f"/gate/{one.public_id}").status_code for one in (gate, door.gate)]

    assert statuses == [200, 404]
    assert door.client.get("/account").status_code == 200


def test_a_phone_is_told_when_its_time_is_over(phone: Door) -> None:
    with transaction():
        device_of(phone).expires_at = phone.now

    assert phone.scan().status_code == 401
