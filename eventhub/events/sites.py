"""Venues and their rooms: added by organisers, shared by all events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eventhub import audit
from eventhub.db import db
from eventhub.events.models import Room, Venue


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
