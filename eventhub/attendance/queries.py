"""Reads of attendance: what scans, corrections and the rule of an event say of its people, in a fixed number of
statements."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, String, cast, func, select, type_coerce

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
from eventhub.people.rules import PAGE, PeopleWish, Tab
from eventhub.registration.models import Attendee, Registration
from eventhub.tickets.models import Ticket

STEPS: dict[str, Step] = {Verdict.ADMIT: Step.IN, Verdict.LEFT: Step.OUT, Verdict.ALREADY_IN: Step.SHOWN}
Marks = dict[int, list[Mark]]
# Some 6 KB each in the memory of a process.
MOST_KEPT = 4000
_kept: dict[bytes, Attendance] = {}


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
    """Confirmed people by name, one page of them or all, with what attendance is counted by; `total` is how many are
    on all pages."""

    programme: Programme
    rule: Rule
    entries: Sequence[Entry]
    total: int
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def roll_of(event: Event, *, text: str = "", standing: Standing | None = None) -> Roll:
    """All people of an event whose name, address or number has these words and who stand so to the rule; five
    statements, however many there are."""
    programme, rule = programme_of(event), find_rule(event.id)
    people = _somebodies(_people_like(event, text))
    entries = [
        one
        for one in _entries(event, people, programme, rule)
        if standing is None or one.standing is standing
    ]
    return Roll(programme=programme, rule=rule, entries=entries, total=len(entries))


def page_of_roll(event: Event, *, page: int, text: str = "", standing: Standing | None = None) -> Roll:
    """As roll_of, one page, the last one if there are fewer. Without a standing only its people are looked at."""
    if standing is not None:
        roll = roll_of(event, text=text, standing=standing)
        page = min(page, roll.pages)
        return replace(roll, page=page, entries=roll.entries[(page - 1) * PAGE : page * PAGE])
    query = _people_like(event, text)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    roll = Roll(programme=programme_of(event), rule=find_rule(event.id), entries=(), total=total)
    page = min(page, roll.pages)
    people = _somebodies(query.limit(PAGE).offset((page - 1) * PAGE))
    of_page = _entries(event, people, roll.programme, roll.rule, only=True)
    return replace(roll, page=page, entries=of_page)


def _entries(
    event: Event, people: Sequence[Somebody], programme: Programme, rule: Rule, *, only: bool = False
) -> list[Entry]:
    """With `only` nothing is read of others."""
    tickets = [one.ticket_id for one in people] if only else None
    attendees = [one.attendee_id for one in people] if only else None
    scans = _scans_by_ticket(event.id, tickets)
    words = _words_by_attendee(event.id, attendees)
    counting = hashlib.sha256(repr((programme, rule)).encode()).digest()
    found = []
    for person in people:
        seen, said = scans.get(person.ticket_id, ""), words.get(person.attendee_id, {})
        if said:
            attendance = attendance_of(_marks(seen, programme), said, programme, rule)
        else:
            attendance = _counted(seen, programme, rule, counting) if seen else NOBODY_SCANNED
        standing = standing_of(attendance, rule, programme)
        found.append(Entry(person=person, attendance=attendance, standing=standing))
    return found


def _counted(scans: str, programme: Programme, rule: Rule, counting: bytes) -> Attendance:
    """Kept as long as scans, programme and rule are the same: 140,000 scans are counted in a second."""
    key = hashlib.blake2b(scans.encode(), key=counting).digest()
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        found = _kept[key] = attendance_of(_marks(scans, programme), {}, programme, rule)
    return found


def list_entitled(event: Event) -> list[Somebody]:
    """Who meets the rule for a certificate, by name; nobody where there is no rule."""
    return [one.person for one in roll_of(event, standing=Standing.MET).entries]


def get_person(event: Event, ticket: str) -> Somebody:
    """By the number of the ticket, whatever became of the registration. Raises NotFound."""
    query = _people().where(Registration.event_id == event.id, Ticket.number == ticket)
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    return _somebody(row)


def entry_of(event: Event, person: Somebody, programme: Programme, rule: Rule) -> Entry:
    """What is known of one person."""
    (entry,) = _entries(event, [person], programme, rule, only=True)
    return entry


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


def list_corrected(event_id: int) -> set[int]:
    """The sessions of which something was said of anybody."""
    query = select(Correction.session_id).join(Session, Session.id == Correction.session_id)
    return set(db.session.scalars(query.where(Session.event_id == event_id).distinct()))


def _people_like(event: Event, text: str) -> Select[*tuple[Any, ...]]:
    wish = PeopleWish(event_id=event.id, zone=event.timezone, tab=Tab.CONFIRMED, text=text)
    return _people().where(*conditions_of(wish)).order_by(*order_of(wish))


def _somebodies(query: Select[*tuple[Any, ...]]) -> list[Somebody]:
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


def _scans_by_ticket(event_id: int, tickets: Collection[int] | None = None) -> Mapping[int, str]:
    """A line a scan, to be read by _marks; what was undone is left out."""
    # With both conditions SQLite reads all scans of the event.
    whose = Scan.event_id == event_id if tickets is None else Scan.ticket_id.in_(tickets)
    undone = select(Scan.undoes_id).where(whose, Scan.undoes_id.is_not(None))
    counts = (whose, Scan.verdict.in_(STEPS), Scan.id.not_in(undone))
    one = [cast(each, String) for each in (Scan.point_id, Scan.scanned_at)]
    told = one[0] + "|" + type_coerce(Scan.verdict, String) + "|" + one[1] + "|" + Scan.scan_id
    # A row for each ticket: reading a row for each of 140,000 scans takes three times as long.
    query = select(Scan.ticket_id, func.aggregate_strings(told, "\n")).where(*counts)
    rows = connection().execute(query.group_by(Scan.ticket_id))
    return {ticket: lines for ticket, lines in rows if ticket is not None}


def _marks(lines: str, programme: Programme) -> Marks:
    """By point, of one ticket."""
    found: Marks = {}
    for line in lines.splitlines():
        point, verdict, at, scan_id = line.split("|")
        if (number := int(point)) in programme.points:
            found.setdefault(number, []).append(Mark(_moment(at), scan_id, STEPS[verdict]))
    return found


def _moment(text: str) -> datetime:
    """As the database writes it: PostgreSQL with a zone, SQLite in UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _words_by_attendee(
    event_id: int, attendees: Collection[int] | None = None
) -> Mapping[int, dict[int, Word]]:
    """What was said last, by person and session."""
    query = (
        select(Correction.attendee_id, Correction.session_id, Correction.new)
        .join(Session, Session.id == Correction.session_id)
        .where(Session.event_id == event_id)
        .order_by(Correction.number)
    )
    if attendees is not None:
        query = query.where(Correction.attendee_id.in_(attendees))
    found: dict[int, dict[int, Word]] = {}
    for attendee, session, word in db.session.execute(query):
        found.setdefault(attendee, {})[session] = word
    return found
