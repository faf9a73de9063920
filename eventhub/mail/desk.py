"""Reads for the organisers' pages about the letters of an event."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState

MOST_ROWS = 200
_SHOWN = (
    Message.letter,
    Message.to_email,
    Message.to_name,
    Message.subject,
    Message.state,
    Message.attempts,
    Message.created_at,
    Message.sent_at,
    Message.last_error,
    Message.unfinished,
)


def list_letters(event_id: int, *, state: MessageState | None) -> Sequence[Message]:
    """The newest first, at most 200, without their texts."""
    query = select(Message).where(Message.event_id == event_id).options(load_only(*_SHOWN))
    if state is not None:
        query = query.where(Message.state == state)
    return db.session.scalars(query.order_by(Message.id.desc()).limit(MOST_ROWS)).all()


def list_letters_about(event_id: int, about: tuple[str, str]) -> Sequence[Message]:
    """Letters of the event about one thing, (kind, id), the newest first, without their texts."""
    kind, of = about
    query = select(Message).where(
        Message.event_id == event_id, Message.subject_kind == kind, Message.subject_id == of
    )
    query = query.options(load_only(*_SHOWN)).order_by(Message.id.desc()).limit(MOST_ROWS)
    return db.session.scalars(query).all()


def count_letters(event_id: int) -> dict[MessageState, int]:
    """How many letters of the event stand in each state."""
    query = select(Message.state, func.count()).where(Message.event_id == event_id).group_by(Message.state)
    counted = {row[0]: row[1] for row in db.session.execute(query)}
    return {state: counted.get(state, 0) for state in MessageState}


def get_letter(event_id: int, number: int) -> Message:
    """A letter of this event. Raises NotFound."""
    query = select(Message).where(Message.event_id == event_id, Message.id == number)
    letter = db.session.scalars(query).one_or_none()
    if letter is None:
        raise NotFound()
    return letter
