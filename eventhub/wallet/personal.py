"""Passes as data about somebody: which phones asked to hear of their ticket, and when Google was offered it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.registration.personal import own_ticket_ids
from eventhub.tickets.models import Ticket
from eventhub.wallet.models import PassAtGoogle, PassOnPhone


def export_passes(subject: DataSubject) -> list[dict[str, Any]]:
    """Every phone with a pass of these registrations, and every offer of one to Google, the first one first."""
    return _on_phones(subject) + _at_google(subject)


def _on_phones(subject: DataSubject) -> list[dict[str, Any]]:
    query = (
        select(Ticket.number, PassOnPhone.device, PassOnPhone.registered_at)
        .join(Ticket, Ticket.id == PassOnPhone.ticket_id)
        .where(PassOnPhone.ticket_id.in_(own_ticket_ids(subject)))
        .order_by(PassOnPhone.registered_at, PassOnPhone.device, PassOnPhone.serial)
    )
    return [
        {"ticket": row.number, "phone": row.device, "registered_at": row.registered_at}
        for row in db.session.execute(query)
    ]


def _at_google(subject: DataSubject) -> list[dict[str, Any]]:
    query = (
        select(Ticket.number, PassAtGoogle.language, PassAtGoogle.offered_at)
        .join(Ticket, Ticket.id == PassAtGoogle.ticket_id)
        .where(PassAtGoogle.ticket_id.in_(own_ticket_ids(subject)))
        .order_by(PassAtGoogle.offered_at, PassAtGoogle.serial, PassAtGoogle.language)
    )
    return [
        {"ticket": row.number, "language": row.language, "offered_to_google_at": row.offered_at}
        for row in db.session.execute(query)
    ]


def forget_passes(subject: DataSubject) -> None:
    """No phone hears of them any more. What Google holds is cleared there first: the row names nobody, and goes
    then."""
    rows_changed(delete(PassOnPhone).where(PassOnPhone.ticket_id.in_(own_ticket_ids(subject))))
