"""Reads of attendance: what scans, corrections and the rule of an event say of its people, in a fixed number of
statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from eventhub.accounts.models import User
from eventhub.attendance.models import AttendanceRule, Correction
from eventhub.attendance.rules import (
    NO_RULE,
    NOBODY_SCANNED,
    Attendance,
    Mark,
    Point,
    Programme,
    Rule,
    Span,
    Standing,
    Step,
    Word,
    attendance_of,
    days_of,
    standing_of,
)
from eventhub.checkin.judging import WITHOUT_EXIT
from eventhub.checkin.models import CheckInPoint, Scan
from eventhub.checkin.rules import Verdict
from eventhub.core.errors import NotFound
from eventhub.db import connection, db
from eventhub.events.models import Event, Session
from eventhub.events.rules import SessionState
from eventhub.people.filtering import conditions_of, order_of
from eventhub.people.rules import PeopleWish, Tab
from eventhub.registration.models import Attendee, Registration
from eventhub.tickets.models import Ticket

STEPS = {Verdict.ADMIT: Step.IN, Verdict.LEFT: Step.OUT, Verdict.ALREADY_IN: Step.SHOWN}
Marks = dict[int, list[Mark]]


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """Who is registered and has a ticket, by its number; `registration` is a public id."""

    attendee_id: int
    ticket_id: int
    ticket: str
    full_name: str
    organisation: str
    registration: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Somebody on the roll, with what is known of them."""

    person: Somebody
    attendance: Attendance
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Roll:
    """Those who are confirmed and were asked for, by name, with what attendance is counted by."""

    programme: Programme
    rule: Rule
    entries: Sequence[Entry]


def roll_of(event: Event, *, text: str = "") -> Roll:
    """The people of an event whose name, address or number has these words; five statements, however many there are."""
    people = _list_people(event, text)
    programme, rule = programme_of(event), find_rule(event.id)
    marks, words = _marks_by_ticket(event.id, programme), _words_by_attendee(event.id)

    def entry(person: Somebody) -> Entry:
        seen, said = marks.get(person.ticket_id, {}), words.get(person.attendee_id, {})
        found = attendance_of(seen, said, programme, rule) if seen or said else NOBODY_SCANNED
        return Entry(person=person, attendance=found, standing=standing_of(found, rule, programme))

    return Roll(programme=programme, rule=rule, entries=[entry(person) for person in people])


def list_entitled(event: Event) -> list[Somebody]:
    """Who meets the rule for a certificate, by name; nobody where there is no rule."""
    return [one.person for one in roll_of(event).entries if one.standing is Standing.MET]


def get_person(event: Event, ticket: str) -> Somebody:
    """By the number of the ticket, whatever became of the registration. Raises NotFound."""
    query = _people().where(Registration.event_id == event.id, Ticket.number == ticket)
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    return _somebody(row)


def attendance_for(event: Event, person: Somebody, programme: Programme, rule: Rule) -> Attendance:
    """What is known of one person."""
    marks = _marks_by_ticket(event.id, programme, ticket_id=person.ticket_id).get(person.ticket_id, {})
    said = _words_by_attendee(event.id, attendee_id=person.attendee_id).get(person.attendee_id, {})
    return attendance_of(marks, said, programme, rule)


def programme_of(event: Event) -> Programme:
    """Days, sessions that are held, and points but those at which people only take something. The event's sessions
    have to be loaded."""
    held = [one for one in event.sessions if one.state is SessionState.SCHEDULED]
    sessions = {one.id: Span(one.starts_at, one.ends_at) for one in held}
    points = db.session.execute(
        select(CheckInPoint.id, CheckInPoint.session_id, CheckInPoint.opens_at, CheckInPoint.closes_at).where(
            CheckInPoint.event_id == event.id, CheckInPoint.kind.not_in(WITHOUT_EXIT)
        )
    )
    days = days_of(Span(event.starts_at, event.ends_at), event.timezone, sessions.values())
    return Programme(days=days, sessions=sessions, points={row[0]: Point(*row[1:]) for row in points})


