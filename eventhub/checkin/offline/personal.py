"""What phones carry as data about somebody: a name, sealed under the code of its ticket."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select

from eventhub.checkin.offline.models import ManifestEntry
from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.registration.models import Attendee, Registration
from eventhub.tickets.models import Ticket


def export_entries(subject: DataSubject) -> list[dict[str, Any]]:
    """Which tickets of these registrations are on the list that the phones of the gates carry."""
    query = select(Ticket.number).join(ManifestEntry, ManifestEntry.ticket_id == Ticket.id)
    mine = query.where(Ticket.id.in_(_tickets(subject))).order_by(Ticket.id)
    return [{"ticket": number} for number in db.session.scalars(mine)]


def forget_entries(subject: DataSubject) -> None:
    """The next look makes them anew, from what is known then, and phones take that in their place."""
    rows_changed(delete(ManifestEntry).where(ManifestEntry.ticket_id.in_(_tickets(subject))))


def _tickets(subject: DataSubject) -> Select[int | None]:
    return (
        select(Attendee.ticket_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.public_id.in_(subject.registrations))
    )
