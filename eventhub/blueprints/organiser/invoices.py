"""What is to be invoiced, and the invoices of an event."""

from __future__ import annotations

from math import ceil

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.billing.queries import find_issuer, get_invoice, page_of_invoices
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.invoice_forms import SettleForm
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.people_address import page_in
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import ReasonForm
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import clean_line
from eventhub.registration.invoicing.commands import cancel_by_document, make_invoice, mark_invoice_paid
from eventhub.registration.invoicing.queries import list_debtors, list_with_somebody_gone
from eventhub.web.prices import price_of
from eventhub.web.uploads import as_attachment

PDF = "application/pdf"
DEBTORS_PER_PAGE = 50


@pages.get("/events/<slug>/payments")
def payments(slug: str) -> ResponseReturnValue:
    """What is to be invoiced, and all invoices."""
    event, text = the_event(slug), clean_line(request.args.get("q", ""))[:100]
    found = page_of_invoices(event.id, text=text, page=page_in(request.args))
    debtors = list_debtors(event.id)
    pages_of_debtors = max(1, ceil(len(debtors) / DEBTORS_PER_PAGE))
    shown = min(page_in(request.args, "open"), pages_of_debtors)
    return render_template(
        "organiser/payments.html",
        event=event,
        issuer=find_issuer(event.id),
        debtors=debtors[(shown - 1) * DEBTORS_PER_PAGE : shown * DEBTORS_PER_PAGE],
        debtors_page=shown,
        pages_of_debtors=pages_of_debtors,
        debtors_address=lambda number: url_for(".payments", slug=slug, open=number, _anchor="open"),
        found=found,
        text=text,
        page_address=lambda number: url_for(".payments", slug=slug, q=text or None, page=number),
        gone=list_with_somebody_gone([one.id for one in found.documents]),
        confirm=Confirm(formdata=None),
        price_of=price_of,
    )


@pages.post("/events/<slug>/payments/make/<payer>")
def invoice(slug: str, payer: str) -> ResponseReturnValue:
    """One press: the number, the pages and the letter."""
    event, form, made = the_event(slug), Confirm(), list[str]()

    def deed() -> None:
        made.append(make_invoice(event, payer, by=me(), now=clock.now()).name)

    if accepted(form, deed):
        flash(_("Invoice %(number)s is made, and its letter is on its way.", number=made[0]))
    return redirect(url_for(".payments", slug=slug))


@pages.get("/events/<slug>/payments/<name>.pdf")
def invoice_document(slug: str, name: str) -> ResponseReturnValue:
    found = get_invoice(the_event(slug).id, name)
    if not found.pdf:
        raise NotFound()
    return as_attachment(found.pdf, name=f"invoice-{found.name}.pdf", media_type=PDF)


@pages.route("/events/<slug>/payments/<name>/paid", methods=["GET", "POST"])
def settle_invoice(slug: str, name: str) -> ResponseReturnValue:
    """The money came."""
    event, form = the_event(slug), SettleForm()
    found, reference = get_invoice(event.id, name), form.reference.data or ""
    if accepted(form, lambda: mark_invoice_paid(found, reference=reference, by=me(), now=clock.now())):
        flash(_("Invoice %(number)s is paid.", number=found.name))
        return redirect(url_for(".payments", slug=slug))
    page = render_template(
        "organiser/settle_invoice.html", event=event, form=form, invoice=found, price_of=price_of
    )
    return page, status_of(form)


@pages.route("/events/<slug>/payments/<name>/cancel", methods=["GET", "POST"])
def cancel_invoice(slug: str, name: str) -> ResponseReturnValue:
    """By a document of its own."""
    event, form = the_event(slug), ReasonForm()
    found, reason = get_invoice(event.id, name), form.reason.data or ""
    if accepted(form, lambda: cancel_by_document(found, event, reason=reason, by=me(), now=clock.now())):
        flash(_("Invoice %(number)s is cancelled, and a letter says so.", number=found.name))
        return redirect(url_for(".payments", slug=slug))
    page = render_template(
        "organiser/cancel_invoice.html", event=event, form=form, invoice=found, price_of=price_of
    )
    return page, status_of(form)
