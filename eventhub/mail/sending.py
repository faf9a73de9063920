"""Emptying the outbox: a few letters at a time are claimed, sent one by one, and marked.

A letter is sent at least once: killed between the server's "250" and the mark, it goes again after its claim
has ended, under the same Message-ID. Letters that left shortly after one another are marked together, since each
transaction waits for the disk and holds up the web's: so a kill lets at most MARKED_TOGETHER letters go twice.
This is a job of the worker, so it opens its own short transactions and none of them is open while a server is
talked to.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from random import uniform
from typing import Any

from sqlalchemy import bindparam, select, update

from eventhub.core import clock
from eventhub.db import connection, db, transaction
from eventhub.mail.envelope import Attachment, Sender, Unaddressable, wrap
from eventhub.mail.models import Message
from eventhub.mail.postmen import Postman, Refused, Undelivered, Unreachable, postman_for
from eventhub.mail.rules import (
    BATCH,
    BATCH_LASTS,
    CLAIM_LIVES,
    MARKED_TOGETHER,
    MARKED_WITHIN,
    Failure,
    MessageState,
    is_poison,
    next_attempt,
)

log = logging.getLogger(__name__)
Recipe = Callable[[dict[str, Any]], Attachment]


@dataclass(frozen=True, kw_only=True)
class PostOffice:
    """How letters leave this house: where to, from whom, and how each kind of attachment is made."""

    mail_url: str
    sender: Sender
    recipes: Mapping[str, Recipe]


def send_due_letters(office: PostOffice) -> int:
    """Send what is due until nothing is, or until the server can't be reached. Returns how many left."""
    sent = 0
    with closing(postman_for(office.mail_url)) as postman:
        while letters := _claim():
            left, goes_on = _send_batch(letters, office, postman)
            sent += left
            if not goes_on:
                break
    return sent


def _claim() -> Sequence[Message]:
    """Take due letters for ourselves: whoever else looks for them finds their next attempt in the future."""
    now = clock.now()
    is_due = (Message.state == MessageState.QUEUED, Message.next_attempt_at <= now)
    oldest = (
        select(Message.id)
        .where(*is_due)
        # Somebody waits for a letter that is theirs alone, and nobody for one to many.
        .order_by(Message.mailing_id.is_not(None), Message.next_attempt_at, Message.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with transaction():
        ids = db.session.scalars(oldest).all()
        if not ids:
            return []
        claimed = (
            update(Message)
            .where(Message.id.in_(ids), *is_due)
            .values(next_attempt_at=now + CLAIM_LIVES, attempts=Message.attempts + 1)
            .returning(Message)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        letters = sorted(
            db.session.scalars(claimed), key=lambda message: (message.mailing_id is not None, message.id)
        )
        db.session.expunge_all()  # they stay as we claimed them, whatever others do to the rows
    return letters


def _send_batch(letters: Sequence[Message], office: PostOffice, postman: Postman) -> tuple[int, bool]:
    """How many letters left, and whether it makes sense to go on with the next ones."""
    started = time.monotonic()
    with closing(_Marks()) as marks:
        for number, message in enumerate(letters):
            if time.monotonic() - started > BATCH_LASTS.total_seconds():
                _put_back(letters[number:])
                return marks.count, False
            try:
                if _send_one(message, office, postman):
                    marks.add(message)
            except Unreachable as error:
                for waiting in letters[number:]:
                    _failed(waiting, Failure.LATER, str(error))
                return marks.count, False
    return marks.count, True


def _send_one(message: Message, office: PostOffice, postman: Postman) -> bool:
    if is_poison(attempts=message.attempts, give_up_at=message.give_up_at, now=clock.now()):
        return _failed(message, Failure.REFUSED, "given up: each attempt ended without an answer")
    try:
        made = [office.recipes[recipe["kind"]](recipe) for recipe in message.attachments]
        db.session.rollback()  # what the recipes read must not stay open while the server thinks
        postman.deliver(wrap(message, sender=office.sender, attachments=made))
    except Unreachable:
        raise
    except (Refused, Unaddressable) as error:
        return _failed(message, Failure.REFUSED, str(error))
    except Undelivered as error:
        return _failed(message, Failure.LATER, str(error))
    except Exception as error:  # a letter that can't be made must not stop the others
        log.exception("letter can't be made", extra={"letter": message.id})
        db.session.rollback()
        return _failed(message, Failure.BROKEN, f"{type(error).__name__}: {error}")
    return True


def _failed(message: Message, failure: Failure, why: str) -> bool:
    now = clock.now()
    again = next_attempt(
        failure,
        attempts=message.attempts,
        give_up_at=message.give_up_at,
        now=now,
        jitter=uniform(-1, 1),  # noqa: S311 - spreads load, keeps no secret
    )
    log.warning("letter not sent", extra={"letter": message.id, "parked": again is None})
    if again is None:
        _mark(message, state=MessageState.PARKED, last_error=why[:500])
    else:
        _mark(message, next_attempt_at=again, last_error=why[:500])
    return False


def _put_back(letters: Sequence[Message]) -> None:
    for message in letters:
        _mark(message, next_attempt_at=clock.now(), attempts=message.attempts - 1)


def _mark(message: Message, **changes: Any) -> None:
    """Write down what happened to a letter that is still ours. A cancelled one stays cancelled."""
    ours = (
        Message.id == message.id,
        Message.state == MessageState.QUEUED,
        Message.attempts == message.attempts,
    )
    with transaction():
        statement = update(Message).where(*ours).values(**changes)
        db.session.execute(statement, execution_options={"synchronize_session": False})


_MARK_SENT = (
    update(Message)
    .where(
        Message.id == bindparam("this_letter"),
        Message.state == MessageState.QUEUED,
        Message.attempts == bindparam("this_attempt"),
    )
    .values(state=MessageState.SENT, sent_at=bindparam("left_at"), last_error=None)
)


class _Marks:
    """Letters that have left, and are marked as sent a few at a time; close() marks the last ones."""

    def __init__(self) -> None:
        self.count = 0
        self._waiting: list[dict[str, Any]] = []
        self._since = 0.0

    def add(self, message: Message) -> None:
        """This letter left just now."""
        self.count += 1
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(
            {"this_letter": message.id, "this_attempt": message.attempts, "left_at": clock.now()}
        )
        is_long_ago = time.monotonic() - self._since >= MARKED_WITHIN.total_seconds()
        if is_long_ago or len(self._waiting) >= MARKED_TOGETHER:
            self.close()

    def close(self) -> None:
        if self._waiting:
            with transaction():
                connection().execute(_MARK_SENT, self._waiting)
            self._waiting = []
