"""Billing data are told, an invoice is made of what is owed, and what becomes of it moves the debts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.billing.commands import cancel_invoice, issue, settle
from eventhub.billing.models import Invoice
from eventhub.billing.rules import Bill, Billed, InvoiceState, Line, NothingToInvoice
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.ids import public_id
from eventhub.core.refusals import ReasonMissing
from eventhub.core.text import N_, localised
from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.invoicing.letters import post_cancelled, post_invoice
from eventhub.registration.invoicing.models import Payer
from eventhub.registration.invoicing.queries import OWING, Debtor, list_debtors, list_paid_by
from eventhub.registration.invoicing.rules import check_tax_number
from eventhub.registration.models import Registration
from eventhub.registration.parties.fares import fares_of
from eventhub.registration.types.models import Payment
from eventhub.registration.types.paying import mark_paid, take_back
from eventhub.registration.types.queries import find_type
from eventhub.registration.types.rules import PaymentState

TRANSFER = "transfer"


class BillingMissing(Refusal):
    sentence = N_("Nobody told yet to whom this invoice goes.")


def tell_payer(
    billed: Billed,
    *,
    registration: Registration | None = None,
    delegation: Delegation | None = None,
    language: str,
    now: datetime,
) -> Payer:
    """To whom the invoice of one of them goes, from now on: invoices that are made stay as they are.

    Raises TaxNumberWrong and InnWrong.
    """
    check_tax_number(billed.tax_number, billed.country)
    whose = registration or delegation
    assert whose is not None  # one of them
    kind = "registration" if registration else "delegation"
    told = {**vars(billed), "language": language, "told_at": now}
    new = {"public_id": public_id(), "event_id": whose.event_id, f"{kind}_id": whose.id}
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    written = dialect.insert(Payer).values(**new, **told)
    db.session.execute(written.on_conflict_do_update(index_elements=[f"{kind}_id"], set_=told))
    audit.record("payer.told", subject=(kind, whose.public_id), by="holder", now=now)
    query = select(Payer).where(getattr(Payer, f"{kind}_id") == whose.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def make_invoice(event: Event, payer_id: str, *, by: str, now: datetime) -> Invoice:
    """One invoice for all that this payer owes now, with the letter. Of two at once one makes it.

    Raises NotFound, NothingToInvoice, IssuerMissing.
    """
    payer = _lock_payer(event, payer_id)
    debtor = next((one for one in list_debtors(event.id) if one.payer is payer), None)
    if debtor is None:
        raise NothingToInvoice()
    invoice = issue(event, bill_of(debtor, payer, event), by=by, now=now)
    claimed = update(Payment).where(*_as_printed(debtor)).values(invoice_id=invoice.id)
    if rows_changed(claimed) != len(debtor.owed):
        raise NothingToInvoice()  # somebody paid, left or changed meanwhile: the page shows what is left
    db.session.expire_all()
    post_invoice(invoice, event, registration=debtor.registration, now=now)
    return invoice


def _as_printed(debtor: Debtor) -> tuple[ColumnElement[bool], ...]:
    """The debts as the invoice asks for them, of people who still come."""
    printed = [(one.id, payment.amount) for one, payment in debtor.owed]
    coming = select(Registration.id).where(
        Registration.id.in_([number for number, _amount in printed]), Registration.state.in_(OWING)
    )
    return (
        tuple_(Payment.registration_id, Payment.amount).in_(printed),
        Payment.registration_id.in_(coming),
        Payment.invoice_id.is_(None),
        Payment.state == PaymentState.DUE,
        Payment.currency == debtor.currency,
    )


def _lock_payer(event: Event, payer_id: str) -> Payer:
    query = select(Payer).where(Payer.public_id == payer_id, Payer.event_id == event.id)
    payer = db.session.scalars(query.with_for_update()).one_or_none()
    if payer is None:
        raise NotFound()
    return payer


def bill_of(debtor: Debtor, payer: Payer, event: Event) -> Bill:
    """What the invoice asks for: a line for each ticket at each price."""
    counted: Counter[tuple[str, int]] = Counter()
    for registration, payment in debtor.owed:
        counted.update(_lines_of(registration, payment, payer.language))
    names = ("name", "address", "country", "tax_number", "reference", "email")
    return Bill(
        billed=Billed(**{name: getattr(payer, name) for name in names}),
        lines=tuple(Line(text=text, price=price, count=count) for (text, price), count in counted.items()),
        currency=debtor.currency,
        language=payer.language,
        about=debtor.about,
    )


def _lines_of(registration: Registration, payment: Payment, language: str) -> Counter[tuple[str, int]]:
    """A family has a price for each of its people; a group pays the same for each."""
    fares = fares_of(registration)
    heads = len(registration.attendees)
    each: list[tuple[int | None, int]] = [
        (one.ticket_type_id, one.price) for one in fares.values() if one.price
    ] or ([(registration.ticket_type_id, payment.amount // heads)] * heads)
    named = Counter((_name(registration.event_id, kind, language), price) for kind, price in each)
    if sum(price * count for (_text, price), count in named.items()) == payment.amount:
        return named
    return Counter({(_name(registration.event_id, registration.ticket_type_id, language), payment.amount): 1})


def _name(event_id: int, type_id: int | None, language: str) -> str:
    found = find_type(event_id, type_id)
    return localised(found.content.name, language) if found else ""


def mark_invoice_paid(invoice: Invoice, *, reference: str, by: str, now: datetime) -> None:
    """The money came: nobody on it owes anything any more. Raises InvoiceSettled."""
    settle(invoice, reference=reference, by=by, now=now)
    for registration, payment in list_paid_by(invoice):
        if payment.state is PaymentState.DUE:
            mark_paid(registration, method=TRANSFER, reference=reference or invoice.name, by=by, now=now)


def cancel_by_document(invoice: Invoice, event: Event, *, reason: str, by: str, now: datetime) -> Invoice:
    """Cancel it by a document with a number of its own, and say so by mail; what it asked for is to be invoiced again,
    and what was paid by it is due again: who paid another way has paid. Raises ReasonMissing and InvoiceSettled."""
    if not reason:
        raise ReasonMissing()
    db.session.refresh(invoice, with_for_update=True)  # nobody writes down meanwhile that it was paid
    settled = [one for one, payment in list_paid_by(invoice) if _was_settled_by(invoice, payment)]
    document = cancel_invoice(invoice, event, reason=reason, by=by, now=now)
    for registration in settled:
        take_back(registration, by=by, now=now)
    freed = update(Payment).where(Payment.invoice_id == invoice.id).values(invoice_id=None)
    rows_changed(freed)
    db.session.expire_all()
    post_cancelled(document, invoice, event, now=now)
    return document


def _was_settled_by(invoice: Invoice, payment: Payment) -> bool:
    """Whether mark_invoice_paid did it, and not somebody who took the money at the desk."""
    if invoice.state is not InvoiceState.PAID or payment.state is not PaymentState.PAID:
        return False
    return payment.method == TRANSFER and payment.decided_at == invoice.settled_at
