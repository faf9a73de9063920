"""Posting a letter: rendered and stored as a row in the transaction of the deed that causes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, insert, update

from eventhub import audit
from eventhub.core.errors import IllegalMove, Refusal
from eventhub.core.states import sources
from eventhub.core.text import N_
from eventhub.db import after_commit, connection, rows_changed
from eventhub.jobs import queue
from eventhub.mail.kinds import EDITABLE
from eventhub.mail.letters import render
from eventhub.mail.models import Message
from eventhub.mail.own_text import OwnText, worded
from eventhub.mail.placeholders import Unresolved
from eventhub.mail.rules import GIVE_UP_AFTER, MOVES, MessageState
from eventhub.mail.texts import find_own_text

SEND_LETTERS = "send_letters"
_STORE = insert(Message)


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom the letter is for, and in which language."""

    email: str
    full_name: str
    language: str


class StillUnresolved(Refusal):
    sentence = N_("The text of this letter names %(names)s, which is not known here. Change the text first.")


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

    `facts` fill the template. Attachments are recipes (see Message), made when the letter is sent. Words of the
    event's organiser are put in; a letter in which one of their placeholders can't be filled is parked.
    """
    own = None
    if event_id is not None and letter in EDITABLE:
        own = find_own_text(event_id, letter, to.language)
    row = written(letter, to=to, facts=facts, about=about, own=own, now=now)
    store([{**row, "event_id": event_id, "attachments": list(attachments)}])


def written(
    letter: str,
    *,
    to: Recipient,
    facts: dict[str, Any],
    about: tuple[str, str],
    own: OwnText | None,
    now: datetime,
) -> dict[str, Any]:
    """The row of a letter that is due now, or parked when a placeholder in `own` can't be filled."""
    return {
        "message_id": str(uuid4()),
        "letter": letter,
        "to_email": to.email,
        "to_name": to.full_name,
        "language": to.language,
        "attachments": [],
        "subject_kind": about[0],
        "subject_id": about[1],
        "event_id": None,
        "mailing_id": None,
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": now,
        "give_up_at": now + GIVE_UP_AFTER,
        **_content(letter, to, facts, own),
    }


def store(rows: Sequence[dict[str, Any]]) -> None:
    """Letters as written() makes them; they leave when they are due."""
    connection().execute(_STORE, rows)
    after_commit(_nudge)


def _content(letter: str, to: Recipient, facts: dict[str, Any], own: OwnText | None) -> dict[str, Any]:
    """What the letter says, and whether it may leave. What can't be filled is kept with its facts and never sent."""
    state, why, unfinished, words = MessageState.QUEUED, None, None, None
    try:
        words = worded(own, letter=letter, facts={"full_name": to.full_name, **facts}) if own else None
    except Unresolved as error:
        state, why = MessageState.PARKED, f"unresolved: {error}"
        unfinished = {"facts": facts, "own": own.as_data() if own else None}
    rendered = render(letter, language=to.language, facts={**facts, "recipient": to}, own=words)
    return {
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
        "state": state,
        "last_error": why,
        "unfinished": unfinished,
    }


def resend(message: Message, *, by: str, now: datetime) -> None:
    """Try a parked letter again for a day, under its old Message-ID; an unfinished one is written anew first.

    Raises IllegalMove for others, and StillUnresolved.
    """
    again = _written_anew(message) if message.unfinished else {}
    _move(
        Message.id == message.id,
        MessageState.QUEUED,
        **again,
        attempts=0,
        next_attempt_at=now,
        give_up_at=now + GIVE_UP_AFTER,
    )
    audit.record(
        "letter.resent", subject=(message.subject_kind, message.subject_id), by=by, now=now, letter=message.id
    )
    after_commit(_nudge)


def _written_anew(message: Message) -> dict[str, Any]:
    """With the text of its event as it is now; a letter to many keeps the text that it was sent with."""
    unfinished = message.unfinished or {}
    to = Recipient(email=message.to_email, full_name=message.to_name, language=message.language)
    own = OwnText.from_data(unfinished["own"]) if unfinished["own"] else None
    if message.event_id is not None and message.letter in EDITABLE:
        own = find_own_text(message.event_id, message.letter, message.language)
    content = _content(message.letter, to, unfinished["facts"], own)
    if content["unfinished"]:
        raise StillUnresolved(names=content["last_error"].removeprefix("unresolved: "))
    return {name: value for name, value in content.items() if name != "state"}


# A document was made, and stands whatever becomes of the registration.
_STANDING = ("invoice", "invoice_cancelled")


def withdraw(*, about: tuple[str, str]) -> int:
    """Letters about this that have not left yet never leave: what they say is not true any more. How many."""
    kind, identity = about
    ours = (Message.subject_kind == kind, Message.subject_id == identity)
    return _moved(*ours, Message.letter.not_in(_STANDING), new=MessageState.CANCELLED)


def withdraw_unsent(mailing_id: int) -> int:
    """Letters of a letter to many that nobody has begun to send never leave. How many; others are out already."""
    return _moved(Message.mailing_id == mailing_id, Message.attempts == 0, new=MessageState.CANCELLED)


def _move(which: ColumnElement[bool], new: MessageState, **changes: Any) -> None:
    if not _moved(which, new=new, **changes):
        raise IllegalMove(new=new)


def _moved(*which: ColumnElement[bool], new: MessageState, **changes: Any) -> int:
    allowed = Message.state.in_(sources(MOVES, new))
    return rows_changed(update(Message).where(*which, allowed).values(state=new, **changes))


def _nudge() -> None:
    queue.nudge(SEND_LETTERS)
