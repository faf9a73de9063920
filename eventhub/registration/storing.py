"""A new registration as rows: one of an address at an event, and one of a form, whoever writes at the same moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert

from eventhub.core.ids import public_id, readable_number
from eventhub.core.names import email_key, search_key
from eventhub.db import as_stored, connection, db
from eventhub.events.models import Event
from eventhub.registration.asking import Ask, Submission
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.queries import find_live
from eventhub.registration.rules import HOLD, RegistrationState
from eventhub.registration.types.rules import OfferedType
from eventhub.registration.types.taking import owe


def store_or_find(
    ask: Ask,
    how: Submission,
    event: Event,
    tickets: Sequence[OfferedType],
    *,
    companions: int = 0,
    now: datetime,
) -> tuple[Registration, bool]:
    """The new registration and True, or the live one of this address.

    The form may be used again for something new: for a corrected address, or after the first one ended.
    Two who write the same address wait for each other, so this comes before any pool is locked.
    """
    key = how.key
    while True:
        registration = store(ask, key=key, event=event, tickets=tickets, companions=companions, now=now)
        if registration is not None:
            return registration, True
        there = find_live(event.id, email_key(ask.email))
        if there is not None:
            return there, False
        key = public_id()


def store(
    ask: Ask,
    *,
    key: str,
    event: Event,
    tickets: Sequence[OfferedType],
    companions: int = 0,
    now: datetime,
) -> Registration | None:
    """The registration, pending and without places, and its person, who answers for all `tickets`; None when this
    form or this address made one before."""
    row = {
        **_fresh(ask, event, now=now),
        "submission_key": key,
        "ticket_type_id": tickets[0].id if tickets else None,
        "companions": companions,
    }
    new_id = insert_unless_there(row)
    if new_id is None:
        return None
    registration = as_stored(Registration(**row, id=new_id))
    set_committed_value(registration, "event", event)
    set_committed_value(registration, "attendees", [_store_person(registration, ask.full_name)])
    owe(new_id, tickets)
    return registration


def _fresh(ask: Ask, event: Event, *, now: datetime) -> dict[str, object]:
    """Every column is named, so that the row need not be read back."""
    return {
        "public_id": public_id(),
        "number": readable_number(),
        "event_id": event.id,
        "state": RegistrationState.PENDING,
        "email": ask.email,
        "email_key": email_key(ask.email),
        "organisation": ask.organisation,
        "country": ask.country,
        "language": ask.language,
        "link_generation": 1,
        "created_at": now,
        "held_until": now + HOLD,
        **dict.fromkeys(("confirmed_at", "ended_at", "removed_at", "handed_from_id", "review_since")),
    }


def _store_person(registration: Registration, full_name: str) -> Attendee:
    row = {
        "registration_id": registration.id,
        "ticket_id": None,
        "full_name": full_name,
        "search_key": search_key(full_name),
    }
    return as_stored(Attendee(**row, id=connection().execute(_INSERT_PERSON, row).scalar_one()))


_INSERT_PERSON = insert(Attendee).returning(Attendee.id)


def insert_unless_there(row: Mapping[str, object]) -> int | None:
    """The id of the new registration; None when one has its form's key already, or a live one its address.

    The database says so, also of two at the same moment: the second waits here for the first. So nobody comes here
    who has locked a pool.
    """
    new_id: int | None = connection().execute(_insert(db.engine.dialect.name), row).scalar_one_or_none()
    return new_id


@cache
def _insert(dialect_name: str) -> ReturningInsert[int]:
    new = sqlite.insert(Registration) if dialect_name == "sqlite" else postgresql.insert(Registration)
    return new.on_conflict_do_nothing().returning(Registration.id)
