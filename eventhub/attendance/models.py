"""What organisers say of attendance: the rule of an event, and corrections of what was scanned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.attendance.rules import Word
from eventhub.db import Base


class AttendanceRule(Base):
    """When a session of this event counts, and what is enough for a certificate; see rules.Rule."""

    __tablename__ = "attendance_rules"
    __table_args__ = (
        CheckConstraint("session_minutes > 0", name="minutes_positive"),
        CheckConstraint("session_percent BETWEEN 1 AND 100", name="percent_of_a_session"),
        CheckConstraint("least_sessions > 0", name="sessions_positive"),
        CheckConstraint("least_hours > 0", name="hours_positive"),
        CheckConstraint("least_days_percent BETWEEN 1 AND 100", name="percent_of_the_days"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True, autoincrement=False)
    session_minutes: Mapped[int | None]
    session_percent: Mapped[int | None]
    least_sessions: Mapped[int | None]
    least_hours: Mapped[int | None]
    least_days_percent: Mapped[int | None]


class Correction(Base):
    """What an organiser said of one person and one session, in place of `old`; never changed, the last one counts.

    `number` counts those of one person and session, so that of two at once one is refused. `reason` goes when the
    person is forgotten. `corrected_by` is a user's public id, as in the audit.
    """

    __tablename__ = "attendance_corrections"
    __table_args__ = (
        UniqueConstraint("attendee_id", "session_id", "number"),
        CheckConstraint("old <> new", name="says_something_new"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_attendance_corrections_session_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendees.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    number: Mapped[int]
    old: Mapped[Word]
    new: Mapped[Word]
    reason: Mapped[str | None]
    corrected_by: Mapped[str]
    corrected_at: Mapped[datetime]
