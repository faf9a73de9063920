"""Registrations as data about somebody: what they hold, and what is left of them when it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from eventhub import audit
from eventhub.core.names import search_key
from eventhub.core.subjects import DataSubject
from eventhub.core.tombstones import tombstone
from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.events.stamps import names_changed
from eventhub.mail.personal import strike_name
from eventhub.privacy.models import ConsentRecord, SealedValue
from eventhub.privacy.personal import named_lines
from eventhub.privacy.rules import DataClass
from eventhub.registration.forms.personal import export_answers, export_files, forget_answers
from eventhub.registration.models import Attendee, Registration, SessionChoice, WaitingEntry
from eventhub.registration.participants import CONTEXT
from eventhub.registration.parties.personal import export_party, forget_party
from eventhub.registration.printing import ticket_document
from eventhub.registration.rules import LIVE
from eventhub.registration.session_lines.personal import export_wishes, forget_reasons
from eventhub.registration.types.personal import export_ticket, forget_payment
from eventhub.tickets.models import Ticket


def list_registrations_of(subject: DataSubject) -> Sequence[Registration]:
    """Whole, the oldest first."""
    query = select(Registration).where(Registration.public_id.in_(subject.registrations))
    return db.session.scalars(
        query.order_by(Registration.id).options(
            joinedload(Registration.event),
            selectinload(Registration.attendees).joinedload(Attendee.ticket),
            selectinload(Registration.choices).joinedload(SessionChoice.session),
        )
    ).all()


def tickets_of(subject: DataSubject) -> list[tuple[str, str]]:
    """The tickets of these registrations as the audit names them."""
    query = (
        select(Ticket.number)
        .join(Attendee, Attendee.ticket_id == Ticket.id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.public_id.in_(subject.registrations))
    )
    return [("ticket", number) for number in db.session.scalars(query.order_by(Ticket.id))]


def own_ticket_ids(subject: DataSubject) -> Select[int | None]:
    """Of everybody on these registrations, for what hangs on tickets."""
    return (
        select(Attendee.ticket_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.public_id.in_(subject.registrations))
    )


def is_still_to_come(subject: DataSubject, *, now: datetime) -> bool:
    """Whether one of these registrations is live and its event not over yet: such a person is not forgotten."""
    live = (
        select(Registration.id)
        .join(Event)
        .where(
            Registration.public_id.in_(subject.registrations),
            Registration.state.in_(LIVE),
            Event.ends_at > now,
            Event.state != EventState.CANCELLED,
        )
    )
    return db.session.scalar(live.limit(1)) is not None


def export_registrations(subject: DataSubject) -> list[dict[str, Any]]:
    """Each with its event, its answers, its sessions and its tickets."""
    return [_export(one) for one in list_registrations_of(subject)]


def _export(registration: Registration) -> dict[str, Any]:
    event = registration.event
    return {
        "number": registration.number,
        "event": event.title,
        "starts_at": event.starts_at,
        "state": registration.state,
        "email": registration.email,
        "organisation": registration.organisation,
        "country": registration.country,
        "language": registration.language,
        "received_at": registration.created_at,
        "confirmed_at": registration.confirmed_at,
        "ended_at": registration.ended_at,
        "sessions": [choice.session.title for choice in registration.choices],
        "wishes": export_wishes(registration.id),
        "answers": export_answers(registration.id),
        **export_ticket(registration),
        "people": [_export_person(one) for one in registration.attendees],
        "party": export_party(registration),
    }


def _export_person(attendee: Attendee) -> dict[str, Any]:
    ticket = attendee.ticket
    return {
        "full_name": attendee.full_name,
        "ticket": ticket and {"number": ticket.number, "state": ticket.state, "issued_at": ticket.issued_at},
    }


def export_tickets(subject: DataSubject, *, now: datetime) -> dict[str, bytes]:
    """The tickets as they are printed, by the names of their files."""
    return {
        f"tickets/{one.ticket.number}.pdf": ticket_document(one.ticket.id, now=now)
        for registration in list_registrations_of(subject)
        for one in registration.attendees
        if one.ticket is not None
    }


def export_uploads(subject: DataSubject) -> dict[str, bytes]:
    """The files that were sent with the answers; by a link without those that lie sealed."""
    return {
        f"files/{registration.number}/{name}": content
        for registration in list_registrations_of(subject)
        for name, content in export_files(registration.id, with_sealed=subject.is_whole).items()
    }


def forget_registrations(subject: DataSubject, *, now: datetime) -> None:
    """A tombstone instead of each name. State, country, sessions and scans stay, so every total stays what it was."""
    for registration in list_registrations_of(subject):
        if registration.removed_at is None:
            _forget(registration, now=now)


def _forget(registration: Registration, *, now: datetime) -> None:
    address = f"removed-{registration.public_id}@removed.invalid"
    registration.email = registration.email_key = address
    registration.organisation = ""
    registration.link_generation += 1
    registration.removed_at = now
    _strike_names(registration, now=now)
    for attendee in registration.attendees:
        attendee.full_name = tombstone(now)
        attendee.search_key = search_key(attendee.full_name)
        if attendee.ticket is not None:
            attendee.ticket.void_reason = None  # written by staff about the person
    db.session.flush()
    forget_answers([registration.id])
    forget_payment(registration.id)
    forget_party(registration)
    in_line = update(WaitingEntry).where(WaitingEntry.registration_id == registration.id)
    rows_changed(in_line.values(reason=None))  # written by staff about the person
    forget_reasons(registration.id)
    tickets = [("ticket", one.ticket.number) for one in registration.attendees if one.ticket]
    audit.empty_details(
        [("registration", registration.public_id), *tickets, *_handed_by(registration)], now=now
    )
    names_changed(registration.event, now=now)


def _strike_names(registration: Registration, *, now: datetime) -> None:
    """Whose place this person took over has a letter with the name, as it was told to them."""
    before = _handed_by(registration)
    told = [one.detail for one in audit.list_about(before) if one.action == "registration.handed_over"]
    for name in {detail["new"]["full_name"] for detail in told if "new" in detail}:
        strike_name(name, letter="place_handed_over", abouts=before, now=now)


def _handed_by(registration: Registration) -> list[tuple[str, str]]:
    """Whose place it was: the history there names this person."""
    query = select(Registration.public_id).where(Registration.id == registration.handed_from_id)
    return [("registration", public_id) for public_id in db.session.scalars(query)]


def list_forgettable(*, ended_before: datetime, limit: int) -> Sequence[str]:
    """Public ids of registrations whose event ended at this moment or before and that still name somebody."""
    query = (
        select(Registration.public_id)
        .join(Event)
        .where(Event.ends_at <= ended_before, Registration.removed_at.is_(None))
    )
    return db.session.scalars(query.order_by(Event.ends_at, Registration.id).limit(limit)).all()


def list_forgettable_consents(*, ended_before: datetime, limit: int) -> Sequence[int]:
    """Lines of the ledger about registrations whose event ended at this moment or before, and about which nothing was
    said since: a withdrawal is kept as long as a consent."""
    later = aliased(ConsentRecord)
    said_since = exists().where(later.context == ConsentRecord.context, later.at > ended_before)
    query = (
        select(ConsentRecord.id)
        .join(Registration, _is_about(Registration.public_id))
        .join(Event, Event.id == Registration.event_id)
        .where(Event.ends_at <= ended_before, named_lines(), ~said_since)
    )
    return db.session.scalars(query.order_by(ConsentRecord.id).limit(limit)).all()


def _is_about(public_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Lines about the registration, and those about a child of it."""
    context = literal(CONTEXT) + public_id
    return or_(ConsentRecord.context == context, ConsentRecord.context.startswith(context + "/"))


def list_forgettable_sealed(data_class: DataClass, *, ended_before: datetime, limit: int) -> Sequence[str]:
    """Public ids of registrations with sealed values of this class whose event ended at this moment or before."""
    query = (
        select(Registration.public_id)
        .join(Event, Event.id == Registration.event_id)
        .join(SealedValue, SealedValue.owner_id == Registration.public_id)
        .where(
            SealedValue.owner_kind == "registration",
            SealedValue.data_class == data_class,
            SealedValue.removed_at.is_(None),
            Event.ends_at <= ended_before,
        )
    )
    return db.session.scalars(query.distinct().order_by(Registration.public_id).limit(limit)).all()
