"""The outbox: a letter is a row, stored with the deed that causes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.mail.rules import MessageState


class Message(Base):
    """One letter to one person, sent or not.

    `attachments` are recipes like {"kind": "ticket_pdf", "ticket": 7}, made when sent. While queued,
    `next_attempt_at` is also the claim: who sends the letter moves it into the future first.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
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
