"""Whether an event's page names who takes part. Who of them is named, each decides alone."""

from __future__ import annotations

from datetime import datetime

from eventhub import audit
from eventhub.db import db
from eventhub.events.commands import lock, subject_of
from eventhub.events.models import Event
from eventhub.events.stamps import names_changed


def show_participants(event: Event, *, is_shown: bool, by: str, now: datetime) -> None:
    """Switch the public list on or off. Asked again, it does nothing."""
    lock(event)
    if event.shows_participants is is_shown:
        return
    event.shows_participants = is_shown
    db.session.flush()
    # A page that was kept before the list was switched off must not come back with the names of then.
    names_changed(event, now=now)
    audit.record(
        "event.list_shown" if is_shown else "event.list_hidden", subject=subject_of(event), by=by, now=now
    )
