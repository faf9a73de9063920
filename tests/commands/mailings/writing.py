"""What tests of letters to many and of reminders ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import time_machine
from flask import current_app
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.handlers import HANDLERS
from eventhub.mail.models import Message
from eventhub.mail.sending import _claim
from eventhub.mailings.commands import (
    MailingAsk,
    draft_mailing,
    post_mailing,
    withdraw_mailing,
    write_letters,
)
from eventhub.mailings.models import Mailing
from eventhub.mailings.queries import get_mailing
from tests.factories import make_attendee, make_event

SUBJECT = {"en": "News of {event_title}", "ru": "Новости: {event_title}"}
TEXT = {"en": "Dear {full_name}, the room changed.", "ru": "{full_name}, аудитория изменилась."}


def an_event(*people: str, now: datetime, **changes: Any) -> Event:
    """An event with a confirmed registration for each name, the address made of it."""
    with transaction():
        event = make_event(now=now, **changes)
        for name in people:
            make_attendee(event, now=now, full_name=name, email=address(name), email_key=address(name))
    return event


def address(name: str) -> str:
    return f"{name.lower()}@example.org"


def a_draft(event: Event, *, now: datetime, **changes: Any) -> Mailing:
    ask = MailingAsk(**{"subject": SUBJECT, "text": TEXT, "states": ("confirmed",), **changes})
    with transaction():
        return draft_mailing(event, ask, by="organiser", now=now)


def post(mailing: Mailing, event: Event, *, now: datetime) -> int:
    letters = write_letters(mailing, event, now=now)
    with transaction():
        return post_mailing(mailing, letters, by="organiser", now=now)


def posted(event: Event, *, now: datetime, **changes: Any) -> Mailing:
    mailing = a_draft(event, now=now, **changes)
    post(mailing, event, now=now)
    return again(mailing)


def withdraw(mailing: Mailing, *, now: datetime) -> int:
    with transaction():
        return withdraw_mailing(mailing, by="organiser", now=now)


def again(mailing: Mailing) -> Mailing:
    """As the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return get_mailing(mailing.event_id, mailing.public_id)


def messages(letter: str | None = None) -> list[Message]:
    db.session.rollback()
    db.session.expire_all()
    query = select(Message).order_by(Message.id)
    return list(db.session.scalars(query if letter is None else query.where(Message.letter == letter)))


def readers(letter: str | None = None) -> list[str]:
    return [message.to_email for message in messages(letter)]


def states() -> list[str]:
    return [message.state.value for message in messages()]


def work(kind: str, *, at: datetime) -> None:
    """The worker does this at that moment, with a database session of its own."""
    db.session.rollback()
    with time_machine.travel(at, tick=False), current_app.app_context():
        HANDLERS[kind](at)


def claim(*, at: datetime) -> list[str]:
    """The kinds of the letters that a worker begins to send."""
    db.session.rollback()
    with time_machine.travel(at, tick=False), current_app.app_context():
        return [letter.letter for letter in _claim()]
