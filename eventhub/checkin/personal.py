"""Scans as data about somebody: when which ticket was shown where. They name nobody, so they stay when names go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventhub.checkin.models import Scan
from eventhub.core.subjects import DataSubject
from eventhub.db import db
from eventhub.registration.models import Attendee, Registration
from eventhub.tickets.models import Ticket


def export_scans(subject: DataSubject) -> list[dict[str, Any]]:
    """Every showing of a ticket of these registrations, the oldest first."""
    own = (
        select(Attendee.ticket_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.public_id.in_(subject.registrations))
    )
    query = select(Scan, Ticket.number).join(Ticket, Ticket.id == Scan.ticket_id).where(Ticket.id.in_(own))
    rows = db.session.execute(query.options(joinedload(Scan.gate)).order_by(Scan.id))
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
