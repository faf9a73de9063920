"""The programme of an event: sessions are added, revised, cancelled, restored and, in a draft, removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, select

from eventhub import audit
from eventhub.core.errors import Refusal
from eventhub.core.ids import public_id
from eventhub.core.states import check_move
from eventhub.core.text import N_
from eventhub.db import db
from eventhub.events.commands import changes_between, create_event, lock, new_pool, replace_pool, resize_pool
from eventhub.events.models import Event, PoolAbove, Room, Session, Speaker
from eventhub.events.plans import SESSION_FIELDS, EventPlan, SessionPlan, check_session, plan_of_session
from eventhub.events.rules import SESSION_MOVES, EventState, Kind, SessionKind, SessionState
from eventhub.events.stamps import revise
from eventhub.events.templates import first_programme

INVISIBLE = frozenset({"capacity", "has_waiting_list"})


class SessionWasPublic(Refusal):
    sentence = N_("This session was public, so it can't be removed. Cancel it instead.")


class EventIsOver(Refusal):
    sentence = N_("The programme of a cancelled or archived event can't be changed.")


class SessionPlacesFixed(Refusal):
    sentence = N_(
        "The places of this session are counted since publication. Keep it bookable and enter their number."
    )
    status = 422
    field = "capacity"


class SessionNeverCounted(Refusal):
    sentence = N_("This session was published without counted places, so leave their number empty.")
    status = 422
    field = "capacity"


class NotOfThisVenue(Refusal):
    sentence = N_("Choose a room of the event's venue.")
    status = 422
    field = "room"


def found_event(*, kind: Kind, plan: EventPlan, by: str, now: datetime) -> Event:
    """Make a draft with the first programme of its kind."""
    event = create_event(kind=kind, plan=plan, by=by, now=now)
    for line in first_programme(kind, starts_at=event.starts_at, zone=event.timezone):
        add_session(event, plan=line, by=by, now=now)
    return event


def next_session(event: Event) -> SessionPlan:
    """What a new session begins with: an hour after the last one, or at the start of the event."""
    starts_at = max((session.ends_at for session in event.sessions), default=event.starts_at)
    if starts_at >= event.ends_at:
        starts_at = event.starts_at
    ends_at = starts_at + timedelta(hours=1)
    language = event.languages[0] if event.languages else "en"
    return SessionPlan(
        kind=SessionKind.TALK, title={}, language=language, starts_at=starts_at, ends_at=ends_at
    )


def add_session(event: Event, *, plan: SessionPlan, by: str, now: datetime) -> Session:
    """Put a session into the programme; bookable with a capacity, it gets its own pool of places."""
    lock(event)
    _check(event, plan)
    session = Session(
        uid=uuid4(),
        public_id=public_id(),
        event_id=event.id,
        state=SessionState.SCHEDULED,
        pool=new_pool(_places(plan)),
        position=_next_position(event),
        revision=0,
        revised_at=now,
        **_columns(plan),
    )
    event.sessions.append(session)
    _seat(session, plan)
    db.session.flush()
    if event.state is not EventState.DRAFT:
        revise(event, now=now)
    audit.record(
        "session.added", subject=subject_of(session), by=by, now=now, event=event.id, title=plan.title
    )
    return session


def revise_session(session: Session, *, plan: SessionPlan, by: str, now: datetime) -> None:
    """Store what is different; a change that the public sees raises the revisions of session and event."""
    lock(session.event)
    _check(session.event, plan)
    changes = changes_between(plan_of_session(session), plan)
    if not changes:
        return
    if changes.keys() & {"capacity", "is_bookable"} and not session.shares_pool:
        _recount(session, plan)
    for name, value in _columns(plan).items():
        setattr(session, name, value)
    if "speakers" in changes:
        _seat(session, plan)
    if changes.keys() - INVISIBLE:
        _show(session, now=now)
    audit.record("session.revised", subject=subject_of(session), by=by, now=now, changes=changes)


def cancel_session(session: Session, *, by: str, now: datetime) -> None:
    """Call it off; its row stays, so that who booked it and every calendar can be told."""
    _move(session, SessionState.CANCELLED, by=by, now=now)


def restore_session(session: Session, *, by: str, now: datetime) -> None:
    """Hold it after all."""
    _move(session, SessionState.SCHEDULED, by=by, now=now)


def remove_session(session: Session, *, by: str, now: datetime) -> None:
    """Take it out as if it never was: only while its event is a draft, so that nobody saw or booked it."""
    event = session.event
    lock(event)
    if event.state is not EventState.DRAFT:
        raise SessionWasPublic()
    audit.record("session.removed", subject=subject_of(session), by=by, now=now, title=session.title)
    pool = None if session.shares_pool else session.pool
    db.session.execute(delete(PoolAbove).where(PoolAbove.session_id == session.id))
    db.session.execute(delete(Speaker).where(Speaker.session_id == session.id))
    db.session.expire(session, ["speakers"])
    event.sessions.remove(session)
    db.session.delete(session)
    db.session.flush()
    if pool is not None:
        db.session.delete(pool)


def subject_of(session: Session) -> tuple[str, str]:
    """How the audit names a session."""
    return ("session", str(session.id))


def _check(event: Event, plan: SessionPlan) -> None:
    check_session(plan)
    if event.state in (EventState.CANCELLED, EventState.ARCHIVED):
        raise EventIsOver()
    if plan.room_id is not None:
        room = db.session.get(Room, plan.room_id)
        if room is None or room.venue_id != event.venue_id:
            raise NotOfThisVenue()


def _places(plan: SessionPlan) -> int | None:
    return plan.capacity if plan.is_bookable else None


def _columns(plan: SessionPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in SESSION_FIELDS}


def _next_position(event: Event) -> int:
    last = db.session.scalar(select(func.max(Session.position)).where(Session.event_id == event.id))
    return 0 if last is None else last + 1


def _seat(session: Session, plan: SessionPlan) -> None:
    """Speakers in the order in which they were given."""
    for old in list(session.speakers):
        db.session.delete(old)
    session.speakers = [
        Speaker(full_name=one.full_name, affiliation=one.affiliation, position=position)
        for position, one in enumerate(plan.speakers)
    ]


def _recount(session: Session, plan: SessionPlan) -> None:
    places = _places(plan)
    if session.pool is not None and places is not None:
        resize_pool(session.pool, places)
    elif session.event.state is not EventState.DRAFT and session.pool is not None:
        raise SessionPlacesFixed()
    elif session.event.state is not EventState.DRAFT and session.is_bookable and places is not None:
        raise SessionNeverCounted()
    else:
        replace_pool(session, places)


def _move(session: Session, state: SessionState, *, by: str, now: datetime) -> None:
    lock(session.event)
    if session.event.state in (EventState.CANCELLED, EventState.ARCHIVED):
        raise EventIsOver()
    check_move(SESSION_MOVES, session.state, state)
    old, session.state = session.state, state
    _show(session, now=now)
    audit.record(f"session.{state}", subject=subject_of(session), by=by, now=now, old=old, new=state)


def _show(session: Session, *, now: datetime) -> None:
    if session.event.state is not EventState.DRAFT:
        revise(session, now=now)
        revise(session.event, now=now)
