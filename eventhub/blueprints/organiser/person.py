"""One registration as staff sees it: its answers, its tickets, all that happened, and what can be done for it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.badges.queries import prints_of
from eventhub.blueprints.organiser import person_words
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.people_forms import NoteForm, TagForm
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import ReasonForm
from eventhub.checkin.desk import list_presences
from eventhub.core import clock
from eventhub.core.text import clean_line
from eventhub.core.tombstones import is_placeholder
from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.partners.queries import names_meant
from eventhub.people.commands import add_tag, remove_tag, write_note
from eventhub.people.queries import list_tags, tags_by_registration
from eventhub.people.timeline import timeline_of
from eventhub.registration.desk import (
    cancel_for,
    get_of_event,
    get_ticket,
    replace_ticket,
    take_ticket_back,
    write_again,
)
from eventhub.registration.models import Registration
from eventhub.registration.parties.queries import find_party, list_members
from eventhub.registration.rules import LIVE
from eventhub.registration.types.queries import find_payment
from eventhub.web.prices import price_of
from eventhub.web.wording import birthday


@pages.get("/events/<slug>/people/<public_id>")
def person(slug: str, public_id: str) -> ResponseReturnValue:
    event = the_event(slug)
    registration = get_of_event(event.id, public_id)
    return person_page(event, registration, tag=TagForm(formdata=None), note=NoteForm(formdata=None))


@pages.post("/events/<slug>/people/<public_id>/tags")
def put_tag(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), TagForm()
    registration = get_of_event(event.id, public_id)
    if accepted(form, lambda: add_tag(registration, form.tag.data or "", by=me(), now=clock.now())):
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    return person_page(event, registration, tag=form, note=NoteForm(formdata=None)), status_of(form)


@pages.post("/events/<slug>/people/<public_id>/tags/remove")
def take_tag(slug: str, public_id: str) -> ResponseReturnValue:
    """Which one is in the form: a name may hold what no address can."""
    registration = get_of_event(the_event(slug).id, public_id)
    with transaction():
        remove_tag(registration, clean_line(request.form.get("name", "")), by=me(), now=clock.now())
    return redirect(url_for(".person", slug=slug, public_id=public_id))


@pages.post("/events/<slug>/people/<public_id>/notes")
def note(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), NoteForm()
    registration = get_of_event(event.id, public_id)

    def deed() -> None:
        text = form.note.data or ""
        write_note(registration, text, author_id=current_user.id, by=me(), now=clock.now())

    if accepted(form, deed):
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    return person_page(event, registration, tag=TagForm(formdata=None), note=form), status_of(form)


def person_page(event: Event, registration: Registration, *, tag: TagForm, note: NoteForm) -> str:
    """All that is known of one registration."""
    party = find_party(registration)
    tickets = [attendee.ticket.id for attendee in registration.attendees if attendee.ticket]
    return render_template(
        "organiser/person.html",
        event=event,
        registration=registration,
        presences=list_presences(event.id, tickets),
        badges=prints_of(tickets),
        partner=names_meant([registration.organisation]).get(registration.organisation),
        timeline=timeline_of(registration),
        party=party,
        members=list_members(registration) if party else [],
        birthday=birthday,
        is_placeholder=is_placeholder,
        tags=tags_by_registration(event.id, [registration.id]).get(registration.id, []),
        offered_tags=list_tags(event.id),
        tag_form=tag,
        note_form=note,
        confirm=Confirm(formdata=None),
        is_over=clock.now() >= event.ends_at,
        LIVE=LIVE,
        says=person_words,
        payment=find_payment(registration.id) if registration.ticket_type_id else None,
        price_of=price_of,
    )


@pages.post("/events/<slug>/people/<public_id>/letter")
def write_to(slug: str, public_id: str) -> ResponseReturnValue:
    registration = get_of_event(the_event(slug).id, public_id)
    with transaction():
        write_again(registration, by=me(), now=clock.now())
    flash(_("The letter is on its way again."))
    return redirect(url_for(".person", slug=slug, public_id=public_id))


@pages.route("/events/<slug>/people/<public_id>/cancel", methods=["GET", "POST"])
def cancel_registration(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), ReasonForm()
    registration, reason = get_of_event(event.id, public_id), form.reason.data or ""
    if accepted(form, lambda: cancel_for(registration, reason=reason, by=me(), now=clock.now())):
        flash(_("The registration is cancelled."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template(
        "organiser/cancel_registration.html", form=form, event=event, registration=registration
    )
    return page, status_of(form)


@pages.route("/events/<slug>/people/<public_id>/tickets/<number>/reissue", methods=["GET", "POST"])
def reissue(slug: str, public_id: str, number: str) -> ResponseReturnValue:
    event, form = the_event(slug), Confirm()
    registration = get_of_event(event.id, public_id)
    ticket = get_ticket(registration, number)
    if accepted(form, lambda: replace_ticket(registration, ticket, by=me(), now=clock.now())):
        flash(_("The new ticket is on its way by mail."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template(
        "organiser/reissue.html", form=form, event=event, registration=registration, ticket=ticket
    )
    return page, status_of(form)


@pages.route("/events/<slug>/people/<public_id>/tickets/<number>/void", methods=["GET", "POST"])
def void(slug: str, public_id: str, number: str) -> ResponseReturnValue:
    event, form = the_event(slug), ReasonForm()
    registration, reason = get_of_event(event.id, public_id), form.reason.data or ""
    ticket = get_ticket(registration, number)
    if accepted(form, lambda: take_ticket_back(ticket, reason=reason, by=me(), now=clock.now())):
        flash(_("The ticket is void."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template(
        "organiser/void.html", form=form, event=event, registration=registration, ticket=ticket
    )
    return page, status_of(form)
