"""What must be true of the database once nobody writes to it any more, and of what people were told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Select, func, select, update

from bench.persistent import Log
from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.proof import list_miscounts, list_misheld
from eventhub.registration.rules import LIVE, RegistrationState
from eventhub.tickets.models import Ticket, TicketState


@dataclass(frozen=True)
class Faults:
    """A line for each: what was acknowledged and is not there, what has no letter, what must never be."""

    lost: list[str]
    without_letter: list[str]
    broken_invariants: list[str]


def hurry_letters(app: Flask) -> None:
    """What a killed worker had taken is due again after five minutes (CLAIM_LIVES); nobody works now, so at once."""
    with app.app_context(), transaction():
        waiting = update(Message).where(Message.state == MessageState.QUEUED)
        db.session.execute(waiting.values(next_attempt_at=clock.now()))


def count_unsent(app: Flask) -> int:
    with app.app_context():
        unsent = select(func.count()).where(Message.state == MessageState.QUEUED)
        return db.session.scalars(unsent).one()


def faults_of(app: Flask, log: Log) -> Faults:
    """The server has ended."""
    with app.app_context():
        states = _states()
        lost = [f"{email}: form lost" for email in sorted(log.sent - states.keys())]
        lost += [
            f"{email}: confirmation lost"
            for email in sorted(log.confirmed)
            if states.get(email) is not RegistrationState.CONFIRMED
        ]
        silent = [
            *_silent(log.sent, "registration_confirm"),
            *_silent(log.confirmed, "registration_confirmed"),
        ]
        return Faults(lost, silent, list(_broken_invariants()))


def _states() -> dict[str, RegistrationState]:
    return dict(db.session.execute(select(Registration.email, Registration.state)).all())


def _silent(emails: Iterable[str], letter: str) -> list[str]:
    """Whom this letter has not left for."""
    left = select(Message.to_email).where(Message.letter == letter, Message.state == MessageState.SENT)
    return [f"{email}: no {letter}" for email in sorted(set(emails) - set(db.session.scalars(left)))]


def _broken_invariants() -> Iterator[str]:
    yield from (f"{miscount}" for miscount in list_miscounts())
    yield from (f"{misheld}" for misheld in list_misheld())
    over = select(CapacityPool.id).where(CapacityPool.taken > CapacityPool.capacity)
    yield from (f"pool {pool}: more taken than there is" for pool in db.session.scalars(over))
    yield from (f"{email}: live twice" for email in db.session.scalars(_live_twice()))
    yield from (f"registration {one}: no valid ticket" for one in db.session.scalars(_without_ticket()))
    yield from (
        f"{number}: {count} letters with the ticket" for number, count in db.session.execute(_letters())
    )
    yield from _broken_file()


def _live_twice() -> Select[Any]:
    who = (Registration.event_id, Registration.email_key)
    live = select(Registration.email_key).where(Registration.state.in_(LIVE))
    return live.group_by(*who).having(func.count() > 1)


def _without_ticket() -> Select[Any]:
    valid = select(Ticket.id).where(Ticket.state == TicketState.VALID)
    return (
        select(Registration.id)
        .outerjoin(Attendee, Attendee.registration_id == Registration.id)
        .where(Registration.state == RegistrationState.CONFIRMED)
        .where(Attendee.ticket_id.is_(None) | Attendee.ticket_id.not_in(valid))
    )


def _letters() -> Select[Any]:
    """Confirmed registrations whose letters with the ticket are not exactly one in the outbox."""
    letter = (Message.subject_id == Registration.public_id) & (Message.letter == "registration_confirmed")
    return (
        select(Registration.number, func.count(Message.id))
        .outerjoin(Message, letter)
        .where(Registration.state == RegistrationState.CONFIRMED)
        .group_by(Registration.number)
        .having(func.count(Message.id) != 1)
    )


def _broken_file() -> Iterator[str]:
    """What SQLite itself says of its file."""
    if db.engine.dialect.name != "sqlite":
        return
    said = db.session.connection()
    yield from (row[0] for row in said.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok")
    yield from (f"foreign key: {row}" for row in said.exec_driver_sql("PRAGMA foreign_key_check"))
