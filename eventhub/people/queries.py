"""Reads of the people table: its rows, the counts on its tabs, what its filters offer, tags, notes and views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select

from eventhub.accounts.models import User
from eventhub.checkin.desk import at_the_entrance
from eventhub.checkin.models import Presence
from eventhub.core.text import Localised
from eventhub.db import db
from eventhub.events.models import Session
from eventhub.people.delegations import list_names
from eventhub.people.filtering import conditions_of, conditions_without_tab, has_come, order_of
from eventhub.people.models import Note, SavedView, Tag, Tagging
from eventhub.people.rules import PAGE, PeopleWish, Tab, counted_by_tab
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.types.models import TicketType
from eventhub.registration.types.queries import get_type_names
from eventhub.tickets.models import Ticket

MOST_OFFERED = 300
AT_ONCE = 1000  # rows that an export holds in memory
PersonRow = Row[*tuple[Any, ...]]
_ROW = (
    Attendee.full_name,
    Attendee.search_key,
    Registration.id.label("registration_id"),
    Registration.public_id.label("registration"),
    Registration.number,
    Registration.organisation,
    Registration.country,
    Registration.language,
    Registration.email,
    Registration.state,
    Registration.created_at,
    Ticket.number.label("ticket"),
    Ticket.state.label("ticket_state"),
    Presence.is_inside,
    Presence.since,
    TicketType.name.label("ticket_type"),
)


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What the filters may be set to: codes of countries and languages, sessions as (public id, title), tags,
    delegations as (public id, organisation), and ticket types as (public id, name)."""

    countries: list[str]
    languages: list[str]
    sessions: list[tuple[str, Localised]]
    tags: list[str]
    delegations: list[tuple[str, str]]
    types: Sequence[tuple[str, Localised]] = ()


def list_people(wish: PeopleWish, *, page: int) -> Sequence[PersonRow]:
    """One page: a row a person with full_name, registration (public id), registration_id, number, organisation,
    country, language, email, state, created_at, ticket (number or None), ticket_state, is_inside and since (None
    before the first entry)."""
    which = select(Attendee.id).join(Attendee.registration).where(*conditions_of(wish))
    those = which.order_by(*order_of(wish)).limit(PAGE).offset((page - 1) * PAGE)
    # Sorted by their numbers alone, and only then looked up: half the time with 20,000 people.
    return db.session.execute(_people(wish, Attendee.id.in_(those))).all()


def walk_people(wish: PeopleWish) -> Iterator[PersonRow]:
    """All rows, as list_people, a thousand at a time in memory."""
    everybody = _people(wish, *conditions_of(wish))
    yield from db.session.execute(everybody.execution_options(yield_per=AT_ONCE))


def _people(wish: PeopleWish, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*_ROW)
        .select_from(Attendee)
        .join(Attendee.registration)
        .outerjoin(Ticket, Ticket.id == Attendee.ticket_id)
        .outerjoin(Presence, and_(Presence.ticket_id == Attendee.ticket_id, at_the_entrance()))
        .outerjoin(TicketType, TicketType.id == Registration.ticket_type_id)
        .where(*conditions)
        .order_by(*order_of(wish))
    )


def count_by_tab(wish: PeopleWish) -> dict[Tab, int]:
    """How many people each tab would show under the other filters, in one statement."""
    come = func.sum(case((has_come, 1), else_=0))
    query = (
        select(Registration.state, func.count(), come)
        .select_from(Registration)
        .join(Attendee, Attendee.registration_id == Registration.id)
        .where(*conditions_without_tab(wish))
        .group_by(Registration.state)
    )
    return counted_by_tab({state: (people, int(few)) for state, people, few in db.session.execute(query)})


def list_registration_ids(wish: PeopleWish) -> Select[int]:
    """A select of the registrations whose people fit, for use in another statement."""
    people = select(Attendee.registration_id).join(Attendee.registration).where(*conditions_of(wish))
    return people.distinct()


def list_offers(event_id: int) -> Offers:
    """In a fixed number of statements."""
    of_event = Registration.event_id == event_id
    pairs = db.session.execute(
        select(Registration.country, Registration.language).where(of_event).distinct()
    ).all()
    sessions = db.session.execute(
        select(Session.public_id, Session.title)
        .where(Session.event_id == event_id, Session.is_bookable)
        .order_by(Session.starts_at, Session.id)
        .limit(MOST_OFFERED)
    )
    return Offers(
        countries=sorted({country for country, _ in pairs} - {""}),
        languages=sorted({language for _, language in pairs}),
        sessions=[(row.public_id, row.title) for row in sessions],
        tags=list_tags(event_id),
        types=get_type_names(event_id),
        delegations=list_names(event_id),
    )


def list_tags(event_id: int) -> list[str]:
    """Names of the event's tags by alphabet."""
    names = db.session.scalars(
        select(Tag.name).where(Tag.event_id == event_id).order_by(Tag.name_key).limit(MOST_OFFERED)
    )
    return list(names)


def tags_by_registration(event_id: int, registrations: Iterable[int] | None = None) -> dict[int, list[str]]:
    """Names of tags, by alphabet, of these registrations or of all of the event."""
    query = (
        select(Tagging.registration_id, Tag.name)
        .join(Tag, Tag.id == Tagging.tag_id)
        .where(Tag.event_id == event_id)
        .order_by(Tag.name_key)
    )
    if registrations is not None:
        query = query.where(Tagging.registration_id.in_(list(registrations)))
    return _gathered(db.session.execute(query).all())


def sessions_by_registration(
    event_id: int, registrations: Iterable[int] | None = None
) -> dict[int, list[Localised]]:
    """Titles of the chosen sessions in the order of the programme."""
    query = (
        select(SessionChoice.registration_id, Session.title)
        .join(Session, Session.id == SessionChoice.session_id)
        .where(Session.event_id == event_id)
        .order_by(Session.starts_at, Session.id)
    )
    if registrations is not None:
        query = query.where(SessionChoice.registration_id.in_(list(registrations)))
    return _gathered(db.session.execute(query).all())


def _gathered(pairs: Sequence[Row[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for registration, thing in pairs:
        found.setdefault(registration, []).append(thing)
    return found


@dataclass(frozen=True, kw_only=True)
class WrittenNote:
    """A note as its readers see it."""

    text: str
    author: str
    written_at: datetime


def list_notes(registration_id: int) -> list[WrittenNote]:
    """The newest first."""
    query = (
        select(Note.text, User.full_name, Note.written_at)
        .join(User, User.id == Note.author_id)
        .where(Note.registration_id == registration_id)
        .order_by(Note.id.desc())
    )
    rows = db.session.execute(query)
    return [WrittenNote(text=text, author=author, written_at=at) for text, author, at in rows]


def list_views(event_id: int, user_id: int) -> Sequence[SavedView]:
    """The person's own views of this event, by name."""
    query = select(SavedView).where(SavedView.event_id == event_id, SavedView.user_id == user_id)
    return db.session.scalars(query.order_by(SavedView.name_key, SavedView.id).limit(MOST_OFFERED)).all()
