"""Ticket and payment as data about somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, update

from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.registration.models import Registration
from eventhub.registration.types.models import Payment, TicketType
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.rules import Access


def export_ticket(registration: Registration) -> dict[str, Any]:
    """The name of its type per language, and what is owed or was paid."""
    kind, payment = registration.ticket_type, find_payment(registration.id)
    facts = ("state", "amount", "currency", "method", "reference", "reason", "decided_at")
    return {
        "ticket_type": kind and kind.name,
        "payment": payment and {name: getattr(payment, name) for name in facts},
    }


def forget_payment(registration_id: int) -> None:
    """The amount stays, so that sums do; what staff wrote about the person goes."""
    ours = Payment.registration_id == registration_id
    rows_changed(update(Payment).where(ours).values(reference=None, reason=None))


def export_lists(subject: DataSubject) -> list[dict[str, Any]]:
    """The tickets in whose list of addresses the person stands. By a link alone nobody is told of other events."""
    return [{"event": event.title, "ticket_type": row.name} for row, event in _listing(subject)]


def forget_in_lists(subject: DataSubject) -> None:
    """The person's address goes out of them; domains are nobody's."""
    for row, _event in _listing(subject):
        row.allowed = [one for one in row.allowed if one.casefold() != subject.email_key]
    db.session.flush()


def _listing(subject: DataSubject) -> Iterator[tuple[TicketType, Event]]:
    if not subject.is_whole:
        return
    listed = TicketType.access.in_((Access.PARTNER, Access.STUDENT))
    query = select(TicketType, Event).join(Event, Event.id == TicketType.event_id).where(listed)
    for row, event in db.session.execute(query.order_by(TicketType.id)):
        if any(one.casefold() == subject.email_key for one in row.allowed):
            yield row, event
