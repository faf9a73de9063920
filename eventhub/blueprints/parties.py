"""Several people on one registration: a family or a school group registers, and changes who comes along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints import registrations
from eventhub.blueprints.event_page import event_facts
from eventhub.blueprints.family_forms import FamilyChangeForm, FamilyForm
from eventhub.blueprints.group_forms import GroupChangeForm, GroupForm
from eventhub.blueprints.registering import SENT
from eventhub.blueprints.registration_forms import ChangeForm
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.events.models import Event
from eventhub.events.queries import get_event, list_bookable
from eventhub.events.rules import PUBLIC_STATES, Registering, registering
from eventhub.registration import commands
from eventhub.registration.forms.queries import by_name, find_form, get_form, list_own_answers
from eventhub.registration.forms.taking import asked_again, asked_now
from eventhub.registration.letters import MANAGE, manage_path
from eventhub.registration.limits import count_submission
from eventhub.registration.models import Registration
from eventhub.registration.parties.changing import change_party
from eventhub.registration.parties.fares import fares_of
from eventhub.registration.parties.models import Party
from eventhub.registration.parties.queries import find_party, list_members
from eventhub.registration.parties.rules import PartyKind
from eventhub.registration.queries import get_by_link
from eventhub.registration.types.room import room_for_any
from eventhub.registration.types.rules import OfferedType, is_shown, why_not_now
from eventhub.web.headers import private
from eventhub.web.i18n import is_switch, language
from eventhub.web.proxies import caller_address
from eventhub.web.uploads import takes_files

pages = Blueprint("parties", __name__)
pages.before_request(private)

NEW = {"family": FamilyForm, "group": GroupForm}
CHANGE = {PartyKind.FAMILY: FamilyChangeForm, PartyKind.SCHOOL_GROUP: GroupChangeForm}


@pages.get("/events/<slug>/register/<any(family, group):kind>")
def new(slug: str, kind: str) -> ResponseReturnValue:
    return _form_page(_event(slug, kind), NEW[kind](language=language()), kind)


@pages.post("/events/<slug>/register/<any(family, group):kind>")
@takes_files
def create(slug: str, kind: str) -> ResponseReturnValue:
    """Register, or show the form again with a fieldset more or less."""
    event, form = _event(slug, kind), NEW[kind](language=language())
    if _reshaped(form) or is_switch():
        return _form_page(event, form, kind)
    own = find_form(slug) if form.was_asked_more else None
    if own is not None:
        own = form.of_each(own)
        form.ask_questions(own, asked_now(own, now=clock.now()))
        if own.types:
            form.offer_types(event, own.types, now=clock.now())
    if form.validate() and form.carry_out(lambda: _register(slug, form)):
        session[SENT] = form.email.data
        return redirect(url_for("registering.sent", slug=slug))
    return _form_page(event, form, kind), form.status, form.headers


def _register(slug: str, form: FamilyForm | GroupForm) -> None:
    ask, submission, now = form.registration(), form.submission(caller_address()), clock.now()
    people = ask.party.people if ask.party else ()
    sessions = {*ask.sessions, *(name for one in people for name in one.sessions)}
    count_submission(
        email=ask.email,
        address=submission.address,
        slug=slug,
        sessions=sorted(sessions),
        typed=ask.sheet.typed,
        ticket_types={ask.ticket.public_id, *(one.ticket_type for one in people)},
        now=now,
    )
    commands.register(ask, submission, slug=slug, now=now)


def _reshaped(form: Any) -> bool:
    """As _is_reshaping, with the fieldset more or less."""
    form.reshape(more="more" in request.form, drop=request.form.get("drop", ""))
    return _is_reshaping()


def _is_reshaping() -> bool:
    """Whether a button asked for a fieldset more or less, or for the sum: nothing is judged and nothing is lost."""
    return any(name in request.form for name in ("more", "drop", "sum"))


def _event(slug: str, kind: str) -> Event:
    """Raises NotFound, also for an event that does not take such parties."""
    event = get_event(slug)
    takes = event.takes_families if kind == "family" else event.takes_school_groups
    if event.state not in PUBLIC_STATES or not takes:
        raise NotFound()
    return event


def _form_page(event: Event, form: Any, kind: str) -> str:
    form.offer(list_bookable(event.id))
    own = form.of_each(get_form(event.id))
    form.ask_questions(own, asked_now(own, now=clock.now()))
    form.offer_types(event, own.types, now=clock.now())
    form.ask_consents()
    left = _places_left(event, own.types)
    state = registering(event.window, places_left=left, now=clock.now())
    return render_template(
        "parties/new.html",
        form=form,
        kind=kind,
        is_open=state in (Registering.OPEN, Registering.FULL),
        registering=state,
        left=left,
        **event_facts(event),
    )


def _places_left(event: Event, types: Sequence[OfferedType]) -> int | None:
    """For people who come together: those of the tickets that are offered to them, too."""
    now = clock.now()
    offered = [one for one in types if is_shown(one, code="") and not why_not_now(one, now=now)]
    if offered:
        return room_for_any(event, offered)
    return None if event.pool is None else event.pool.capacity - event.pool.taken


@pages.get("/registrations/<public_id>/<secret>/party")
def edit(public_id: str, secret: str) -> ResponseReturnValue:
    registration, party = _party(public_id, secret)
    form = _change_form(registration, party, is_sent=False)
    return _change_page(registration, party, form, status=200)


@pages.post("/registrations/<public_id>/<secret>/party")
@takes_files
def change(public_id: str, secret: str) -> ResponseReturnValue:
    registration, party = _party(public_id, secret)
    form = _change_form(registration, party, is_sent=True)
    if _is_reshaping() or is_switch():
        return _change_page(registration, party, form, status=200)
    now = clock.now()

    def deed() -> None:
        fresh = get_by_link(public_id, secret, purpose=MANAGE)
        change_party(fresh, form.ask(email=fresh.email), now=now)

    form.offer(registrations.offered(registration))
    if form.validate() and form.carry_out(deed):
        flash(_("Your registration is changed. A letter with the new details is on its way."), "ok")
        return redirect(manage_path(registration))
    return _change_page(registration, party, form, status=form.status)


def _party(public_id: str, secret: str) -> tuple[Registration, Party]:
    """Raises NotFound, also for who comes alone."""
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    party = find_party(registration)
    if party is None:
        raise NotFound()
    return registration, party


def _change_form(registration: Registration, party: Party, *, is_sent: bool) -> Any:
    """The form with the party as it is, or as it was sent."""
    kind, members = CHANGE[party.kind], list_members(registration)
    data = {**ChangeForm.data_of(registration), **kind.party_data(party, members)}
    form = kind() if is_sent else kind(data=data)
    form.known = {one.attendee.ticket.number: one.attendee.id for one in members[1:] if one.attendee.ticket}
    form.scope = registration.public_id
    if is_sent:
        _reshaped(form)
    own = form.of_each(get_form(registration.event_id))
    stored = by_name(list_own_answers(registration.id)) if own.mark else {}
    form.ask_questions(own, asked_again(own, stored, now=clock.now()), stored=stored)
    if party.kind is PartyKind.FAMILY and fares_of(registration):
        offered = [one for one in own.types if is_shown(one, code="")]
        form.offer_children(offered)
    return form


def _change_page(registration: Registration, party: Party, form: Any, *, status: int) -> ResponseReturnValue:
    form.offer(registrations.offered(registration))
    page = render_template(
        "parties/change.html",
        form=form,
        kind="family" if party.kind is PartyKind.FAMILY else "group",
        back=manage_path(registration),
        **event_facts(registration.event),
    )
    return page, status
