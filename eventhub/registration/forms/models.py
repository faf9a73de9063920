"""Forms as tables: sections, questions, their unchangeable versions, pools of limited options, and the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.documents.cleaning import FileKind
from eventhub.registration.forms.shapes import Audience, DataClass, QuestionKind, Stage


class FormMark(Base):
    """An event has a form of its own. `mark` is made anew with every edit, and is never the same again.

    Who registers holds the row in share, who edits holds it alone: an answer meets the form that it was given to.
    """

    __tablename__ = "form_marks"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    mark: Mapped[str]


class SectionRow(Base):
    """A heading of the form."""

    __tablename__ = "form_sections"
    __table_args__ = (Index("ix_form_sections_event_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    title: Mapped[dict[str, str]]
    position: Mapped[int]


class QuestionRow(Base):
    """A question's place in the form. `version` is the number of what is asked now.

    One that somebody answered is never deleted, it leaves its section.
    """

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint("(removed_at IS NULL) = (section_id IS NOT NULL)", name="removed_has_no_section"),
        Index("ix_questions_event_id", "event_id"),
        Index("ix_questions_section_id", "section_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("form_sections.id"))
    position: Mapped[int]
    version: Mapped[int]
    removed_at: Mapped[datetime | None]


class QuestionVersion(Base):
    """A question's words, options and rules. A row is never changed: another edit is another row.

    `options` are `{"key", "label", "limit"}`, `condition` is `{"match", "tests": [{"question", "relation", "value"}]}`.
    """

    __tablename__ = "question_versions"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("at_least IS NULL OR at_most IS NULL OR at_most >= at_least", name="limits_in_order"),
        CheckConstraint("(stage = 'later') = (due_at IS NOT NULL)", name="later_has_an_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    number: Mapped[int]
    kind: Mapped[QuestionKind]
    label: Mapped[dict[str, str]]
    help: Mapped[dict[str, str]]
    purpose: Mapped[dict[str, str]]
    is_required: Mapped[bool]
    stage: Mapped[Stage]
    due_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    data_class: Mapped[DataClass]
    audience: Mapped[Audience]
    is_decisive: Mapped[bool] = mapped_column(default=False, server_default=false())
    takes_places: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_for_each: Mapped[bool] = mapped_column(default=False, server_default=false())
    at_least: Mapped[int | None]
    at_most: Mapped[int | None]
    options: Mapped[list[dict[str, Any]]]
    condition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class OptionPool(Base):
    """The places of a limited option; `key` is the option's in every version of its question."""

    __tablename__ = "option_pools"
    __table_args__ = (UniqueConstraint("pool_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("capacity_pools.id"))


class Answer(Base):
    """What a registration answered, or its first person, to the version that it was shown. JSON null: it was asked and
    left empty."""

    __tablename__ = "answers"
    __table_args__ = (
        Index("ix_answers_question_id", "question_id"),
        Index("ix_answers_version_id", "version_id"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    value: Mapped[Any] = mapped_column(JSON)
    answered_at: Mapped[datetime]


class AttendeeAnswer(Base):
    """What one of those answered who come along with the first person, where each is asked; else as Answer."""

    __tablename__ = "attendee_answers"
    __table_args__ = (
        Index("ix_attendee_answers_question_id", "question_id"),
        Index("ix_attendee_answers_version_id", "version_id"),
    )

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendees.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    value: Mapped[Any] = mapped_column(JSON)
    answered_at: Mapped[datetime]


class Upload(Base):
    """A file that answers a question. Until its form is sent it belongs to the form's `scope` and to no registration.

    `stored_as` is its name in the folder (storage), `sealed_key` what opens it: without its row it says nothing.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("stored_as"),
        Index("ix_uploads_registration_id", "registration_id", "created_at"),
        Index("ix_uploads_question_id", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    scope: Mapped[str]
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    kind: Mapped[FileKind]
    stored_as: Mapped[str]
    key_mark: Mapped[str]
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
