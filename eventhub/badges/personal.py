"""Printed badges as data about somebody: when a badge was printed, and why once more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from eventhub.badges.models import BadgePrint, BadgePrinting
from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.registration.personal import own_ticket_ids
from eventhub.tickets.models import Ticket


def export_badges(subject: DataSubject) -> list[dict[str, Any]]:
    """Every printing of a badge of these registrations, the oldest first."""
    query = (
        select(Ticket.number, BadgePrinting.printed_at, BadgePrinting.layout, BadgePrinting.reason)
        .join(BadgePrint, BadgePrint.ticket_id == Ticket.id)
        .join(BadgePrinting, BadgePrinting.id == BadgePrint.printing_id)
        .where(Ticket.id.in_(own_ticket_ids(subject)))
        .order_by(BadgePrinting.id, BadgePrint.position)
    )
    return [
        {"ticket": row.number, "printed_at": row.printed_at, "layout": row.layout, "reason": row.reason}
        for row in db.session.execute(query)
    ]


def forget_badges(subject: DataSubject) -> None:
    """Reasons may name somebody, so they go; that a badge was printed names a ticket and nobody."""
    theirs = select(BadgePrint.printing_id).where(BadgePrint.ticket_id.in_(own_ticket_ids(subject)))
    rows_changed(update(BadgePrinting).where(BadgePrinting.id.in_(theirs)).values(reason=None))
