"""All that happened with one registration, newest first: deeds from the audit, letters, scans and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, or_, select

from eventhub.accounts.models import User
from eventhub.audit import AuditEntry
from eventhub.checkin.devices.models import Device
from eventhub.checkin.models import Gate, Scan
from eventhub.db import db
from eventhub.mail.desk import list_letters_about
from eventhub.people.queries import list_notes
from eventhub.registration.models import Registration

MOST_ENTRIES = 200
# The note itself tells more than that it was written.
TOLD_OTHERWISE = ("note.written",)


class Source(StrEnum):
    DEED = "deed"
    LETTER = "letter"
    SCAN = "scan"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One entry: `what` is the audit's action, a letter's subject, a scan's verdict or a note's text; `who` is a
    name, or the audit's own word for who acted (holder, guest, worker), or None. `facts` belong to the source."""

    at: datetime
    source: Source
    what: str
    who: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def timeline_of(registration: Registration) -> list[Moment]:
    """Newest first, in five statements. Attendees and their tickets have to be loaded."""
    tickets = [attendee.ticket for attendee in registration.attendees if attendee.ticket is not None]
    subjects = [("registration", registration.public_id), *(("ticket", one.number) for one in tickets)]
    found = [
        *_deeds(subjects),
        *_letters(registration),
        *_scans([ticket.id for ticket in tickets]),
        *_notes(registration),
    ]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _deeds(subjects: list[tuple[str, str]]) -> Iterator[Moment]:
    query = select(AuditEntry).where(
        or_(*(and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id == of) for kind, of in subjects)),
        AuditEntry.action.not_in(TOLD_OTHERWISE),
    )
    entries = db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(MOST_ENTRIES)).all()
    names = _names({entry.actor for entry in entries})
    for entry in entries:
        who = names.get(entry.actor, entry.actor)
        yield Moment(at=entry.at, source=Source.DEED, what=entry.action, who=who, facts=entry.detail)


def _names(actors: Iterable[str]) -> dict[str, str]:
    query = select(User.public_id, User.full_name).where(User.public_id.in_(actors))
    return {row.public_id: row.full_name for row in db.session.execute(query)}


def _letters(registration: Registration) -> Iterator[Moment]:
    for letter in list_letters_about(registration.event_id, ("registration", registration.public_id)):
        facts = {"state": letter.state, "sent_at": letter.sent_at, "error": letter.last_error}
        yield Moment(at=letter.created_at, source=Source.LETTER, what=letter.subject, facts=facts)


def _scans(tickets: list[int]) -> Iterator[Moment]:
    query = (
        select(
            Scan.scanned_at, Scan.verdict, Scan.reason, Gate.name, func.coalesce(User.full_name, Device.name)
        )
        .outerjoin(Gate, Gate.id == Scan.gate_id)
        .outerjoin(User, User.id == Scan.crew_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        .where(Scan.ticket_id.in_(tickets))
        .order_by(Scan.id.desc())
        .limit(MOST_ENTRIES)
    )
    for at, verdict, reason, gate, crew in db.session.execute(query):
        facts = {"gate": gate, "reason": reason}
        yield Moment(at=at, source=Source.SCAN, what=verdict, who=crew, facts=facts)


def _notes(registration: Registration) -> Iterator[Moment]:
    for note in list_notes(registration.id):
        yield Moment(at=note.written_at, source=Source.NOTE, what=note.text, who=note.author)
