"""A door with its crew at work, for every test of the gate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventhub.accounts.rules import Role
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.tickets.queries import code_of
from tests.factories import grant, make_attendee, make_event, make_gate, make_user
from tests.people import sign_in
from tests.web.gate.door import Door


@pytest.fixture
def door(app: Flask, client: FlaskClient) -> Door:
    now = clock.now()
    with transaction():
        event = make_event(now=now, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=8))
        crew = make_user("crew@example.org", now=now)
        grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
        gate = make_gate(event)
        attendee = make_attendee(
            event, now=now, email="canary-email@example.org", organisation="Canary University"
        )
        attendee.registration.country = "country-canary"
    sign_in(client, crew, now=now)
    code = code_of(attendee.ticket)
    return Door(client, event, gate, crew, attendee, code, now)
