"""Who registered tells to whom the invoice goes, and fetches it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.billing.queries import get_invoice_of
from eventhub.blueprints.billing_form import BillingForm
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.tombstones import is_placeholder
from eventhub.registration.invoicing.commands import tell_payer
from eventhub.registration.invoicing.queries import find_payer, owes_by_invoice
from eventhub.registration.letters import MANAGE, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_by_link
from eventhub.registration.types.saying import ticket_facts
from eventhub.web.headers import private
from eventhub.web.i18n import is_switch, language
from eventhub.web.uploads import as_attachment
from eventhub.web.wording import mini, when

pages = Blueprint("billing", __name__, url_prefix="/registrations/<public_id>/<secret>")
pages.before_request(private)

PDF = "application/pdf"


@pages.route("/billing", methods=["GET", "POST"])
def edit(public_id: str, secret: str) -> ResponseReturnValue:
    registration = _owing(public_id, secret)
    payer = find_payer(registration=registration)
    usual = {
        "name": registration.organisation,
        "country": registration.country,
        "email": "" if is_placeholder(registration.email) else registration.email,
        "language": registration.language,
    }
    form = BillingForm(data=BillingForm.data_of(payer) if payer else usual)

    def deed() -> None:
        fresh = _owing(public_id, secret)
        words = form.language.data
        tell_payer(form.billed, registration=fresh, language=words, now=clock.now())

    is_sent = request.method == "POST" and not is_switch()
    if is_sent and form.validate() and form.carry_out(deed):
        flash(
            _("Thank you. The organisers make the invoice and send it to %(email)s.", email=form.email.data),
            "ok",
        )
        return redirect(url_for("registrations.show", public_id=public_id, secret=secret))
    event = registration.event
    page = render_template(
        "registrations/billing.html",
        form=form,
        back=manage_path(registration),
        ticket=ticket_facts(registration, language()),
        event=event,
        card=mini(event),
        when=when(event),
    )
    return page, form.status if is_sent else 200


@pages.get("/invoices/<name>")
def invoice(public_id: str, secret: str, name: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    found = get_invoice_of(("registration", registration.public_id), name)
    if not found.pdf:
        raise NotFound()
    return as_attachment(found.pdf, name=f"invoice-{found.name}.pdf", media_type=PDF)


def _owing(public_id: str, secret: str) -> Registration:
    """Raises NotFound, also for who owes nothing by invoice."""
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    if not owes_by_invoice(registration):
        raise NotFound()
    return registration
