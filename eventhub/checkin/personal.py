"""Scans as data about somebody: when which ticket was shown where. They name nobody but in the crew's own words, so
that these go with the name, and all else stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from eventhub.checkin.models import Scan
from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.registration.personal import own_ticket_ids
from eventhub.tickets.models import Ticket


def export_scans(subject: DataSubject) -> list[dict[str, Any]]:
    """Every showing of a ticket of these registrations, the oldest first."""
    query = select(Scan, Ticket.number).join(Ticket, Ticket.id == Scan.ticket_id)
    mine = query.where(Ticket.id.in_(own_ticket_ids(subject)))
    rows = db.session.execute(mine.options(joinedload(Scan.gate)).order_by(Scan.id))
    return [
        {
            "ticket": number,
            "gate": scan.gate and scan.gate.name,
            "direction": scan.direction,
            "verdict": scan.verdict,
            "scanned_at": scan.scanned_at,
            "reason": scan.reason,
        }
        for scan, number in rows
    ]


def forget_reasons(subject: DataSubject) -> None:
    """What the crew wrote of somebody, perhaps by name."""
    said = update(Scan).where(Scan.ticket_id.in_(own_ticket_ids(subject)), Scan.reason.is_not(None))
    rows_changed(said.values(reason=None))
