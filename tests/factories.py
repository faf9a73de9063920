"""Things that tests need, without surprises: what matters is said at the call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from eventhub.accounts.models import RoleGrant, User
from eventhub.accounts.rules import ROLE_SCOPES, THE_OFFICE, Role, Scope
from eventhub.checkin.devices.commands import add_device
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.rules import Profile
from eventhub.checkin.models import Gate, Scan
from eventhub.checkin.points import whole_event
from eventhub.checkin.rules import Direction, ScanSource, Verdict
from eventhub.core.ids import public_id
from eventhub.core.names import email_key, search_key
from eventhub.db import db
from eventhub.events.models import CapacityPool, Event, Room, Session, Venue
from eventhub.events.rules import EventState, Format, Kind, SessionKind, SessionState
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Child, Party
from eventhub.registration.parties.rules import PartyKind
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.commands import issue_ticket


def both_languages(text: str) -> dict[str, str]:
    return {"en": text, "ru": text}


def make_pool(capacity: int, *, taken: int = 0) -> CapacityPool:
    pool = CapacityPool(capacity=capacity, taken=taken)
    db.session.add(pool)
    db.session.flush()
    return pool


def make_event(*, now: datetime, capacity: int | None = None, **changes: Any) -> Event:
    """A published seminar in a week, two hours long, registration open, in Moscow's zone."""
    event = Event(
        **{
            "uid": uuid4(),
            "slug": f"seminar-{uuid4().hex[:8]}",
            "kind": Kind.SEMINAR,
            "state": EventState.PUBLISHED,
            "title": both_languages("Seminar on testing"),
            "summary": both_languages("What a test may promise."),
            "description": both_languages("Bring a **laptop**."),
            "host": both_languages("International office"),
            "contact_email": "office@example.org",
            "topics": ["energy"],
            "languages": ["en"],
            "format": Format.ON_SITE,
            "timezone": "Europe/Moscow",
            "starts_at": now + timedelta(days=7),
            "ends_at": now + timedelta(days=7, hours=2),
            "accent": "teal",
            "is_free": True,
            "price_note": {},
            "pool_id": None if capacity is None else make_pool(capacity).id,
            "created_at": now,
            "published_at": now,
            "revision": 0,
            "revised_at": now,
            **changes,
        }
    )
    db.session.add(event)
    db.session.flush()
    return event


def make_session(event: Event, *, capacity: int | None = None, **changes: Any) -> Session:
    """A bookable workshop at the event's start, one hour long."""
    session = Session(
        **{
            "uid": uuid4(),
            "public_id": public_id(),
            "event_id": event.id,
            "kind": SessionKind.WORKSHOP,
            "state": SessionState.SCHEDULED,
            "title": both_languages("Workshop"),
            "summary": {},
            "language": "en",
            "starts_at": event.starts_at,
            "ends_at": event.starts_at + timedelta(hours=1),
            "is_bookable": True,
            "position": 0,
            "pool_id": None if capacity is None else make_pool(capacity).id,
            "revision": 0,
            "revised_at": event.revised_at,
            **changes,
        }
    )
    db.session.add(session)
    db.session.flush()
    return session


def make_room(name: str = "Room 101") -> Room:
    venue = Venue(
        name=both_languages("Main building"), address={}, city=both_languages("St. Petersburg"), country="RU"
    )
    room = Room(name=both_languages(name), venue=venue, seats=40)
    db.session.add(room)
    db.session.flush()
    return room


def make_user(
    email: str = "organiser@example.org", *, now: datetime, full_name: str = "Test Organiser"
) -> User:
    user = User(
        public_id=public_id(),
        email=email,
        email_key=email_key(email),
        full_name=full_name,
        language="en",
        password_hash=None,
        is_active=True,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def grant(user: User, role: Role, *, now: datetime, event: Event | None = None) -> None:
    scope = ROLE_SCOPES[role]
    scope_id = {Scope.PLATFORM: None, Scope.OFFICE: THE_OFFICE}.get(scope, event.id if event else None)
    row = RoleGrant(role=role, scope=scope, scope_id=scope_id, starts_at=now, ends_at=None, granted_by="test")
    user.grants.append(row)
    db.session.flush()


def make_attendee(event: Event, *, now: datetime, full_name: str = "Ada Example", **changes: Any) -> Attendee:
    """A confirmed registration of one person, with a valid ticket."""
    number = uuid4().hex
    registration = Registration(
        **{
            "public_id": public_id(),
            "number": number,
            "submission_key": number,
            "event_id": event.id,
            "state": RegistrationState.CONFIRMED,
            "email": f"{number}@example.org",
            "email_key": f"{number}@example.org",
            "organisation": "Example University",
            "country": "DE",
            "language": "en",
            "link_generation": 1,
            "created_at": now,
            "confirmed_at": now,
            **changes,
        }
    )
    ticket = issue_ticket(event_id=event.id, now=now)
    attendee = Attendee(
        registration=registration, ticket=ticket, full_name=full_name, search_key=search_key(full_name)
    )
    db.session.add(attendee)
    db.session.flush()
    return attendee


def make_gate(event: Event, name: str = "Gate A") -> Gate:
    gate = Gate(
        public_id=public_id(), event_id=event.id, point=whole_event(event.id), name=both_languages(name)
    )
    db.session.add(gate)
    db.session.flush()
    return gate


def make_scan(gate: Gate, *, now: datetime, **changes: Any) -> Scan:
    """Somebody is let in at this gate; with `ticket_id` whoever holds that ticket."""
    facts = {
        "scan_id": str(uuid4()),
        "event_id": gate.event_id,
        "gate_id": gate.id,
        "point_id": gate.point_id,
        "rules_version": 1,
        "direction": Direction.ENTRY,
        "verdict": Verdict.ADMIT,
        "source": ScanSource.WEDGE,
        "scanned_at": now,
        "received_at": now,
    }
    scan = Scan(**{**facts, **changes})
    db.session.add(scan)
    db.session.flush()
    return scan


def make_phone(event: Event, *, now: datetime, **changes: Any) -> Device:
    """A phone to be paired, for every gate of the event."""
    facts = {
        "name": "Phone 1",
        "profile": Profile.HELPER,
        "gates": None,
        "expires_at": now + timedelta(days=2),
    }
    return add_device(event_id=event.id, by="test", now=now, **{**facts, **changes})


def make_family(
    event: Event, *, now: datetime, names: Sequence[str], kind: PartyKind = PartyKind.FAMILY
) -> list[Attendee]:
    """A confirmed registration of an adult and of children of nine years, each with a valid ticket."""
    first = make_attendee(event, now=now, full_name=names[0])
    people = [first]
    for name in names[1:]:
        child = Attendee(
            registration=first.registration,
            ticket=issue_ticket(event_id=event.id, now=now),
            full_name=name,
            search_key=search_key(name),
        )
        db.session.add(child)
        db.session.flush()
        born_on = date(now.year - 9, 1, 1) if kind is PartyKind.FAMILY else None
        about = {"born_on": born_on, "may_leave_alone": False, "may_be_photographed": False}
        db.session.add(Child(attendee_id=child.id, **about))
        people.append(child)
    told = {"phone": "", "relation": "mother", "grade": "", "youngest": None, "oldest": None}
    db.session.add(Party(registration_id=first.registration_id, kind=kind, **told))
    db.session.flush()
    return people
