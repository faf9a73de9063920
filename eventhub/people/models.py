"""What organisers keep about who registered: tags, notes, saved views, and deeds done for many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.people.rules import BulkAction, RowState


class Tag(Base):
    """A word of the organisers for registrations of one event. `name_key` is the form in which two are the same."""

    __tablename__ = "tags"
    __table_args__ = (
        UniqueConstraint("event_id", "name_key"),
        CheckConstraint("name <> ''", name="has_a_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    name: Mapped[str]
    name_key: Mapped[str]


class Tagging(Base):
    """A registration that bears a tag."""

    __tablename__ = "taggings"
    __table_args__ = (Index("ix_taggings_tag_id", "tag_id", "registration_id"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)
    tagged_at: Mapped[datetime]


class Note(Base):
    """What an organiser wrote about a registration for the others; the person never sees it."""

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("text <> ''", name="has_text"),
        Index("ix_notes_registration_id", "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime]


class SavedView(Base):
    """An address of the people table that somebody kept under a name; `query` holds only what the page understood."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("event_id", "user_id", "name_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    query: Mapped[str]


class BulkJob(Base):
    """One deed for many registrations. `submission_key` is the form's own: the same form twice makes one job.

    `word` is the tag's name or the reason, whatever the action needs.
    """

    __tablename__ = "bulk_jobs"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("submission_key"),
        Index("ix_bulk_jobs_open", "finished_at", "id"),
        Index("ix_bulk_jobs_event_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    submission_key: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    action: Mapped[BulkAction]
    word: Mapped[str]
    started_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BulkRow(Base):
    """What became of one registration: `reason` is the sentence of a refusal, in English as it stands in the
    sources, and `facts` fill its gaps."""

    __tablename__ = "bulk_rows"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="done_at_some_time"),
        Index("ix_bulk_rows_state", "job_id", "state", "registration_id"),
    )

    job_id: Mapped[int] = mapped_column(ForeignKey("bulk_jobs.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    state: Mapped[RowState]
    reason: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    done_at: Mapped[datetime | None]
