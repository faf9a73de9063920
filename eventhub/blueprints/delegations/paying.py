"""The ticket of a delegation's people, to whom its invoice goes, and the invoices."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.billing.queries import get_invoice_of, list_invoices_of
from eventhub.blueprints.billing_form import BillingForm
from eventhub.blueprints.delegations.blueprint import facts_of, pages
from eventhub.blueprints.delegations.forms import TicketForm
from eventhub.blueprints.type_fields import TypesForm, named_price
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.events.models import Event
from eventhub.registration.delegations.columns import Column
from eventhub.registration.delegations.commands import choose_ticket
from eventhub.registration.delegations.letters import MANAGE
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.delegations.queries import get_delegation
from eventhub.registration.delegations.sheets import Report
from eventhub.registration.invoicing.commands import tell_payer
from eventhub.registration.invoicing.queries import delegation_owes_by_invoice, find_payer, sums_owed
from eventhub.registration.types.queries import find_type, types_of
from eventhub.registration.types.rules import OfferedType, Paying, TicketChanged
from eventhub.registration.types.taking import for_groups
from eventhub.web.i18n import is_switch, language
from eventhub.web.prices import price_of
from eventhub.web.uploads import as_attachment

HERE = "/delegations/<public_id>/<secret>"
PDF = "application/pdf"


def by_link(public_id: str, secret: str) -> Delegation:
    """Raises NotFound."""
    return get_delegation(public_id, secret, purpose=MANAGE)


def offer_tickets(form: TypesForm, event: Event, *, kept: int | None = None) -> None:
    """Those that all people of a delegation can have."""
    form.offer_types(event, for_groups(types_of(event)), now=clock.now(), kept=kept)


def ticket_of(delegation: Delegation) -> str:
    """The chosen ticket with its price, in words; empty where none was chosen."""
    found = find_type(delegation.event_id, delegation.ticket_type_id)
    return named_price(found) if found else ""


def price_mark(delegation: Delegation) -> str:
    """What changes when another ticket or another price is shown: a form brings it back."""
    found = find_type(delegation.event_id, delegation.ticket_type_id)
    return f"{found.id}-{found.content.price}-{found.content.currency}" if found else ""


def price_marks(delegation: Delegation, report: Report) -> str:
    """As price_mark, with the tickets that rows of this list name."""
    named = named_tickets(delegation, report).values()
    others = sorted(f"{one.id}-{one.content.price}-{one.content.currency}" for one in named)
    return " ".join([price_mark(delegation), *others])


def named_tickets(delegation: Delegation, report: Report) -> dict[str, OfferedType]:
    """Those that rows of this list name, by their public ids."""
    names = {row.entry.ticket for row in report.rows if report.layout.value(row.cells, Column.TICKET)}
    return {one.public_id: one for one in types_of(delegation.event) if one.public_id in names}


def check_price(delegation: Delegation, mark: str) -> None:
    """Raises TicketChanged when this form was shown with another ticket or price."""
    if request.form.get("shown", mark) != mark:
        raise TicketChanged()


def money_of(delegation: Delegation) -> dict[str, Any]:
    """What the coordinator's page says of tickets and invoices."""
    event, subject = delegation.event, ("delegation", delegation.public_id)
    if not event.has_types:
        return {}
    found = find_type(event.id, delegation.ticket_type_id)
    is_by_invoice = found is not None and found.content.paying is Paying.INVOICE
    payer = find_payer(delegation=delegation)
    return {
        "ticket": ticket_of(delegation),
        "can_choose": len(for_groups(types_of(event))) > 1,
        "owed": [price_of(amount, currency) for currency, amount in sums_owed(delegation).items()],
        "asks_payer": is_by_invoice or payer is not None or delegation_owes_by_invoice(delegation),
        "payer": payer,
        "invoices": list_invoices_of(subject),
    }


@pages.route(f"{HERE}/ticket", methods=["GET", "POST"])
def ticket(public_id: str, secret: str) -> ResponseReturnValue:
    """For those who are added from now on; who is there keeps theirs."""
    delegation, form = by_link(public_id, secret), TicketForm()
    if not delegation.event.has_types:
        raise NotFound()
    offer_tickets(form, delegation.event, kept=delegation.ticket_type_id)

    def deed() -> None:
        choose_ticket(by_link(public_id, secret), form.wish, now=clock.now())

    is_sent = request.method == "POST" and not is_switch()
    if is_sent and form.validate() and form.carry_out(deed):
        flash(_("The ticket is chosen for all whom you add from now on."), "ok")
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    page = render_template(
        "delegations/ticket.html", form=form, delegation=delegation, **facts_of(delegation.event)
    )
    return page, form.status if is_sent else 200


@pages.route(f"{HERE}/billing", methods=["GET", "POST"])
def billing(public_id: str, secret: str) -> ResponseReturnValue:
    delegation = by_link(public_id, secret)
    payer = find_payer(delegation=delegation)
    usual = {
        "name": delegation.organisation,
        "country": delegation.country,
        "email": delegation.email,
        "language": language(),
    }
    form = BillingForm(data=BillingForm.data_of(payer) if payer else usual)

    def deed() -> None:
        fresh, words = by_link(public_id, secret), form.language.data
        tell_payer(form.billed, delegation=fresh, language=words, now=clock.now())

    is_sent = request.method == "POST" and not is_switch()
    if is_sent and form.validate() and form.carry_out(deed):
        flash(
            _("Thank you. The organisers make the invoice and send it to %(email)s.", email=form.email.data),
            "ok",
        )
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    page = render_template(
        "delegations/billing.html", form=form, delegation=delegation, **facts_of(delegation.event)
    )
    return page, form.status if is_sent else 200


@pages.get(f"{HERE}/invoices/<name>")
def invoice(public_id: str, secret: str, name: str) -> ResponseReturnValue:
    delegation = by_link(public_id, secret)
    found = get_invoice_of(("delegation", delegation.public_id), name)
    if not found.pdf:
        raise NotFound()
    return as_attachment(found.pdf, name=f"invoice-{found.name}.pdf", media_type=PDF)
