"""The doors of an event: named by organisers, never removed, since scans remember them."""

from __future__ import annotations

from datetime import datetime

from eventhub import audit
from eventhub.checkin.models import Gate
from eventhub.core.ids import public_id
from eventhub.db import db


def add_gate(*, event_id: int, name: dict[str, str], by: str, now: datetime) -> Gate:
    """Open a door; `name` is per language."""
    gate = Gate(public_id=public_id(), event_id=event_id, name=name)
    db.session.add(gate)
    db.session.flush()
    audit.record("gate.added", subject=("gate", gate.public_id), by=by, now=now, event=event_id, name=name)
    return gate


def rename_gate(gate: Gate, *, name: dict[str, str], by: str, now: datetime) -> None:
    """Call it something else, also in scans that were made before."""
    old, gate.name = gate.name, name
    audit.record("gate.renamed", subject=("gate", gate.public_id), by=by, now=now, name=[old, name])
