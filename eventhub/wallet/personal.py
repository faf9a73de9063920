"""Passes on phones as data about somebody: which phones asked to hear of their ticket."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select

from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.registration.models import Attendee, Registration
from eventhub.tickets.models import Ticket
from eventhub.wallet.models import PassOnPhone


def export_passes(subject: DataSubject) -> list[dict[str, Any]]:
    """Every phone with a pass of these registrations, the first one first."""
    query = (
        select(Ticket.number, PassOnPhone.device, PassOnPhone.registered_at)
        .join(Ticket, Ticket.id == PassOnPhone.ticket_id)
        .where(PassOnPhone.ticket_id.in_(_tickets(subject)))
        .order_by(PassOnPhone.registered_at, PassOnPhone.device, PassOnPhone.serial)
    )
    return [
        {"ticket": row.number, "phone": row.device, "registered_at": row.registered_at}
        for row in db.session.execute(query)
    ]


def forget_passes(subject: DataSubject) -> None:
    """No phone hears of them any more."""
    rows_changed(delete(PassOnPhone).where(PassOnPhone.ticket_id.in_(_tickets(subject))))


def _tickets(subject: DataSubject) -> Select[int | None]:
    return (
        select(Attendee.ticket_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.public_id.in_(subject.registrations))
    )
