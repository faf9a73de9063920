"""Ticket and payment as data about somebody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from eventhub.db import rows_changed
from eventhub.registration.models import Registration
from eventhub.registration.types.models import Payment
from eventhub.registration.types.queries import find_payment


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
