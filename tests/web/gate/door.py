"""A door over HTTP, as its crew sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventhub.accounts.models import User
from eventhub.checkin.models import Gate
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from tests.people import csrf

JSON = {"Accept": "application/json"}


@dataclass
class Door:
    """A gate of an event that is on, a crew member signed in there, and one guest."""

    client: FlaskClient
    event: Event
    gate: Gate
    crew: User
    attendee: Attendee
    code: str
    now: datetime

    @property
    def url(self) -> str:
        return f"/gate/{self.gate.public_id}"

    @property
    def number(self) -> str:
        return self.attendee.ticket.number

    def post(self, path: str, body: object, **more: object) -> TestResponse:
        headers = {**JSON, **csrf(self.client)}
        return self.client.post(self.url + path, json=body, headers=headers, **more)

    def scan(self, **changes: object) -> TestResponse:
        plain = {"scan_id": str(uuid4()), "code": self.code, "direction": "entry", "source": "camera"}
        body = {name: value for name, value in {**plain, **changes}.items() if value is not None}
        return self.post("/scans", body)

    def submit(self, **fields: str) -> TestResponse:
        plain = {"scan_id": str(uuid4()), "direction": "entry", "source": "wedge", "code": self.code}
        headers = {"X-CSRFToken": csrf(self.client)["X-CSRFToken"]}
        return self.client.post(self.url, data={**plain, **fields}, headers=headers, follow_redirects=True)
