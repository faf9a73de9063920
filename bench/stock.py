"""What the measured database holds: a full conference page, 200 public events, and tickets for the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask

from eventhub.accounts.rules import Role
from eventhub.checkin.points import add_gate
from eventhub.core import clock
from eventhub.core.ids import public_id, readable_number
from eventhub.core.names import email_key, search_key
from eventhub.db import db, transaction
from eventhub.demo.conferences import DIGITAL_ENGINEERING, FORUM
from eventhub.demo.filling import fill
from eventhub.demo.seminars import SEMINARS
from eventhub.demo.shapes import in_days
from eventhub.events.models import Event
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.commands import issue_ticket
from eventhub.tickets.queries import code_of
from tests.factories import grant, make_user
from tests.people import csrf, sign_in

MANY = 1_000_000
EVENTS = 200
SLUG = "measured-conference"  # a name of its own, so that it asks no questions of the demo


def fill_catalogue(app: Flask, *, events: int = EVENTS, places: int = MANY) -> None:
    """The conference with its programme, and short seminars up to this number of events."""
    lines = tuple(replace(line, places=line.places and MANY) for line in DIGITAL_ENGINEERING.lines)
    conference = replace(DIGITAL_ENGINEERING, slug=SLUG, guests=0, places=places, lines=lines)
    short = [
        replace(SEMINARS[number % 6], slug=f"seminar-{number}", day=in_days(1 + number), guests=0)
        for number in range(events - 1)
    ]
    with app.app_context(), transaction():
        for event in fill(now=clock.now(), events=(conference, *short)).values():
            event.has_waiting_list = False  # a race counts who is refused


@dataclass(frozen=True)
class Door:
    """A gate at which somebody signed in works: where scans go, and what proves who sends them."""

    path: str
    head: tuple[tuple[str, str], ...]
    codes: Sequence[str]


def open_door(app: Flask, *, tickets: int) -> Door:
    """An event that runs now, with so many tickets and a crew member signed in."""
    now = clock.now()
    with app.app_context():
        with transaction():
            event = fill(now=now, events=(replace(FORUM, guests=0, gates=(), places=MANY),))[FORUM.slug]
            gate = add_gate(event_id=event.id, name={"en": "Gate", "ru": "Вход"}, by="bench", now=now)
            crew = make_user("crew@example.org", now=now)
            grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
            codes = [_admit(event, number, now=now) for number in range(tickets)]
            path = f"/gate/{gate.public_id}/scans"
        client = app.test_client()
        sign_in(client, crew, now=now)
        token = csrf(client)
        cookie = client.get_cookie("eventhub")
        assert cookie is not None
    head = (
        ("Cookie", f"eventhub={cookie.value}"),
        ("Content-Type", "application/json"),
        *token.items(),
    )
    return Door(path, head, codes)


def _admit(event: Event, number: int, *, now: datetime) -> str:
    """A confirmed registration with its ticket, without its letters; the ticket's code."""
    name, email = f"Visitor Example {number}", f"visitor{number}@example.org"
    ticket = issue_ticket(event_id=event.id, now=now)
    registration = Registration(
        public_id=public_id(),
        number=readable_number(),
        submission_key=public_id(),
        event_id=event.id,
        state=RegistrationState.CONFIRMED,
        email=email,
        email_key=email_key(email),
        organisation="Example University",
        country="FI",
        language="en",
        link_generation=1,
        created_at=now,
        confirmed_at=now,
    )
    registration.attendees = [Attendee(full_name=name, search_key=search_key(name), ticket=ticket)]
    db.session.add(registration)
    return code_of(ticket)
