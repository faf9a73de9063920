"""What a watching machine should know, counted from the database: the same answer from every process."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from eventhub.db import db
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.registration.models import Registration
from eventhub.registration.proof import list_miscounts
from eventhub.registration.rules import RegistrationState


def expose(*, now: datetime) -> bytes:
    """Everything in Prometheus' text form."""
    registry = CollectorRegistry()
    letters = Gauge("eventhub_letters", "Letters by state", ["state"], registry=registry)
    for state, count in _counts(Message.state, MessageState).items():
        letters.labels(state).set(count)
    registrations = Gauge("eventhub_registrations", "Registrations by state", ["state"], registry=registry)
    for state, count in _counts(Registration.state, RegistrationState).items():
        registrations.labels(state).set(count)
    waiting = Gauge("eventhub_letter_waits_seconds", "Age of the oldest letter to send", registry=registry)
    waiting.set(_oldest_wait(now))
    wrong = Gauge("eventhub_miscounted_pools", "Pools whose counter is wrong", registry=registry)
    wrong.set(len(list_miscounts()))
    return generate_latest(registry)


def _counts(column: InstrumentedAttribute[Any], states: type[StrEnum]) -> dict[str, int]:
    """How many rows each state has, those with none included."""
    rows = db.session.execute(select(column, func.count()).group_by(column))
    found = {str(state): count for state, count in rows}
    return {state.value: found.get(state.value, 0) for state in states}


def _oldest_wait(now: datetime) -> float:
    query = select(func.min(Message.created_at)).where(Message.state == MessageState.QUEUED)
    oldest = db.session.scalar(query)
    return 0.0 if oldest is None else max((now - oldest).total_seconds(), 0.0)
