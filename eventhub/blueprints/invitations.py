"""Somebody whom a coordinator registered reads by whom, and agrees or says that they know nothing of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.consent_fields import ConsentsForm
from eventhub.core import clock
from eventhub.registration.delegations.answering import Agreement, agree, decline
from eventhub.registration.delegations.queries import find_unanswered
from eventhub.registration.forms.completing import list_to_complete
from eventhub.registration.letters import MANAGE
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_by_link
from eventhub.registration.types.saying import ticket_facts
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.i18n import language
from eventhub.web.proxies import caller_address
from eventhub.web.wording import country_name, mini, when

pages = Blueprint("invitations", __name__)
pages.before_request(private)


@pages.route("/registrations/<public_id>/<secret>/invitation", methods=["GET", "POST"])
def edit(public_id: str, secret: str) -> ResponseReturnValue:
    registration, form = _by_link(public_id, secret), ConsentsForm()
    form.ask_consents()

    def deed() -> None:
        ticked = Agreement(consents=tuple(form.consents.data or ()), address=caller_address())
        agree(_by_link(public_id, secret), ticked, now=clock.now())

    is_sent = request.method == "POST"
    if is_sent and form.validate() and form.carry_out(deed):
        flash(_("Thank you. You are registered with your own consent now."), "ok")
        return redirect(_next(_by_link(public_id, secret), secret))
    return _page("registrations/invitation.html", registration, secret, form)


def _next(registration: Registration, secret: str) -> str:
    """To the questions that are open, else to the ticket."""
    is_more = list_to_complete(registration, now=clock.now())
    page = "completing.edit" if is_more else "registrations.show"
    return url_for(page, public_id=registration.public_id, secret=secret)


@pages.route("/registrations/<public_id>/<secret>/invitation/decline", methods=["GET", "POST"])
def refuse(public_id: str, secret: str) -> ResponseReturnValue:
    registration, form = _by_link(public_id, secret), PageForm()
    if request.method == "POST" and form.carry_out(
        lambda: decline(_by_link(public_id, secret), now=clock.now())
    ):
        flash(_("You are removed from the list, and your data will be erased."), "ok")
        return redirect(url_for("registrations.show", public_id=public_id, secret=secret))
    return _page("registrations/decline.html", registration, secret, form)


def _page(template: str, registration: Registration, secret: str, form: PageForm) -> ResponseReturnValue:
    """Whoever has answered, or was registered by nobody, looks at the registration itself."""
    member = find_unanswered(registration)
    if member is None:
        return redirect(url_for("registrations.show", public_id=registration.public_id, secret=secret))
    event = registration.event
    page = render_template(
        template,
        form=form,
        registration=registration,
        delegation=member.delegation,
        country=country_name(registration.country),
        event=event,
        card=mini(event),
        when=when(event),
        ticket=ticket_facts(registration, language()),
    )
    return page, form.status if form.errors else 200


def _by_link(public_id: str, secret: str) -> Registration:
    return get_by_link(public_id, secret, purpose=MANAGE)
