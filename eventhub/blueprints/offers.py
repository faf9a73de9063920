"""A place that became free: the page to which the letter leads, where it is taken or declined."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.core import clock
from eventhub.registration.answering_offers import accept_offer, decline_offer
from eventhub.registration.handover_letters import take_over_path
from eventhub.registration.letters import OFFER, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_by_link
from eventhub.registration.rules import RegistrationState
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.wording import mini, when

pages = Blueprint("offers", __name__)
pages.before_request(private)

ANSWERS = {"yes": accept_offer, "no": decline_offer}


@pages.get("/registrations/<public_id>/offer/<secret>")
def ask_about_offer(public_id: str, secret: str) -> ResponseReturnValue:
    """Mail scanners follow links, so only the buttons answer."""
    registration = get_by_link(public_id, secret, purpose=OFFER)
    if registration.state is RegistrationState.CONFIRMED:
        return redirect(manage_path(registration))
    if registration.handed_from_id is not None:
        return redirect(take_over_path(registration))
    return _page(registration, PageForm(), status=200)


@pages.post("/registrations/<public_id>/offer/<secret>")
def answer_offer(public_id: str, secret: str) -> ResponseReturnValue:
    form, now = PageForm(), clock.now()
    answer = request.form.get("answer", "")
    deed = ANSWERS.get(answer)
    if deed is None:
        return _page(get_by_link(public_id, secret, purpose=OFFER), form, status=form.status)
    if form.carry_out(lambda: deed(get_by_link(public_id, secret, purpose=OFFER), now=now)):
        if answer == "no":
            flash(_("The place goes to the next person. Thank you for telling us."), "ok")
        return redirect(manage_path(get_by_link(public_id, secret, purpose=OFFER)))
    return _page(get_by_link(public_id, secret, purpose=OFFER), form, status=form.status)


def _page(registration: Registration, form: PageForm, *, status: int) -> ResponseReturnValue:
    event, until = registration.event, registration.held_until
    is_open = registration.state is RegistrationState.OFFERED and until is not None and until > clock.now()
    page = render_template(
        "registrations/offer.html",
        registration=registration,
        form=form,
        event=event,
        card=mini(event),
        when=when(event),
        is_open=is_open,
        says_no=request.args.get("answer") == "no",
    )
    return page, status
