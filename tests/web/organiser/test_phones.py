"""Organisers add phones to their gates, show the code that pairs one, and end it."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.queries import pairing_path
from eventhub.db import db, transaction
from eventhub.events.models import Event
from tests.factories import make_gate
from tests.web.organiser.desk import send

PHONES = "/organiser/events/own/door/phones"


def test_organisers_add_a_phone_show_its_code_and_end_it(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    typed = {"name": "Ada's phone", "profile": "helper", "expires_at": "2099-01-01T10:00"}
    added = send(organiser, PHONES, typed)
    page = organiser.get(added.location)
    code = organiser.get(f"{added.location}/code.svg")
    device = db.session.scalars(select(Device)).one()
    shown = pairing_path(device) in page.text

    send(organiser, PHONES, {}, to=f"{added.location}/revoke")
    db.session.rollback()

    assert (added.status_code, page.status_code, code.content_type) == (302, 200, "image/svg+xml")
    assert (shown, device.gates, device.revoked_at is not None) == (True, None, True)
    assert organiser.get(f"{added.location}/code.svg").status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Enter a name."),
        (
            {"profile": "supervisor", "gates": "here"},
            "A supervisor sees every gate: tick none, or choose “Helper”.",
        ),
        ({"expires_at": "2001-01-01T10:00"}, "Enter a time that is still to come."),
        ({"expires_at": "soon"}, "Enter day and time like 2027-07-12 14:00."),
    ],
)
def test_a_mistake_about_a_phone_is_told(
    organiser: FlaskClient, own: Event, typed: dict[str, str], sentence: str
) -> None:
    with transaction():
        here = make_gate(own).public_id
    sent = {"name": "Phone", "profile": "helper", "expires_at": "2099-01-01T10:00", **typed}
    sent |= {"gates": here} if "gates" in sent else {}

    answer = send(organiser, PHONES, sent)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.scalars(select(Device)).all() == []
