"""Calling an event off: its state, and a letter to everybody who takes part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventhub.core.text import Localised
from eventhub.db import db
from eventhub.events.commands import cancel_event
from eventhub.events.models import Event
from eventhub.registration.letters import post_event_cancelled
from eventhub.registration.models import Registration
from eventhub.registration.rules import LIVE


def call_off_event(event: Event, *, reason: Localised, by: str, now: datetime) -> int:
    """Cancel the event and write to all who hold a place; how many letters that were.

    Raises IllegalMove when it is not published.
    """
    cancel_event(event, reason=reason, by=by, now=now)
    query = select(Registration).where(Registration.event_id == event.id, Registration.state.in_(LIVE))
    affected = db.session.scalars(query.options(selectinload(Registration.attendees))).all()
    for registration in affected:
        post_event_cancelled(registration, event, now=now)
    return len(affected)
