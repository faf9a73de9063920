"""A session with a line: somebody who waits, somebody with an offer, and the pages on which both are seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from eventhub.db import db
from eventhub.events.models import Event, Session
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Place, Registration
from eventhub.registration.session_lines.commands import wish_for
from eventhub.registration.session_lines.letters import seat_path
from tests.factories import both_languages, make_attendee, make_session


def open_line(event: Event, now: datetime, *, title: str = "Robots") -> Session:
    """A full session of the event's first half hour, whose line is on."""
    session = make_session(
        event,
        capacity=1,
        title=both_languages(title),
        starts_at=event.starts_at,
        ends_at=event.starts_at + timedelta(minutes=30),
        has_waiting_list=True,
    )
    holder = make_attendee(event, now=now, full_name="Test Holder").registration
    session.pool.taken = 1
    db.session.add(Place(registration_id=holder.id, pool_id=session.pool_id, count=1))
    db.session.flush()
    return session


def stand(session: Session, now: datetime, name: str = "Test Guest") -> Registration:
    """Somebody who waits for it."""
    registration = make_attendee(session.event, now=now, full_name=name).registration
    wish_for(registration, [session.public_id], now=now)
    return registration


def line_pages(event: Event, now: datetime) -> tuple[str, ...]:
    """Their addresses: of who waits, of who has an offer, and of the organiser."""
    full, free = open_line(event, now), open_line(event, now, title="Drones")
    waiting = stand(full, now)
    free.pool.capacity = 2
    db.session.flush()
    wish_for(waiting, [full.public_id, free.public_id], now=now)
    programme = f"/organiser/events/{event.slug}/programme/{full.public_id}"
    return (
        manage_path(waiting),
        f"{manage_path(waiting)}/wait",
        seat_path(waiting, free.public_id),
        f"{programme}/line",
        f"{programme}/line/{waiting.public_id}/offer",
    )
