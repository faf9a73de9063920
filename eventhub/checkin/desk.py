"""Reads for the organisers' pages about people: who registered, who is inside, and the doors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, select

from eventhub.checkin.models import Gate, Presence
from eventhub.checkin.queries import has_words
from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.models import Ticket, TicketState

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class PeopleWish:
    """Which people of an event; `state` None means every state."""

    event_id: int
    state: RegistrationState | None = None
    text: str = ""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Numbers for the overview: registrations by state, and people inside now."""

    states: dict[RegistrationState, int]
    inside: int


Person = Row[str, str, str, str, RegistrationState, str, TicketState, bool]


def list_people(wish: PeopleWish) -> tuple[Sequence[Person], int]:
    """One page of people by name, and how many there are in all: one row a person with full_name,
    registration (public id), organisation, country, state, ticket (number or None), its ticket_state,
    and is_inside (None before the first entry)."""
    conditions = [Registration.event_id == wish.event_id]
    if wish.state is not None:
        conditions.append(Registration.state == wish.state)
    conditions += has_words(wish.text)
    people = select(Attendee).join(Attendee.registration).where(*conditions)
    total = db.session.scalar(people.with_only_columns(func.count())) or 0
    query = (
        people.outerjoin(Ticket, Ticket.id == Attendee.ticket_id)
        .outerjoin(Presence, Presence.ticket_id == Ticket.id)
        .with_only_columns(
            Attendee.full_name,
            Registration.public_id.label("registration"),
            Registration.organisation,
            Registration.country,
            Registration.state,
            Ticket.number.label("ticket"),
            Ticket.state.label("ticket_state"),
            Presence.is_inside,
        )
        .order_by(Attendee.search_key, Attendee.id)
        .limit(PAGE)
        .offset((wish.page - 1) * PAGE)
    )
    return db.session.execute(query).all(), total


def tally(event_id: int) -> Tally:
    """Two statements, however many people."""
    by_state = select(Registration.state, func.count()).where(Registration.event_id == event_id)
    counted = {row[0]: row[1] for row in db.session.execute(by_state.group_by(Registration.state))}
    inside = select(func.count()).where(Presence.event_id == event_id, Presence.is_inside)
    return Tally(
        states={state: counted.get(state, 0) for state in RegistrationState},
        inside=db.session.scalar(inside) or 0,
    )


def list_presences(event_id: int, tickets: Iterable[int]) -> dict[int, Presence]:
    """Who of these ticket ids came in, and whether they still are."""
    query = select(Presence).where(Presence.event_id == event_id, Presence.ticket_id.in_(list(tickets)))
    return {presence.ticket_id: presence for presence in db.session.scalars(query)}


def list_gates(event_id: int) -> Sequence[Gate]:
    return db.session.scalars(select(Gate).where(Gate.event_id == event_id).order_by(Gate.id)).all()


def get_gate(event_id: int, public_id: str) -> Gate:
    """A gate of this event. Raises NotFound."""
    query = select(Gate).where(Gate.event_id == event_id, Gate.public_id == public_id)
    gate = db.session.scalars(query).one_or_none()
    if gate is None:
        raise NotFound()
    return gate
