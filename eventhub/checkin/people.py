"""Looking people up by name at a door, and counting those who came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from eventhub.checkin.crew_answers import NO_FACTS, CrewFacts, facts_of_tickets
from eventhub.checkin.judging import by_use
from eventhub.checkin.models import CheckInPoint, Presence
from eventhub.checkin.point_facts import has_booked
from eventhub.checkin.queries import Door
from eventhub.checkin.rules import SHORTEST_SEARCH
from eventhub.checkin.showing import OWN_TYPE
from eventhub.core.names import spellings
from eventhub.db import db
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Fare
from eventhub.registration.types.models import TicketType
from eventhub.tickets.models import Ticket, TicketState

MOST_FOUND = 20
# A database gives up on longer patterns and on more conditions than anybody types at a door.
LONGEST_SEARCH = 100
MOST_WORDS = 6


@dataclass(frozen=True, kw_only=True)
class Person:
    """One line of a search: `number` names the ticket. `came_at` is why nobody goes in again, None for who may enter;
    `can_leave`: inside, and there is an exit."""

    number: str
    full_name: str
    came_at: datetime | None
    can_leave: bool
    facts: CrewFacts = NO_FACTS


@dataclass(frozen=True, kw_only=True)
class Count:
    """Inside now, admitted at least once, and tickets that are valid."""

    inside: int
    admitted: int
    total: int


def search_people(text: str, door: Door, *, now: datetime) -> list[Person]:
    """Holders of valid tickets whose name has every word of the text, in any order; from two letters on."""
    if len("".join(text.split())) < SHORTEST_SEARCH:
        return []
    here = and_(Presence.ticket_id == Ticket.id, Presence.point_id == door.point_id)
    rows = db.session.execute(
        select(Ticket.id, Ticket.number, Attendee.full_name, Presence.is_inside, Presence.entered_at)
        .join(Attendee, Attendee.ticket_id == Ticket.id)
        .outerjoin(Presence, here)
        .where(Ticket.event_id == door.event_id, Ticket.state == TicketState.VALID, *has_words(text))
        .order_by(Attendee.search_key, Ticket.id)
        .limit(MOST_FOUND)
    ).all()
    facts = facts_of_tickets([row.id for row in rows], event_id=door.event_id)
    return [_person(row, door, facts.get(row.id, NO_FACTS), now) for row in rows]


def _person(row: Row[*tuple[Any, ...]], door: Door, facts: CrewFacts, now: datetime) -> Person:
    used = by_use(door.facts, entered_at=row.entered_at, is_inside=bool(row.is_inside), now=now)
    return Person(
        number=row.number,
        full_name=row.full_name,
        came_at=used.moment if used else None,
        can_leave=bool(row.is_inside) and door.facts.has_exit,
        facts=facts,
    )


def has_words(text: str) -> list[ColumnElement[bool]]:
    """That an attendee's name has every word of the text, whatever script either is in."""
    words = text[:LONGEST_SEARCH].split()[:MOST_WORDS]
    has = Attendee.search_key.contains
    return [or_(*(has(spelling, autoescape=True) for spelling in spellings(word))) for word in words]


def count_people(door: Door) -> Count:
    """One query; the total are the valid tickets that the door would admit at some time."""
    here = select(func.count()).select_from(Presence).where(Presence.point_id == door.point_id)
    row = db.session.execute(
        select(
            here.where(Presence.is_inside).scalar_subquery().label("inside"),
            here.scalar_subquery().label("admitted"),
            _expected(door).scalar_subquery().label("total"),
        )
    ).one()
    return Count(inside=row.inside, admitted=row.admitted, total=row.total)


def _expected(door: Door) -> Select[int]:
    valid = (Ticket.event_id == door.event_id, Ticket.state == TicketState.VALID)
    if door.facts.types is None and not door.facts.booked_only:
        return select(func.count()).where(*valid)
    people = (
        select(func.count())
        .select_from(Ticket)
        .join(CheckInPoint, CheckInPoint.id == door.point_id)
        .join(Attendee, Attendee.ticket_id == Ticket.id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .outerjoin(Fare, Fare.attendee_id == Attendee.id)
        .outerjoin(TicketType, TicketType.id == OWN_TYPE)
        .where(*valid)
    )
    if door.facts.types is not None:
        people = people.where(TicketType.public_id.in_(door.facts.types))
    return people.where(has_booked()) if door.facts.booked_only else people
