"""What judging needs of a point and its event, as columns of a query that reads more, and from a row of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from eventhub.checkin.judging import PointFacts
from eventhub.checkin.models import CheckInPoint
from eventhub.checkin.points import windows_of
from eventhub.checkin.rules import DOORS_OPEN_BEFORE, SESSIONS_OPEN_BEFORE
from eventhub.db import connection
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventState, SessionState
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.parties.models import Seat

POINT_FACTS = (
    CheckInPoint.id.label("point_id"),
    CheckInPoint.event_id.label("point_event_id"),
    CheckInPoint.kind.label("point_kind"),
    CheckInPoint.mode,
    CheckInPoint.opens_at,
    CheckInPoint.closes_at,
    CheckInPoint.types,
    CheckInPoint.booked_only,
    CheckInPoint.paid_only,
    CheckInPoint.questions,
    CheckInPoint.version,
    Event.state.label("event_state"),
    Event.timezone,
    Event.starts_at.label("event_starts_at"),
    Event.ends_at.label("event_ends_at"),
    Session.state.label("session_state"),
    Session.starts_at.label("session_starts_at"),
    Session.ends_at.label("session_ends_at"),
)


def with_point(query: Select[Any], point_id: InstrumentedAttribute[int]) -> Select[Any]:
    """The query with the tables of POINT_FACTS."""
    return (
        query.join(CheckInPoint, CheckInPoint.id == point_id)
        .join(Event, Event.id == CheckInPoint.event_id)
        .outerjoin(Session, Session.id == CheckInPoint.session_id)
    )


def point_facts(row: Row[*tuple[Any, ...]]) -> PointFacts:
    opens_at, closes_at = _hours(row)
    is_cancelled = row.event_state is EventState.CANCELLED or row.session_state is SessionState.CANCELLED
    return PointFacts(
        event_id=row.point_event_id,
        version=row.version,
        is_cancelled=is_cancelled,
        kind=row.point_kind,
        mode=row.mode,
        timezone=row.timezone,
        opens_at=opens_at,
        closes_at=closes_at,
        types=windows_of(row.types),
        booked_only=row.booked_only,
        paid_only=row.paid_only,
        asks=bool(row.questions),
        required=frozenset(one["id"] for one in row.questions if one["required"]),
    )


def get_point_facts(point_id: int) -> PointFacts:
    """Of one point, by its id."""
    here = aliased(CheckInPoint)
    query = with_point(select(*POINT_FACTS).select_from(here), here.id).where(here.id == point_id)
    return point_facts(connection().execute(query).one())


def list_point_facts(event_id: int) -> dict[str, tuple[int, PointFacts]]:
    """Of every point of the event its id and facts, by its public id."""
    here = aliased(CheckInPoint)
    query = with_point(select(CheckInPoint.public_id, *POINT_FACTS).select_from(here), here.id)
    rows = connection().execute(query.where(here.event_id == event_id))
    return {row.public_id: (row.point_id, point_facts(row)) for row in rows}


def _hours(row: Row[*tuple[Any, ...]]) -> tuple[datetime, datetime]:
    """The point's own hours, else its session's, else the event's."""
    if row.session_starts_at is not None:
        usual = (row.session_starts_at - SESSIONS_OPEN_BEFORE, row.session_ends_at)
    else:
        usual = (row.event_starts_at - DOORS_OPEN_BEFORE, row.event_ends_at)
    return row.opens_at or usual[0], row.closes_at or usual[1]


def has_booked() -> ColumnElement[bool]:
    """Beside Attendee, Registration and CheckInPoint: whether the person takes part in the point's session.

    Of a family those who sit in it themselves; of a group that is only counted everybody.
    """
    mine, other, someone = Seat, aliased(Seat), aliased(Attendee)
    sits = exists().where(mine.attendee_id == Attendee.id, mine.session_id == CheckInPoint.session_id)
    seated = (
        exists()
        .where(other.session_id == CheckInPoint.session_id, other.attendee_id == someone.id)
        .where(someone.registration_id == Registration.id)
    )
    chosen = exists().where(
        SessionChoice.registration_id == Registration.id,
        SessionChoice.session_id == CheckInPoint.session_id,
    )
    return sits.correlate(Attendee, CheckInPoint) | and_(
        chosen.correlate(Registration, CheckInPoint), ~seated.correlate(Registration, CheckInPoint)
    )
