"""The outbox: a letter is a row, stored with the deed that causes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.mail.rules import MessageState, TextPlace


class Message(Base):
    """One letter to one person, sent or not.

    `attachments` are recipes like {"kind": "ticket_pdf", "ticket": 7}, made when sent. While queued,
    `next_attempt_at` is also the claim: who sends the letter moves it into the future first.
    `unfinished` holds the facts of a letter in which a placeholder of the organiser's text could not be filled: it
    is parked, and sent only after it was written anew. `mailing_id` is the letter to many that it belongs to.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("message_id"),
        UniqueConstraint("mailing_id", "subject_id"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint(
            "unfinished IS NULL OR state IN ('parked', 'cancelled')", name="unfinished_never_leaves"
        ),
        Index("ix_messages_due", "state", "next_attempt_at"),
        Index("ix_messages_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    letter: Mapped[str]
    to_email: Mapped[str]
    to_name: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    event_id: Mapped[int | None]
    state: Mapped[MessageState]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    unfinished: Mapped[dict[str, Any] | None]
    mailing_id: Mapped[int | None]


class LetterText(Base):
    """An organiser's words in one letter of one event, in one language, with {placeholders} (mail/own_text)."""

    __tablename__ = "letter_texts"
    __table_args__ = (UniqueConstraint("event_id", "letter", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    letter: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    place: Mapped[TextPlace]
    revised_at: Mapped[datetime]
    revised_by: Mapped[str]
