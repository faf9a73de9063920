"""Reads for the organisers' pages: events in every state, their programme, and what it collides with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from eventhub.core.errors import NotFound
from eventhub.core.names import folded
from eventhub.db import db
from eventhub.events.conflicts import Booking, Conflict, find_conflicts, speaker_keys
from eventhub.events.models import Event, Series, Session, Venue
from eventhub.events.rules import SHARES_ITS_ROOM, EventState, Kind, SessionState

MOST_ROWS = 200


@dataclass(frozen=True, kw_only=True)
class DeskWish:
    """Which events an organiser wants to see; `event_ids` None means every event."""

    event_ids: frozenset[int] | None
    state: EventState | None = None
    kind: Kind | None = None
    text: str = ""


def list_events(wish: DeskWish) -> Sequence[Event]:
    """The latest start first, with their pools; at most 200."""
    query = select(Event).where(*_asked(wish)).options(joinedload(Event.pool), joinedload(Event.venue))
    if wish.state is not None:
        query = query.where(Event.state == wish.state)
    return db.session.scalars(query.order_by(Event.starts_at.desc(), Event.id).limit(MOST_ROWS)).all()


def count_states(wish: DeskWish) -> dict[EventState, int]:
    """How many events of this wish stand in each state, whatever state it asks for."""
    query = select(Event.state, func.count()).where(*_asked(wish)).group_by(Event.state)
    counted = {row[0]: row[1] for row in db.session.execute(query)}
    return {state: counted.get(state, 0) for state in EventState}


def get_desk_event(slug: str) -> Event:
    """An event in any state with its programme. Raises NotFound."""
    sessions = selectinload(Event.sessions).options(
        selectinload(Session.speakers),
        joinedload(Session.room),
        joinedload(Session.pool),
        joinedload(Session.above),
    )
    query = (
        select(Event)
        .where(Event.slug == slug)
        .options(joinedload(Event.venue).selectinload(Venue.rooms), joinedload(Event.pool))
        .options(selectinload(Event.sections), sessions)
    )
    event = db.session.scalars(query).one_or_none()
    if event is None:
        raise NotFound()
    return event


def get_session(event: Event, public_id: str) -> Session:
    """A session of this event. Raises NotFound, for those of other events too."""
    query = select(Session).where(Session.event_id == event.id, Session.public_id == public_id)
    session = db.session.scalars(query).one_or_none()
    if session is None:
        raise NotFound()
    return session


def list_venues() -> Sequence[Venue]:
    return db.session.scalars(select(Venue).order_by(Venue.id)).all()


def list_series() -> Sequence[Series]:
    return db.session.scalars(select(Series).order_by(Series.slug)).all()


def list_conflicts(event: Event) -> list[Conflict]:
    """Warnings about the event's programme, other events in the same rooms included."""
    ours = [session for session in event.sessions if session.state is SessionState.SCHEDULED]
    bookings = [_booking(session, is_ours=True) for session in ours]
    bookings += [_booking(session, is_ours=False) for session in _neighbours(event, ours)]
    return find_conflicts(bookings, starts_at=event.starts_at, ends_at=event.ends_at)


def _neighbours(event: Event, ours: Sequence[Session]) -> Sequence[Session]:
    """Sessions of other public events in the rooms of these, at some time between the first and the last.

    A draft is for its own organisers' eyes, so nobody else is warned of it.
    """
    rooms = {session.room_id for session in ours if session.room_id is not None}
    if not rooms:
        return []
    query = (
        select(Session)
        .join(Session.event)
        .where(
            Session.event_id != event.id,
            Session.room_id.in_(rooms),
            Session.state == SessionState.SCHEDULED,
            Event.state == EventState.PUBLISHED,
            Session.starts_at < max(session.ends_at for session in ours),
            Session.ends_at > min(session.starts_at for session in ours),
        )
        .options(selectinload(Session.speakers))
        .order_by(Session.starts_at, Session.id)
    )
    return db.session.scalars(query).all()


def _booking(session: Session, *, is_ours: bool) -> Booking:
    return Booking(
        session_id=session.id,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        room_id=None if session.kind in SHARES_ITS_ROOM else session.room_id,
        speakers=speaker_keys(speaker.full_name for speaker in session.speakers),
        is_ours=is_ours,
    )


def _asked(wish: DeskWish) -> list[ColumnElement[bool]]:
    conditions = [_mentions(word) for word in wish.text.split()[:6]]
    if wish.event_ids is not None:
        conditions.append(Event.id.in_(wish.event_ids))
    if wish.kind is not None:
        conditions.append(Event.kind == wish.kind)
    return conditions


def _mentions(word: str) -> ColumnElement[bool]:
    return Event.search_text.contains(folded(word), autoescape=True)


def is_venue_shared(event: Event) -> bool:
    """Whether another event takes place at the same venue."""
    others = select(Event.id).where(Event.venue_id == event.venue_id, Event.id != event.id)
    return db.session.scalar(others.limit(1)) is not None
