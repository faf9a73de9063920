"""What somebody owes for a place: paid, waived, or due again; and who is let in beyond the places."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.billing.models import Invoice
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import ReasonForm
from eventhub.blueprints.organiser.type_forms import METHODS, PaidForm
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.registration.approving import approve_beyond
from eventhub.registration.desk import get_of_event
from eventhub.registration.types.paying import make_due, mark_paid, waive
from eventhub.registration.types.queries import find_payment
from eventhub.web.prices import price_of


@pages.route("/events/<slug>/people/<public_id>/payment", methods=["GET", "POST"])
def payment(slug: str, public_id: str) -> ResponseReturnValue:
    """What is owed, and how it was paid."""
    event, form = the_event(slug), PaidForm().offer()
    registration = get_of_event(event.id, public_id)
    owed = find_payment(registration.id)
    if owed is None:
        raise NotFound()

    def deed() -> None:
        said = {"method": form.method.data, "reference": form.reference.data or ""}
        mark_paid(registration, **said, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The payment is marked."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template(
        "organiser/payment.html",
        form=form,
        event=event,
        registration=registration,
        owed=owed,
        invoice=db.session.get(Invoice, owed.invoice_id) if owed.invoice_id else None,
        price_of=price_of,
        methods=METHODS,
        confirm=Confirm(formdata=None),
    )
    return page, status_of(form)


@pages.route("/events/<slug>/people/<public_id>/payment/waive", methods=["GET", "POST"])
def waive_payment(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), ReasonForm()
    registration, reason = get_of_event(event.id, public_id), form.reason.data or ""
    if find_payment(registration.id) is None:
        raise NotFound()
    if accepted(form, lambda: waive(registration, reason=reason, by=me(), now=clock.now())):
        flash(_("The payment is waived."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template("organiser/waive.html", form=form, event=event, registration=registration)
    return page, status_of(form)


@pages.post("/events/<slug>/people/<public_id>/payment/due")
def payment_due(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), Confirm()
    registration = get_of_event(event.id, public_id)
    if accepted(form, lambda: make_due(registration, by=me(), now=clock.now())):
        flash(_("The payment is due again."))
    return redirect(url_for(".payment", slug=slug, public_id=public_id))


@pages.route("/events/<slug>/people/<public_id>/let-in", methods=["GET", "POST"])
def let_in(slug: str, public_id: str) -> ResponseReturnValue:
    """Approve somebody although no place is left."""
    event, form = the_event(slug), ReasonForm()
    registration, reason = get_of_event(event.id, public_id), form.reason.data or ""
    if accepted(form, lambda: approve_beyond(registration, reason=reason, by=me(), now=clock.now())):
        flash(_("The registration is approved."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template("organiser/let_in.html", form=form, event=event, registration=registration)
    return page, status_of(form)
