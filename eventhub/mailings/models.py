"""Letters to many, and what goes to each participant by itself before an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.mailings.rules import Answer, MailingState, ReminderKind


class Mailing(Base):
    """A letter to many: its text per language with {placeholders}, to whom, by whom, and what became of it.

    `states` are the states of registrations that it goes to; `chosen`, when not empty, names registrations by public
    id instead. `sameness` is equal for equal texts: who got one of them gets no other. `leaves_at` is when its first
    letter may leave; `posted`, `withdrawn` and `left_out` (reason -> number) count registrations.
    """

    __tablename__ = "mailings"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint("posted >= 0", name="posted_not_negative"),
        CheckConstraint("withdrawn >= 0 AND withdrawn <= posted", name="withdrawn_of_those_posted"),
        CheckConstraint("(state IN ('posted', 'withdrawn')) = (leaves_at IS NOT NULL)", name="posted_leaves"),
        Index("ix_mailings_event_id", "event_id", "sameness"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    state: Mapped[MailingState]
    subject: Mapped[dict[str, str]]
    text: Mapped[dict[str, str]]
    states: Mapped[list[str]]
    chosen: Mapped[list[str]]
    sameness: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[datetime]
    leaves_at: Mapped[datetime | None]
    posted: Mapped[int]
    withdrawn: Mapped[int]
    left_out: Mapped[dict[str, Any]]


class ReminderPlan(Base):
    """What an event sends by itself before it starts; a column without a value is off."""

    __tablename__ = "reminder_plans"
    __table_args__ = (
        CheckConstraint("remind_days BETWEEN 1 AND 60", name="remind_days_in_range"),
        CheckConstraint("reconfirm_days BETWEEN 1 AND 60", name="reconfirm_days_in_range"),
        CheckConstraint("complete_days BETWEEN 1 AND 60", name="complete_days_in_range"),
        CheckConstraint("give_back_hours BETWEEN 1 AND 240", name="give_back_hours_in_range"),
        CheckConstraint("give_back_hours IS NULL OR reconfirm_days IS NOT NULL", name="asked_before_taken"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    remind_days: Mapped[int | None]
    reconfirm_days: Mapped[int | None]
    give_back_hours: Mapped[int | None]
    complete_days: Mapped[int | None]
    revised_at: Mapped[datetime]
    revised_by: Mapped[str]


class Reminder(Base):
    """This registration got this letter: the row lets it go once. For a question also what was answered."""

    __tablename__ = "reminders"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
        CheckConstraint("answer IS NULL OR kind = 'reconfirm'", name="only_questions_are_answered"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(primary_key=True)
    posted_at: Mapped[datetime]
    answer: Mapped[Answer | None]
    answered_at: Mapped[datetime | None]
