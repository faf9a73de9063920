"""Billing data and invoices as data about somebody: what was told goes, and an invoice stays for its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from eventhub.billing.models import Invoice
from eventhub.billing.rules import search_key_of
from eventhub.core.subjects import DataSubject
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.invoicing.models import Payer
from eventhub.registration.models import Registration


def export_billing(subject: DataSubject) -> list[dict[str, Any]]:
    """What was told for invoices."""
    names = ("name", "address", "country", "tax_number", "reference", "email", "language", "told_at")
    rows = db.session.scalars(select(Payer).where(_told_by(subject)).order_by(Payer.id))
    return [{name: getattr(row, name) for name in names} for row in rows]


def forget_billing(subject: DataSubject) -> None:
    """What stands on an invoice stays there: accounts are kept (domain: class F)."""
    db.session.execute(delete(Payer).where(_told_by(subject)).execution_options(synchronize_session="fetch"))


def export_invoices(subject: DataSubject) -> list[dict[str, Any]]:
    """Each with its number, its state and what stands on it."""
    return [
        {
            "number": one.name,
            "kind": one.kind,
            "state": one.state,
            "total": one.total,
            "currency": one.currency,
            "made_at": one.made_at,
            "content": one.content,
        }
        for one in _invoices_of(subject)
    ]


def export_invoice_files(subject: DataSubject) -> dict[str, bytes]:
    """The invoices as they were printed, by the names of their files."""
    return {f"invoices/{one.name}.pdf": one.pdf for one in _invoices_of(subject) if one.pdf}


def _invoices_of(subject: DataSubject) -> Sequence[Invoice]:
    own = and_(Invoice.subject_kind == "registration", Invoice.subject_id.in_(subject.registrations))
    if subject.is_whole:
        led = select(Delegation.public_id).where(Delegation.email_key == subject.email_key)
        own = or_(own, and_(Invoice.subject_kind == "delegation", Invoice.subject_id.in_(led)))
    return db.session.scalars(select(Invoice).where(own).order_by(Invoice.id)).all()


def _told_by(subject: DataSubject) -> ColumnElement[bool]:
    """By a link what was told with its registration; by a proven address also for a delegation, and where it is the
    address of the invoice."""
    ids = select(Registration.id).where(Registration.public_id.in_(subject.registrations))
    own = Payer.registration_id.in_(ids)
    if not subject.is_whole:
        return own
    led = select(Delegation.id).where(Delegation.email_key == subject.email_key)
    return or_(own, Payer.delegation_id.in_(led), func.lower(Payer.email) == subject.email_key)


def list_forgettable_payers(*, ended_before: datetime, limit: int) -> Sequence[int]:
    """Those of delegations, whose event ended at this moment or before; others go with their registration."""
    query = (
        select(Payer.id)
        .join(Event, Event.id == Payer.event_id)
        .where(Event.ends_at <= ended_before, Payer.delegation_id.is_not(None))
    )
    return db.session.scalars(query.order_by(Payer.id).limit(limit)).all()


def forget_payer(number: int) -> None:
    db.session.execute(delete(Payer).where(Payer.id == number))


def list_forgettable_invoices(*, ended_before: datetime, limit: int) -> Sequence[int]:
    """Those of events that ended at this moment or before and that still say something."""
    query = (
        select(Invoice.id)
        .join(Event, Event.id == Invoice.event_id)
        .where(Event.ends_at <= ended_before, func.length(Invoice.pdf) > 0)
    )
    return db.session.scalars(query.order_by(Invoice.id).limit(limit)).all()


def forget_invoice(number: int) -> None:
    """Its number, its sum and its state stay, so that no series has a gap."""
    invoice = db.session.get_one(Invoice, number, with_for_update=True)
    invoice.content, invoice.pdf, invoice.digest = {}, b"", sha256(b"").hexdigest()
    invoice.reference = invoice.reason = None
    invoice.search_key = search_key_of(invoice.issuer, invoice.year, invoice.number, {})
    db.session.flush()
