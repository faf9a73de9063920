"""Keeping a registration to ourselves while it changes, and writing down what was done to it."""

from __future__ import annotations

from datetime import datetime

from eventhub import audit
from eventhub.db import db
from eventhub.registration.models import Registration

ALONE = {"of": Registration, "key_share": True}


def lock(registration: Registration) -> None:
    """From here on nobody else changes it. Others may write down that a place is held for it: whoever waits for the
    pools with this lock must not be waited for by who has them."""
    db.session.refresh(registration, with_for_update=ALONE)
    _read_anew(registration)


def _read_anew(registration: Registration) -> None:
    """What hangs on it was perhaps read before somebody else's change: a ticket issued just now, for instance, or a
    child who comes along. After waiting for a row PostgreSQL reads that row again, and nothing beside it."""
    for attendee in registration.attendees:
        db.session.expire(attendee)
    db.session.expire(registration, ["attendees", "choices", "places"])


def note(action: str, registration: Registration, *, by: str, now: datetime, **detail: object) -> None:
    """Into the audit log, in the same transaction."""
    audit.record(action, subject=("registration", registration.public_id), by=by, now=now, **detail)
