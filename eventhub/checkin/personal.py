"""Scans as data about somebody: when which ticket was shown where. They name nobody but in the crew's own words, so
that these go with the name, and all else stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from eventhub.checkin.models import Scan
from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
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


def forget_reasons(subject: DataSubject) -> None:
    """What the crew wrote of somebody, perhaps by name."""
    tickets = (
        select(Attendee.ticket_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.public_id.in_(subject.registrations))
    )
    said = update(Scan).where(Scan.ticket_id.in_(tickets), Scan.reason.is_not(None))
    rows_changed(said.values(reason=None))
