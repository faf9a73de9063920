"""What becomes of a payment: somebody paid, or need not, or it was marked by mistake."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from eventhub.billing.models import Invoice
from eventhub.billing.rules import InvoiceState
from eventhub.core.errors import IllegalMove, NotFound
from eventhub.core.refusals import ReasonMissing
from eventhub.core.states import check_move
from eventhub.db import db, rows_changed
from eventhub.registration.locking import note
from eventhub.registration.models import Registration
from eventhub.registration.types.models import Payment
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.rules import PAYMENT_MOVES, InvoiceStands, PaymentState


def mark_paid(registration: Registration, *, method: str, reference: str, by: str, now: datetime) -> None:
    """It was paid in this way (cash, card, transfer). Raises NotFound where nothing is owed, and IllegalMove."""
    facts = {"method": method, "reference": reference or None}
    _move(registration, PaymentState.PAID, by=by, now=now, decided_at=now, decided_by=by, **facts)


def waive(registration: Registration, *, reason: str, by: str, now: datetime) -> None:
    """It need not be paid, for a reason that is kept. As mark_paid, and ReasonMissing and InvoiceStands."""
    if not reason:
        raise ReasonMissing()
    payment = find_payment(registration.id)
    if payment is not None and payment.invoice_id is not None:
        raise InvoiceStands()
    _move(registration, PaymentState.WAIVED, by=by, now=now, decided_at=now, decided_by=by, reason=reason)


def make_due(registration: Registration, *, by: str, now: datetime) -> None:
    """It was marked by mistake. As mark_paid, and InvoiceStands: what a paid invoice settled is undone with it."""
    payment = find_payment(registration.id)
    if payment is not None and payment.invoice_id is not None:
        invoice = db.session.get_one(
            Invoice, payment.invoice_id, with_for_update=True, populate_existing=True
        )
        if invoice.state is InvoiceState.PAID:
            raise InvoiceStands()
    take_back(registration, by=by, now=now)


def take_back(registration: Registration, *, by: str, now: datetime) -> None:
    """It is due again, whatever settled it. As mark_paid."""
    nothing = dict.fromkeys(("method", "reference", "reason", "decided_at", "decided_by"))
    _move(registration, PaymentState.DUE, by=by, now=now, **nothing)


def _move(registration: Registration, new: PaymentState, *, by: str, now: datetime, **values: object) -> None:
    """A conditional statement, so of two at once one wins."""
    payment = find_payment(registration.id)
    if payment is None:
        raise NotFound()
    old = payment.state
    check_move(PAYMENT_MOVES, old, new)
    ours = [Payment.registration_id == registration.id, Payment.state == old]
    if new is PaymentState.WAIVED:
        ours.append(Payment.invoice_id.is_(None))  # one may be made at this moment
    if rows_changed(update(Payment).where(*ours).values(state=new, **values)) != 1:
        raise IllegalMove()
    note(f"payment.{new}", registration, by=by, now=now, amount=payment.amount, currency=payment.currency)
