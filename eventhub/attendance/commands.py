"""What organisers say of attendance: the rule of an event, and what is right of one person and one session."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.attendance.models import AttendanceRule, Correction
from eventhub.attendance.queries import Somebody, find_last_correction, find_rule
from eventhub.attendance.rules import (
    CorrectedMeanwhile,
    Rule,
    SaysSoAlready,
    Word,
    check_reason,
)
from eventhub.db import connection, db, refuses
from eventhub.events.models import Event, Session

refuses("uq_attendance_corrections_attendee_id_session_id_number", CorrectedMeanwhile)


def set_rule(event: Event, rule: Rule, *, by: str, now: datetime) -> None:
    """From now on attendance is counted by it, also of what was scanned before."""
    old = find_rule(event.id)
    if rule == old:
        return
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = dialect.insert(AttendanceRule).values(event_id=event.id, **asdict(rule))
    connection().execute(
        row.on_conflict_do_update(index_elements=[AttendanceRule.event_id], set_=asdict(rule))
    )
    audit.record(
        "attendance.ruled",
        subject=("event", str(event.id)),
        by=by,
        now=now,
        old=asdict(old),
        new=asdict(rule),
    )


def copy_rule(source: Event, copy: Event, *, by: str, now: datetime) -> None:
    """The copy of an event counts as its source does."""
    set_rule(copy, find_rule(source.id), by=by, now=now)


def correct(person: Somebody, session: Session, word: Word, *, reason: str, by: str, now: datetime) -> None:
    """Say that somebody attended a session, or did not, or that the scans were right after all.

    Raises ReasonMissing, SaysSoAlready, and CorrectedMeanwhile when somebody else was first.
    """
    check_reason(reason)
    last = find_last_correction(person.attendee_id, session.id)
    old = last.new if last else Word.AS_SCANNED
    if word is old:
        raise SaysSoAlready()
    correction = Correction(
        attendee_id=person.attendee_id,
        session_id=session.id,
        number=last.number + 1 if last else 1,
        old=old,
        new=word,
        reason=reason,
        corrected_by=by,
        corrected_at=now,
    )
    db.session.add(correction)
    db.session.flush()
    audit.record(
        "attendance.corrected",
        subject=("registration", person.registration),
        by=by,
        now=now,
        session=session.title,
        attendee=person.full_name,
        reason=reason,
        old={"attendance": old},
        new={"attendance": word},
    )
