"""What is said by mail about an invoice: here it is, and it is cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventhub.billing.models import Invoice
from eventhub.core import money
from eventhub.core.links import absolute
from eventhub.core.text import localised
from eventhub.core.tombstones import is_placeholder
from eventhub.events.models import Event
from eventhub.events.wording import when
from eventhub.mail.outbox import Recipient, post
from eventhub.registration.models import Registration


def post_invoice(invoice: Invoice, event: Event, *, registration: Registration | None, now: datetime) -> None:
    """The invoice is attached. It goes to the address that was told for it, whose reader need not be who registered:
    no secret link is in it."""
    number = registration.number if registration else ""
    _post("invoice", invoice, event, now=now, registration_number=number)


def post_cancelled(document: Invoice, invoice: Invoice, event: Event, *, now: datetime) -> None:
    """The document that cancels the invoice is attached."""
    facts = {"registration_number": "", "cancelled_number": invoice.name}
    _post("invoice_cancelled", document, event, now=now, **facts)


def _post(letter: str, document: Invoice, event: Event, *, now: datetime, **facts: Any) -> None:
    billed, language = document.content["billed"], document.language
    if is_placeholder(billed["email"]):
        return
    said = {
        "full_name": billed["name"],
        "event_title": localised(event.title, language),
        "event_when": when(event, language),
        "contact_email": event.contact_email,
        "event_link": absolute(f"/events/{event.slug}"),
        "ticket_name": "",
        "to_pay": "",
        "invoice_number": document.name,
        "amount": money.said(abs(document.total), document.currency, language),
    }
    post(
        letter,
        to=Recipient(email=billed["email"], full_name=billed["name"], language=language),
        facts={**said, **facts},
        about=(document.subject_kind, document.subject_id),
        event_id=event.id,
        attachments=({"kind": "invoice_pdf", "invoice": document.public_id},),
        now=now,
    )