def find_rule(event_id: int) -> Rule:
    """The rule of an event, NO_RULE when nothing was asked yet."""
    columns = (
        AttendanceRule.session_minutes,
        AttendanceRule.session_percent,
        AttendanceRule.least_sessions,
        AttendanceRule.least_hours,
        AttendanceRule.least_days_percent,
    )
    row = db.session.execute(select(*columns).where(AttendanceRule.event_id == event_id)).one_or_none()
    return NO_RULE if row is None else Rule(**row._mapping)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A correction as its readers see it, by whom and why; `reason` None when the person was forgotten."""

    session: Session
    old: Word
    new: Word
    reason: str | None
    who: str | None
    at: datetime


def list_corrections(attendee_id: int) -> list[Said]:
    """What was said of one person, the last first."""
    query = (
        select(Correction, Session, User.full_name)
        .join(Session, Session.id == Correction.session_id)
        .outerjoin(User, User.public_id == Correction.corrected_by)
        .where(Correction.attendee_id == attendee_id)
        .order_by(Correction.id.desc())
    )
    return [
        Said(session=session, old=row.old, new=row.new, reason=row.reason, who=who, at=row.corrected_at)
        for row, session, who in db.session.execute(query)
    ]


def find_last_correction(attendee_id: int, session_id: int) -> Correction | None:
    """The one that counts."""
    own = Correction.attendee_id == attendee_id, Correction.session_id == session_id
    return db.session.scalars(
        select(Correction).where(*own).order_by(Correction.number.desc()).limit(1)
    ).one_or_none()


def _list_people(event: Event, text: str) -> list[Somebody]:
    wish = PeopleWish(event_id=event.id, zone=event.timezone, tab=Tab.CONFIRMED, text=text)
    query = _people().where(*conditions_of(wish)).order_by(*order_of(wish))
    return [_somebody(row) for row in db.session.execute(query)]


def _people() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attendee.id,
            Attendee.ticket_id,
            Ticket.number,
            Attendee.full_name,
            Registration.organisation,
            Registration.public_id,
        )
        .select_from(Attendee)
        .join(Attendee.registration)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
    )


def _somebody(row: Row[*tuple[Any, ...]]) -> Somebody:
    attendee_id, ticket_id, ticket, full_name, organisation, registration = row
    return Somebody(
        attendee_id=attendee_id,
        ticket_id=ticket_id,
        ticket=ticket,
        full_name=full_name,
        organisation=organisation,
        registration=registration,
    )


def _marks_by_ticket(
    event_id: int, programme: Programme, *, ticket_id: int | None = None
) -> Mapping[int, Marks]:
    """By ticket and point; what was undone is left out."""
    undone = select(Scan.undoes_id).where(Scan.event_id == event_id, Scan.undoes_id.is_not(None))
    query = select(Scan.ticket_id, Scan.point_id, Scan.scanned_at, Scan.scan_id, Scan.verdict).where(
        Scan.event_id == event_id,
        Scan.verdict.in_(STEPS),
        Scan.id.not_in(undone),
    )
    if ticket_id is not None:
        query = query.where(Scan.ticket_id == ticket_id)
    found: dict[int, Marks] = {}
    for ticket, point, at, scan_id, verdict in connection().execute(query):
        if ticket is not None and point in programme.points:
            marks = found.setdefault(ticket, {}).setdefault(point, [])
            marks.append(Mark(at, scan_id, STEPS[verdict]))
    return found


def _words_by_attendee(event_id: int, *, attendee_id: int | None = None) -> Mapping[int, dict[int, Word]]:
    """What was said last, by person and session."""
    query = (
        select(Correction.attendee_id, Correction.session_id, Correction.new)
        .join(Session, Session.id == Correction.session_id)
        .where(Session.event_id == event_id)
        .order_by(Correction.number)
    )
    if attendee_id is not None:
        query = query.where(Correction.attendee_id == attendee_id)
    found: dict[int, dict[int, Word]] = {}
    for attendee, session, word in db.session.execute(query):
        found.setdefault(attendee, {})[session] = word
    return found
