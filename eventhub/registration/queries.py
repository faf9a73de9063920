"""Reads about registrations: by their secret link, by the person, by the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Row, Select, String, bindparam, cast, exists, func, select
from sqlalchemy.orm import Load, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from eventhub.core.errors import NotFound
from eventhub.core.keys import token_matches
from eventhub.db import db, read_row
from eventhub.events.models import Event, Session, Stamp
from eventhub.events.queries import public_mark, without_long_texts
from eventhub.events.stamps import CATALOGUE
from eventhub.privacy.models import ConsentDocument
from eventhub.registration.forms.queries import form_mark, option_seats
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.rules import HELD_FOR_A_TIME, LIVE, RegistrationState
from eventhub.registration.types.queries import type_seats


def get_event_to_register(slug: str, *, now: datetime) -> tuple[Event, bool]:
    """The event without its long texts, and whether somebody's hold of it is overdue. Raises NotFound."""
    row = db.session.execute(_TO_REGISTER, {"slug": slug, "now": now}).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


_IS_OVERDUE = exists().where(
    Registration.event_id == Event.id,
    Registration.state.in_(HELD_FOR_A_TIME),
    Registration.held_until <= bindparam("now"),
)
_TO_REGISTER = (
    select(Event, _IS_OVERDUE)
    .where(Event.slug == bindparam("slug"))
    .options(*without_long_texts(Load(Event)))
)


def find_submission(key: str) -> Registration | None:
    """What this very form made before."""
    query = select(Registration).where(Registration.submission_key == key)
    return db.session.scalars(query.options(*_whole())).one_or_none()


def find_live(event_id: int, email_key: str) -> Registration | None:
    """The one live registration of this address at this event."""
    query = select(Registration).where(
        Registration.event_id == event_id, Registration.email_key == email_key, Registration.state.in_(LIVE)
    )
    return db.session.scalars(query.options(*_whole())).one_or_none()


def get_registration(public_id: str) -> Registration:
    """Raises NotFound."""
    registration = db.session.scalars(_by_public_id(), {"registration": public_id}).unique().one_or_none()
    if registration is None:
        raise NotFound()
    return registration


def find_form_mark(slug: str) -> Row[Any] | None:
    """All that the empty form of a public event depends on: the event's own mark, the consents in force, its own
    questions and the places of their options."""
    return read_row(_FORM_MARK, {"slug": slug})


_IN_FORCE = (
    select(func.aggregate_strings(cast(ConsentDocument.id, String), ","))
    .where(ConsentDocument.retired_at.is_(None))
    .scalar_subquery()
)
_FORM_MARK = public_mark().add_columns(
    _IN_FORCE.label("consents"),
    form_mark().scalar_subquery().label("form"),
    option_seats().scalar_subquery().label("options"),
    type_seats().scalar_subquery().label("types"),
)


class EntryMark(NamedTuple):
    """All that the calendar entry in a participant's letter depends on: while it is the same, so is the entry."""

    event_id: int
    uid: UUID
    stamp: int
    online_link: str | None
    language: str


def get_entry_mark(public_id: str) -> EntryMark:
    """Raises NotFound."""
    row = read_row(_entry_mark(), {"registration": public_id})
    if row is None:
        raise NotFound()
    return EntryMark(*row)


@cache
def _entry_mark() -> Select[*tuple[Any, ...]]:
    stamp = select(Stamp.value).where(Stamp.name == CATALOGUE).scalar_subquery()
    return (
        select(Event.id, Event.uid, stamp, Event.online_link, Registration.language)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.public_id == bindparam("registration"))
    )


class ConfirmMark(NamedTuple):
    """All that the page which asks to confirm depends on but its address and the time."""

    public_id: str
    link_generation: int
    state: RegistrationState
    held_until: datetime | None
    event_uid: UUID
    event_revision: int
    event_revised_at: datetime


def get_confirm_mark(public_id: str, secret: str, *, purpose: str) -> ConfirmMark:
    """As get_by_link, where all may be on the shelf already. Raises NotFound."""
    row = read_row(_CONFIRM_MARK, {"registration": public_id})
    mark = row and ConfirmMark(*row)
    if mark is None or not token_matches(purpose, link_subject(mark), secret):
        raise NotFound()
    return mark


_CONFIRM_MARK = (
    select(
        Registration.public_id,
        Registration.link_generation,
        Registration.state,
        Registration.held_until,
        Event.uid,
        Event.revision,
        Event.revised_at,
    )
    .join(Event, Event.id == Registration.event_id)
    .where(Registration.public_id == bindparam("registration"))
)


def get_by_link(public_id: str, secret: str, *, purpose: str, with_choices: bool = True) -> Registration:
    """The registration whose letter carried this link, with all that a page shows of it, in one statement.

    Tickets and chosen sessions can be left until they are asked for. Raises NotFound for every other secret.
    """
    statement = _by_public_id() if with_choices else _to_confirm()
    registration = db.session.scalars(statement, {"registration": public_id}).unique().one_or_none()
    if registration is None or not token_matches(purpose, link_subject(registration), secret):
        raise NotFound()
    return registration


class Linked(Protocol):
    """A registration as far as its links go."""

    @property
    def public_id(self) -> str: ...

    @property
    def link_generation(self) -> int: ...


def link_subject(registration: Linked) -> str:
    """What a link's secret is made for; a new generation makes the older links void."""
    return f"{registration.public_id}:{registration.link_generation}"


def list_of_person(email_key: str) -> Sequence[Registration]:
    """All registrations of one address, the soonest event first."""
    query = select(Registration).join(Event).where(Registration.email_key == email_key)
    return db.session.scalars(query.order_by(Event.starts_at, Registration.id).options(*_whole())).all()


@cache
def _by_public_id() -> Select[Registration]:
    """Built once: every page of a registration asks it. People times sessions are a few rows."""
    return (
        _to_confirm()
        .options(joinedload(Registration.attendees).joinedload(Attendee.ticket))
        .options(joinedload(Registration.choices).joinedload(SessionChoice.session).defer(Session.summary))
    )


@cache
def _to_confirm() -> Select[Registration]:
    event = joinedload(Registration.event).options(joinedload(Event.venue), *without_long_texts(Load(Event)))
    return (
        select(Registration)
        .where(Registration.public_id == bindparam("registration"))
        .options(event, joinedload(Registration.attendees))
    )


def _whole() -> tuple[ExecutableOption, ...]:
    """With its event, people, tickets and sessions, in a fixed number of statements."""
    return (
        joinedload(Registration.event).joinedload(Event.venue),
        selectinload(Registration.attendees).joinedload(Attendee.ticket),
        selectinload(Registration.choices).joinedload(SessionChoice.session),
    )
