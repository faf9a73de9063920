"""Reads about what is to be paid by invoice: by whom, for whom, and whether there is an invoice yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from eventhub.billing.models import Invoice
from eventhub.db import db
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.invoicing.models import Payer
from eventhub.registration.models import Registration
from eventhub.registration.rules import LIVE, RegistrationState
from eventhub.registration.types.models import Payment
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.rules import Paying, PaymentState

# Whoever is not sure of a place yet is not asked for money.
OWING = (RegistrationState.CONFIRMED,)


@dataclass(frozen=True, kw_only=True)
class Debtor:
    """Whose invoice is to be made: a registration, or a delegation with all of its people who owe something."""

    registration: Registration | None
    delegation: Delegation | None
    payer: Payer | None
    owed: Sequence[tuple[Registration, Payment]]

    @property
    def total(self) -> int:
        return sum(payment.amount for _one, payment in self.owed)

    @property
    def currency(self) -> str:
        return self.owed[0][1].currency

    @property
    def about(self) -> tuple[str, str]:
        if self.delegation is not None:
            return ("delegation", self.delegation.public_id)
        assert self.registration is not None
        return ("registration", self.registration.public_id)


def list_debtors(event_id: int) -> list[Debtor]:
    """Who owes by invoice and has none yet, the first come first; in a fixed number of statements.

    A delegation with a payer is one; without one it is asked for all its people too.
    """
    groups: dict[tuple[str, int, str], list[tuple[Registration, Payment]]] = {}
    delegations: dict[int, Delegation] = {}
    for row in db.session.execute(_uninvoiced(event_id)):
        registration, payment, delegation = cast(
            "tuple[Registration, Payment, Delegation | None]", tuple(row)
        )
        key = ("registration", registration.id, payment.currency)
        if delegation is not None:
            delegations[delegation.id] = delegation
            key = ("delegation", delegation.id, payment.currency)
        groups.setdefault(key, []).append((registration, payment))
    payers = {_key(one): one for one in db.session.scalars(select(Payer).where(Payer.event_id == event_id))}
    return [
        Debtor(
            registration=owed[0][0] if kind == "registration" else None,
            delegation=delegations.get(number) if kind == "delegation" else None,
            payer=payers.get((kind, number)),
            owed=owed,
        )
        for (kind, number, _currency), owed in groups.items()
    ]


def _uninvoiced(event_id: int) -> Select[Registration, Payment, Delegation]:
    return (
        select(Registration, Payment, Delegation)
        .join(Payment, Payment.registration_id == Registration.id)
        .outerjoin(DelegationMember, DelegationMember.registration_id == Registration.id)
        .outerjoin(Delegation, Delegation.id == DelegationMember.delegation_id)
        .where(
            Registration.event_id == event_id,
            Registration.state.in_(OWING),
            Payment.paying == Paying.INVOICE,
            Payment.state == PaymentState.DUE,
            Payment.invoice_id.is_(None),
        )
        .order_by(Registration.id)
        .options(selectinload(Registration.attendees), joinedload(Registration.ticket_type))
        .execution_options(populate_existing=True)
    )


def _key(payer: Payer) -> tuple[str, int]:
    if payer.delegation_id is not None:
        return ("delegation", payer.delegation_id)
    return ("registration", payer.registration_id or 0)


def find_payer(
    *, registration: Registration | None = None, delegation: Delegation | None = None
) -> Payer | None:
    """What was told for the invoice of one of them."""
    ours = (
        Payer.registration_id == registration.id
        if registration is not None
        else Payer.delegation_id == (delegation.id if delegation else None)
    )
    return db.session.scalars(select(Payer).where(ours)).one_or_none()


def owes_by_invoice(registration: Registration) -> bool:
    """Whether this registration is asked for billing data: it owes by invoice, has none yet, and nobody pays for the
    group."""
    if registration.ticket_type_id is None or registration.state not in LIVE:
        return False
    payment = find_payment(registration.id)
    if payment is None or payment.paying is not Paying.INVOICE or payment.state is not PaymentState.DUE:
        return False
    return payment.invoice_id is None and delegation_of(registration) is None


def find_inherited_invoice(registration: Registration) -> Invoice | None:
    """The invoice that is still to be paid for this place and is addressed to who had it before, without its pages:
    these carry that person's address."""
    if registration.state not in LIVE:
        return None
    query = (
        select(Invoice)
        .join(Payment, Payment.invoice_id == Invoice.id)
        .where(
            Payment.registration_id == registration.id,
            Payment.state == PaymentState.DUE,
            Invoice.subject_kind == "registration",
            Invoice.subject_id != registration.public_id,
        )
    )
    return db.session.scalars(query.options(defer(Invoice.pdf))).one_or_none()


def delegation_of(registration: Registration) -> Delegation | None:
    """The delegation that pays for its people."""
    query = (
        select(Delegation)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .where(DelegationMember.registration_id == registration.id)
    )
    return db.session.scalars(query).one_or_none()


def sums_owed(delegation: Delegation) -> dict[str, int]:
    """What its people owe and have not paid, by currency in minor units."""
    query = (
        select(Payment.currency, func.sum(Payment.amount))
        .join(Registration, Registration.id == Payment.registration_id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(
            DelegationMember.delegation_id == delegation.id,
            Registration.state.in_(LIVE),
            Payment.state == PaymentState.DUE,
        )
        .group_by(Payment.currency)
        .order_by(Payment.currency)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def delegation_owes_by_invoice(delegation: Delegation) -> bool:
    """Whether one of its people has a ticket that is to be paid by invoice, whatever that for all is."""
    query = (
        select(Payment.registration_id)
        .join(Registration, Registration.id == Payment.registration_id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(
            DelegationMember.delegation_id == delegation.id,
            Registration.state.in_(LIVE),
            Payment.state == PaymentState.DUE,
            Payment.paying == Paying.INVOICE,
        )
    )
    return db.session.scalar(query.limit(1)) is not None


def list_paid_by(invoice: Invoice) -> Sequence[tuple[Registration, Payment]]:
    """The registrations whose debts an invoice asks for."""
    query = (
        select(Registration, Payment)
        .join(Payment, Payment.registration_id == Registration.id)
        .where(Payment.invoice_id == invoice.id)
        .order_by(Registration.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_with_somebody_gone(invoice_ids: Sequence[int]) -> set[int]:
    """Those of the invoices that ask for the place of somebody who does not come any more."""
    query = (
        select(Payment.invoice_id)
        .join(Registration, Registration.id == Payment.registration_id)
        .where(
            Payment.invoice_id.in_(invoice_ids),
            Registration.state.not_in(LIVE),
        )
    )
    return {number for number in db.session.scalars(query) if number is not None}
