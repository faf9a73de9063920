"""Corrections of attendance as data about somebody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, update

from eventhub.attendance.models import Correction
from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.events.models import Session
from eventhub.registration.models import Attendee, Registration


def export_corrections(subject: DataSubject) -> list[dict[str, Any]]:
    """What organisers said of these people's attendance, the oldest first."""
    query = (
        select(Correction, Session.title)
        .join(Session, Session.id == Correction.session_id)
        .where(Correction.attendee_id.in_(_people(subject)))
        .order_by(Correction.id)
    )
    return [
        {
            "session": title,
            "old": one.old,
            "new": one.new,
            "reason": one.reason,
            "corrected_at": one.corrected_at,
        }
        for one, title in db.session.execute(query)
    ]


def forget_corrections(subject: DataSubject) -> None:
    """What staff wrote about the person goes; who attended what still counts."""
    ours = update(Correction).where(Correction.attendee_id.in_(_people(subject)))
    rows_changed(ours.values(reason=None))


def _people(subject: DataSubject) -> Select[int]:
    return (
        select(Attendee.id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.public_id.in_(subject.registrations))
    )
