"""Venues and their rooms: added by organisers, shared by all events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventhub import audit
from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.events.models import Event, Room, Session, Venue
from eventhub.events.rules import EventState
from eventhub.events.stamps import revise


def add_venue(
    *, name: dict[str, str], address: dict[str, str], city: dict[str, str], country: str,
    rooms: Sequence[str] = (), by: str, now: datetime,
) -> Venue:  # fmt: skip
    """A building or a site with its rooms; a room's name is the same in every language."""
    venue = Venue(name=name, address=address, city=city, country=country)
    venue.rooms = [Room(name={"en": room, "ru": room}) for room in rooms]
    db.session.add(venue)
    db.session.flush()
    audit.record(
        "venue.added", subject=("venue", str(venue.id)), by=by, now=now, name=name, rooms=list(rooms)
    )
    return venue


def add_room(venue: Venue, *, name: dict[str, str], by: str, now: datetime, seats: int | None = None) -> Room:
    """One more room of the venue."""
    room = Room(name=name, seats=seats)
    venue.rooms.append(room)
    db.session.flush()
    audit.record("room.added", subject=("room", str(room.id)), by=by, now=now, venue=venue.id, name=name)
    return room


def rename_room(room: Room, *, name: dict[str, str], by: str, now: datetime) -> None:
    """Call it something else, everywhere: the programmes that show it are revised."""
    old, room.name = room.name, name
    if old == name:
        return
    sessions = _shown_in(room)
    for session in sessions:
        revise(session, now=now)
    for event in {session.event for session in sessions}:
        revise(event, now=now)
    audit.record("room.renamed", subject=("room", str(room.id)), by=by, now=now, name=[old, name])


def get_room(venue: Venue | None, number: int) -> Room:
    """A room of this venue. Raises NotFound, for those of other venues too."""
    found = next((room for room in venue.rooms if room.id == number), None) if venue else None
    if found is None:
        raise NotFound()
    return found


def _shown_in(room: Room) -> Sequence[Session]:
    public = (Session.room_id == room.id, Event.state == EventState.PUBLISHED)
    query = select(Session).join(Session.event).where(*public).options(joinedload(Session.event))
    return db.session.scalars(query.order_by(Session.id)).all()
