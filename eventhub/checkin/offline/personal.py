"""What phones carry as data about somebody: a name, sealed under the code of its ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from eventhub.checkin.offline.listing import KEPT_AFTER
from eventhub.checkin.offline.models import Manifest, ManifestEntry
from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.registration.personal import own_ticket_ids
from eventhub.tickets.models import Ticket


def export_entries(subject: DataSubject) -> list[dict[str, Any]]:
    """Which tickets of these registrations are on the list that the phones of the gates carry."""
    query = select(Ticket.number).join(ManifestEntry, ManifestEntry.ticket_id == Ticket.id)
    mine = query.where(Ticket.id.in_(own_ticket_ids(subject))).order_by(Ticket.id)
    return [{"ticket": number} for number in db.session.scalars(mine)]


def forget_entries(subject: DataSubject) -> None:
    """The next look makes them anew, from what is known then, and phones take that in their place. A look that began
    before is void, since the number of the list has changed (see listing.tell)."""
    mine = ManifestEntry.ticket_id.in_(own_ticket_ids(subject))
    events = select(ManifestEntry.event_id).where(mine)
    rows_changed(update(Manifest).where(Manifest.event_id.in_(events)).values(seq=Manifest.seq + 1))
    rows_changed(delete(ManifestEntry).where(mine))


def drop_old_lists(*, now: datetime) -> None:
    """Of events that are over no phone gets names any more."""
    over = select(Event.id).where(Event.ends_at <= now - KEPT_AFTER)
    rows_changed(delete(ManifestEntry).where(ManifestEntry.event_id.in_(over)))
