"""Posting a letter: rendered and stored as a row in the transaction of the deed that causes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, insert, update

from eventhub import audit
from eventhub.core.errors import IllegalMove
from eventhub.core.states import sources
from eventhub.db import after_commit, connection, rows_changed
from eventhub.jobs import queue
from eventhub.mail.letters import render
from eventhub.mail.models import Message
from eventhub.mail.rules import GIVE_UP_AFTER, MOVES, MessageState

SEND_LETTERS = "send_letters"
_STORE = insert(Message)


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
        "message_id": str(uuid4()),
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
        "give_up_at": now + GIVE_UP_AFTER,
    }
    connection().execute(_STORE, row)
    after_commit(_nudge)


def resend(message: Message, *, by: str, now: datetime) -> None:
    """Try a parked letter again for a day, under its old Message-ID. Raises IllegalMove for others."""
    _move(
        Message.id == message.id,
        MessageState.QUEUED,
        attempts=0,
        next_attempt_at=now,
        give_up_at=now + GIVE_UP_AFTER,
    )
    audit.record(
        "letter.resent", subject=(message.subject_kind, message.subject_id), by=by, now=now, letter=message.id
    )
    after_commit(_nudge)


def withdraw(*, about: tuple[str, str]) -> int:
    """Letters about this that have not left yet never leave: what they say is not true any more. How many."""
    kind, identity = about
    return _moved(Message.subject_kind == kind, Message.subject_id == identity, new=MessageState.CANCELLED)


def _move(which: ColumnElement[bool], new: MessageState, **changes: Any) -> None:
    if not _moved(which, new=new, **changes):
        raise IllegalMove(new=new)


def _moved(*which: ColumnElement[bool], new: MessageState, **changes: Any) -> int:
    allowed = Message.state.in_(sources(MOVES, new))
    return rows_changed(update(Message).where(*which, allowed).values(state=new, **changes))


def _nudge() -> None:
    queue.nudge(SEND_LETTERS)
