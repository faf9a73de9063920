"""Registering for an event, and confirming by the link in the letter."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from eventhub.blueprints.event_page import event_facts
from eventhub.blueprints.registration_forms import RegistrationForm
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.ids import public_id as new_key
from eventhub.events.models import Event
from eventhub.events.queries import get_event, list_bookable
from eventhub.events.rules import PUBLIC_STATES, Registering, registering
from eventhub.registration import commands, confirming
from eventhub.registration.forms.queries import find_form, get_form
from eventhub.registration.forms.taking import asked_now
from eventhub.registration.letters import CONFIRM, manage_path
from eventhub.registration.limits import count_submission
from eventhub.registration.models import Registration
from eventhub.registration.queries import ConfirmMark, find_form_mark, get_by_link, get_confirm_mark
from eventhub.registration.rules import PROVEN
from eventhub.web.caching import guest_form
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.i18n import is_switch, language
from eventhub.web.proxies import caller_address
from eventhub.web.uploads import takes_files

pages = Blueprint("registering", __name__)
pages.before_request(private)

SENT = "registered"


@pages.get("/events/<slug>/register")
def new(slug: str) -> ResponseReturnValue:
    """The empty form, the same for all guests but for its two keys."""
    mark = find_form_mark(slug)
    if mark is None:
        raise NotFound()
    key = ("register", request.full_path, *mark, f"{clock.now():%Y%m%d%H%M}")
    return guest_form(key, lambda: _empty_form(slug), csrf=generate_csrf(), submission=new_key())


def _empty_form(slug: str) -> tuple[str, dict[str, str]]:
    form = RegistrationForm(language=language())
    page = _form_page(slug, form)
    return page, {"csrf": form.csrf_token.current_token, "submission": form.submission_key.data or ""}


@pages.post("/events/<slug>/register")
@takes_files
def create(slug: str) -> ResponseReturnValue:
    form = RegistrationForm(language=language())
    if is_switch():
        return _form_page(slug, form)
    own = find_form(slug) if form.was_asked_more else None
    if own is not None:
        form.ask_questions(own, asked_now(own, now=clock.now()))
        if own.types:
            form.offer_types(_public(slug), own.types, now=clock.now())
    if form.validate() and form.carry_out(lambda: _register(slug, form)):
        session[SENT] = form.email.data
        return redirect(url_for(".sent", slug=slug))
    return _form_page(slug, form), form.status, form.headers


def _register(slug: str, form: RegistrationForm) -> None:
    ask, submission, now = form.registration(), form.submission(caller_address()), clock.now()
    count_submission(
        email=ask.email,
        address=submission.address,
        slug=slug,
        sessions=ask.sessions,
        typed=ask.sheet.typed,
        ticket_types=(ask.ticket.public_id,),
        now=now,
    )
    commands.register(ask, submission, slug=slug, now=now)


@pages.get("/events/<slug>/register/sent")
def sent(slug: str) -> ResponseReturnValue:
    """Look into your mail: the same words whether the address was new or not."""
    return render_template("registrations/sent.html", event=_public(slug), email=session.get(SENT, ""))


@pages.get("/registrations/<public_id>/confirm/<secret>")
def ask_to_confirm(public_id: str, secret: str) -> ResponseReturnValue:
    """Mail scanners follow links, so only the button confirms. The page is the same for all who were held a place in
    the same minute, but for its address and its key."""
    mark = get_confirm_mark(public_id, secret, purpose=CONFIRM)
    if mark.state in PROVEN:
        return redirect(manage_path(mark))
    held_until = mark.held_until and f"{mark.held_until:%Y%m%d%H%M}"
    event = (mark.event_uid, mark.event_revision, mark.event_revised_at)
    key = ("confirm", *event, mark.state, held_until, _is_overdue(mark), request.query_string)
    return guest_form(key, lambda: _question(public_id, secret), csrf=generate_csrf(), path=request.path)


def _question(public_id: str, secret: str) -> tuple[str, dict[str, str]]:
    form = PageForm()
    page = _confirm_page(get_by_link(public_id, secret, purpose=CONFIRM, with_choices=False), form)
    return page, {"csrf": form.csrf_token.current_token, "path": request.path}


@pages.post("/registrations/<public_id>/confirm/<secret>")
def confirm(public_id: str, secret: str) -> ResponseReturnValue:
    form = PageForm()
    now = clock.now()
    found: list[Registration] = []

    def deed() -> None:
        found.append(get_by_link(public_id, secret, purpose=CONFIRM, with_choices=False))
        confirming.confirm(found[0], now=now)

    if form.carry_out(deed):
        return redirect(manage_path(found[0]))
    return _confirm_page(get_by_link(public_id, secret, purpose=CONFIRM), form), form.status


def _public(slug: str) -> Event:
    event = get_event(slug)
    if event.state not in PUBLIC_STATES:
        raise NotFound()
    return event


def _form_page(slug: str, form: RegistrationForm) -> str:
    event = _public(slug)
    form.offer(list_bookable(event.id))
    own = get_form(event.id)
    form.ask_questions(own, asked_now(own, now=clock.now()))
    form.offer_types(event, own.types, now=clock.now())
    form.ask_consents()
    left = None if event.pool is None else event.pool.capacity - event.pool.taken
    state = registering(event.window, places_left=left, now=clock.now())
    # An overdue hold may be in the way of the last place: the database is asked when the form is sent.
    is_open = state in (Registering.OPEN, Registering.FULL)
    return render_template(
        "registrations/new.html", form=form, is_open=is_open, registering=state, **event_facts(event)
    )


def _confirm_page(registration: Registration, form: PageForm) -> str:
    return render_template(
        "registrations/confirm.html",
        registration=registration,
        form=form,
        overdue=_is_overdue(registration),
        **event_facts(registration.event),
    )


def _is_overdue(registration: Registration | ConfirmMark) -> bool:
    return registration.held_until is None or registration.held_until <= clock.now()
