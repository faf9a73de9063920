"""Making an invoice, marking it as paid, and cancelling it by another document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from eventhub import audit
from eventhub.billing.models import Invoice, Series
from eventhub.billing.printing import print_invoice
from eventhub.billing.queries import find_issuer
from eventhub.billing.rules import (
    MOVES,
    Bill,
    DocumentKind,
    InvoiceEmptied,
    InvoiceSettled,
    InvoiceState,
    IssuerMissing,
    NothingToInvoice,
    search_key_of,
)
from eventhub.core.ids import public_id
from eventhub.core.text import localised
from eventhub.db import connection, db, rows_changed
from eventhub.events.models import Event


def issue(event: Event, bill: Bill, *, by: str, now: datetime) -> Invoice:
    """The invoice with the next number of its issuer's year, printed once and for all.

    Raises IssuerMissing and NothingToInvoice.
    """
    issuer = find_issuer(event.id, is_locked=True)  # its prefix does not change before the number is given
    if issuer is None:
        raise IssuerMissing()
    if bill.total <= 0:
        raise NothingToInvoice()
    head = {
        name: localised(getattr(issuer, name), bill.language)
        for name in ("name", "address", "bank", "vat_note")
    }
    content: dict[str, Any] = {
        "issuer": {**head, "tax_number": issuer.tax_number},
        "billed": asdict(bill.billed),
        "event": localised(event.title, bill.language),
        "lines": [asdict(line) for line in bill.lines],
    }
    invoice = Invoice(
        event_id=event.id,
        subject_kind=bill.about[0],
        subject_id=bill.about[1],
        issuer=issuer.prefix,
        kind=DocumentKind.INVOICE,
        language=bill.language,
        total=bill.total,
        currency=bill.currency,
    )
    return _print(invoice, content, event, by=by, now=now)


def cancel_invoice(invoice: Invoice, event: Event, *, reason: str, by: str, now: datetime) -> Invoice:
    """The document that cancels it, with a number of its own: no invoice is ever deleted. Raises InvoiceSettled
    and InvoiceEmptied."""
    _check_is_whole(invoice)
    _move(invoice, InvoiceState.CANCELLED, by=by, now=now, reason=reason)
    cancels = {"name": invoice.name, "day": invoice.content["day"], "reason": reason}
    document = Invoice(
        event_id=invoice.event_id,
        subject_kind=invoice.subject_kind,
        subject_id=invoice.subject_id,
        issuer=invoice.issuer,
        kind=DocumentKind.CANCELLATION,
        cancels_id=invoice.id,
        language=invoice.language,
        total=-invoice.total,
        currency=invoice.currency,
    )
    return _print(document, {**invoice.content, "cancels": cancels}, event, by=by, now=now)


def settle(invoice: Invoice, *, reference: str, by: str, now: datetime) -> None:
    """It was paid. Raises InvoiceSettled and InvoiceEmptied."""
    _check_is_whole(invoice)
    _move(invoice, InvoiceState.PAID, by=by, now=now, reference=reference or None)


def _check_is_whole(invoice: Invoice) -> None:
    if "day" not in invoice.content:
        raise InvoiceEmptied()


def _move(invoice: Invoice, new: InvoiceState, *, by: str, now: datetime, **values: object) -> None:
    """Of two at once one does it."""
    old = [state for state, after in MOVES.items() if new in after]
    ours = (Invoice.id == invoice.id, Invoice.kind == DocumentKind.INVOICE, Invoice.state.in_(old))
    change = update(Invoice).where(*ours).values(state=new, settled_at=now, settled_by=by, **values)
    if rows_changed(change) != 1:
        raise InvoiceSettled()
    db.session.refresh(invoice)
    _note(new, invoice, by=by, now=now)


def _print(invoice: Invoice, content: dict[str, Any], event: Event, *, by: str, now: datetime) -> Invoice:
    day = now.astimezone(ZoneInfo(event.timezone)).date()
    invoice.public_id, invoice.state = public_id(), InvoiceState.ISSUED
    invoice.year, invoice.number = day.year, _next_number(invoice.issuer, day.year)
    invoice.content = {**content, "day": day.isoformat()}
    invoice.search_key = search_key_of(invoice.issuer, invoice.year, invoice.number, content)
    invoice.pdf = print_invoice(invoice, made_at=now)
    invoice.digest = sha256(invoice.pdf).hexdigest()
    invoice.made_at, invoice.made_by = now, by
    db.session.add(invoice)
    db.session.flush()
    _note("issued", invoice, by=by, now=now)
    return invoice


def _next_number(issuer: str, year: int) -> int:
    """One statement, in the transaction of the invoice: of two at once the second waits for the first, and a number
    whose invoice came to nothing is given to the next."""
    counted = connection().execute(_count(db.engine.dialect.name), {"issuer": issuer, "year": year})
    return counted.scalar_one()


@cache
def _count(dialect_name: str) -> ReturningInsert[*tuple[int]]:
    new = sqlite.insert(Series) if dialect_name == "sqlite" else postgresql.insert(Series)
    first = {"issuer": bindparam("issuer"), "year": bindparam("year"), "last": 1}
    return (
        new.values(first)
        .on_conflict_do_update(index_elements=[Series.issuer, Series.year], set_={"last": Series.last + 1})
        .returning(Series.last)
    )


def _note(deed: str, invoice: Invoice, *, by: str, now: datetime) -> None:
    subject = (invoice.subject_kind, invoice.subject_id)
    audit.record(f"invoice.{deed}", subject=subject, by=by, now=now, number=invoice.name, total=invoice.total)
