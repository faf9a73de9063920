"""Who has questions to complete hears of it, with their names and the day by which the first of them closes."""

from __future__ import annotations

from datetime import datetime

from eventhub.core.text import localised
from eventhub.registration.approval_letters import post_complete
from eventhub.registration.desk import LETTERS_BY_STAFF
from eventhub.registration.forms.completing import list_to_complete
from eventhub.registration.letters import manage_path
from eventhub.registration.locking import note
from eventhub.registration.models import Registration
from eventhub.registration.rules import NothingMissing
from eventhub.throttle import count_try


def remind_to_complete(registration: Registration, *, by: str, now: datetime) -> None:
    """Post the letter to somebody with a confirmed place and open questions. Raises NothingMissing, TooMany."""
    open_ones = list_to_complete(registration, now=now)
    if not open_ones or registration.removed_at is not None:
        raise NothingMissing()
    count_try(LETTERS_BY_STAFF, registration.public_id, now=now)
    event = registration.event
    contents = [question.content for question in open_ones]
    ends = [end for one in contents for end in (one.due_at, one.frozen_at) if end is not None]
    post_complete(
        registration,
        event,
        missing=", ".join(localised(one.label, registration.language) for one in contents),
        link=f"{manage_path(registration)}/complete",
        until=min(ends, default=event.ends_at),
        now=now,
    )
    note("registration.reminded_to_complete", registration, by=by, now=now)
