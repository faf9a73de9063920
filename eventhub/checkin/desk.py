"""Reads for the organisers' pages: how many registered, who is inside, and the doors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from eventhub.checkin.judging import PointKind
from eventhub.checkin.models import CheckInPoint, Gate, Presence
from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Numbers for the overview: people by the state of their registration, and people inside now."""

    states: dict[RegistrationState, int]
    inside: int


def tally(event_id: int) -> Tally:
    """Two statements, however many people."""
    people = select(Registration.state, func.count()).join(Attendee)
    by_state = people.where(Registration.event_id == event_id)
    counted = {row[0]: row[1] for row in db.session.execute(by_state.group_by(Registration.state))}
    inside = select(func.count()).where(at_the_entrance(event_id), Presence.is_inside)
    return Tally(
        states={state: counted.get(state, 0) for state in RegistrationState},
        inside=db.session.scalar(inside) or 0,
    )


def list_presences(event_id: int, tickets: Iterable[int]) -> dict[int, Presence]:
    """Who of these ticket ids came in to the event, and whether they still are."""
    query = select(Presence).where(at_the_entrance(event_id), Presence.ticket_id.in_(list(tickets)))
    return {presence.ticket_id: presence for presence in db.session.scalars(query)}


def find_presence(ticket: Ticket) -> Presence | None:
    """Whether the holder is inside the event."""
    return list_presences(ticket.event_id, [ticket.id]).get(ticket.id)


def at_the_entrance(event_id: int | None = None) -> ColumnElement[bool]:
    """That a presence is one in an event itself, not in a session of it; without an id of whichever event."""
    entrance = select(CheckInPoint.id).where(CheckInPoint.kind == PointKind.EVENT)
    return Presence.point_id.in_(
        entrance if event_id is None else entrance.where(CheckInPoint.event_id == event_id)
    )


def list_gates(event_id: int) -> Sequence[Gate]:
    """With what is checked at each, the oldest first."""
    query = select(Gate).where(Gate.event_id == event_id).options(joinedload(Gate.point))
    return db.session.scalars(query.order_by(Gate.id)).all()


def get_gate(event_id: int, public_id: str) -> Gate:
    """A gate of this event. Raises NotFound."""
    query = select(Gate).where(Gate.event_id == event_id, Gate.public_id == public_id)
    gate = db.session.scalars(query).one_or_none()
    if gate is None:
        raise NotFound()
    return gate
