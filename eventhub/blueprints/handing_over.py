"""A place goes to a colleague: the form of who gives it, and the page on which the colleague agrees and takes it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.registration_forms import HandOverForm, TakeOverForm
from eventhub.core import clock
from eventhub.core.errors import NotFound, Refusal
from eventhub.registration.answering_offers import decline_offer
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.taking import asked_now
from eventhub.registration.handing_over import (
    HANDOVERS,
    Colleague,
    check_can_hand_over,
    hand_over,
    take_over,
)
from eventhub.registration.handover_letters import TAKE_OVER
from eventhub.registration.invoicing.queries import find_inherited_invoice
from eventhub.registration.letters import MANAGE, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_by_link
from eventhub.registration.rules import RegistrationState
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.saying import ticket_facts
from eventhub.throttle import count_try
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.i18n import is_switch, language, sentence_of
from eventhub.web.prices import price_of
from eventhub.web.proxies import caller_address
from eventhub.web.uploads import takes_files
from eventhub.web.wording import mini, when

pages = Blueprint("handing_over", __name__)
pages.before_request(private)


@pages.get("/registrations/<public_id>/<secret>/hand-over")
def ask_for_colleague(public_id: str, secret: str) -> ResponseReturnValue:
    return _hand_page(get_by_link(public_id, secret, purpose=MANAGE), HandOverForm(), status=200)


@pages.post("/registrations/<public_id>/<secret>/hand-over")
def give(public_id: str, secret: str) -> ResponseReturnValue:
    form, now = HandOverForm(), clock.now()
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    colleague = Colleague(full_name=form.full_name.data or "", email=form.email.data or "")

    def deed() -> None:
        hand_over(get_by_link(public_id, secret, purpose=MANAGE), colleague, now=now)

    # Counted before and by itself: a refusal must not undo the count.
    counted = form.validate() and form.carry_out(lambda: count_try(HANDOVERS, public_id, now=now))
    if counted and form.carry_out(deed):
        flash(_("Your place went to %(name)s, who has a letter now.", name=colleague.full_name), "ok")
        return redirect(manage_path(registration))
    return _hand_page(get_by_link(public_id, secret, purpose=MANAGE), form, status=form.status)


def _hand_page(registration: Registration, form: HandOverForm, *, status: int) -> ResponseReturnValue:
    page = render_template(
        "registrations/hand_over.html",
        registration=registration,
        form=form,
        back=manage_path(registration),
        why_not=why_not(registration),
        **_facts(registration),
    )
    return page, status


def why_not(registration: Registration) -> str:
    """Why this place can't be handed over, in words; empty when it can."""
    try:
        check_can_hand_over(registration, now=clock.now())
    except Refusal as refusal:
        return sentence_of(refusal)
    return ""


@pages.get("/registrations/<public_id>/take-over/<secret>")
def ask_colleague(public_id: str, secret: str) -> ResponseReturnValue:
    registration = _handed(public_id, secret)
    if registration.state is RegistrationState.CONFIRMED:
        return redirect(manage_path(registration))
    data = {"full_name": registration.attendees[0].full_name, "language": registration.language}
    return _take_page(registration, _asking(registration, TakeOverForm(data=data)), status=200)


@pages.post("/registrations/<public_id>/take-over/<secret>")
@takes_files
def take(public_id: str, secret: str) -> ResponseReturnValue:
    form, now = TakeOverForm(), clock.now()
    registration = _asked(public_id, secret, form)
    if is_switch():
        return _take_page(registration, form, status=200)

    def deed() -> None:
        ask = form.ask(email=registration.email)
        take_over(_handed(public_id, secret), ask, form.submission(caller_address()), now=now)

    if form.validate() and form.carry_out(deed):
        return redirect(manage_path(registration))
    return _take_page(_asked(public_id, secret, form), form, status=form.status)


@pages.post("/registrations/<public_id>/take-over/<secret>/decline")
def decline(public_id: str, secret: str) -> ResponseReturnValue:
    form = PageForm()
    if form.carry_out(lambda: decline_offer(_handed(public_id, secret), now=clock.now())):
        flash(_("The place is free for someone else. Thank you for telling us."), "ok")
    return redirect(url_for(".ask_colleague", public_id=public_id, secret=secret))


def _handed(public_id: str, secret: str) -> Registration:
    registration = get_by_link(public_id, secret, purpose=TAKE_OVER)
    if registration.handed_from_id is None:
        raise NotFound()
    return registration


def _asked(public_id: str, secret: str, form: TakeOverForm) -> Registration:
    registration = _handed(public_id, secret)
    _asking(registration, form)
    return registration


def _asking(registration: Registration, form: TakeOverForm) -> TakeOverForm:
    own = get_form(registration.event_id)
    form.scope = registration.public_id
    form.ask_questions(own, asked_now(own, now=clock.now()))
    form.ask_birth_of(find_in(own.types, registration.ticket_type_id))
    form.ask_consents()
    return form


def _take_page(registration: Registration, form: TakeOverForm, *, status: int) -> ResponseReturnValue:
    until = registration.held_until
    is_open = registration.state is RegistrationState.OFFERED and until is not None and until > clock.now()
    page = render_template(
        "registrations/take_over.html",
        registration=registration,
        form=form,
        is_open=is_open,
        ticket=ticket_facts(registration, language()),
        inherited=find_inherited_invoice(registration) if registration.ticket_type_id else None,
        price_of=price_of,
        **_facts(registration),
    )
    return page, status


def _facts(registration: Registration) -> dict[str, object]:
    event = registration.event
    return {"event": event, "card": mini(event), "when": when(event)}
