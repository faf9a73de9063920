"""Posting a letter: rendered and stored as a row in the transaction of the deed that causes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from eventhub.db import db
from eventhub.mail.letters import render
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom the letter is for, and in which language."""

    email: str
    full_name: str
    language: str


def post(
    letter: str,
    *,
    to: Recipient,
    facts: dict[str, Any],
    about: tuple[str, str],
    now: datetime,
    event_id: int | None = None,
    attachments: tuple[dict[str, Any], ...] = (),
) -> None:
    """Store the letter `templates/mail/<letter>/` for sending. `about` names what it belongs to: (kind, id).

    `facts` fill the template. Attachments are recipes (see Message), made when the letter is sent.
    """
    rendered = render(letter, language=to.language, facts={**facts, "recipient": to})
    row = {
        "message_id": f"<{uuid4()}@eventhub>",
        "letter": letter,
        "to_email": to.email,
        "to_name": to.full_name,
        "language": to.language,
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
        "attachments": list(attachments),
        "subject_kind": about[0],
        "subject_id": about[1],
        "event_id": event_id,
        "state": MessageState.QUEUED,
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": now,
    }
    db.session.execute(insert(Message), [row])
