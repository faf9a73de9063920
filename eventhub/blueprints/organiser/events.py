"""Pages of an event as a whole: list, new, overview, edit, publish, cancel, clone, archive."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.attendance.commands import copy_rule
from eventhub.badges.commands import copy_badge_plan
from eventhub.billing.issuers import copy_issuer
from eventhub.blueprints.organiser.attention import list_attention, next_step
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.forms import EventForm, typed_event
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import check_runs_the_office, me, own_event_ids, the_event
from eventhub.blueprints.organiser.small_forms import CancelForm, CloneForm
from eventhub.checkin.copying import copy_doors
from eventhub.checkin.desk import tally
from eventhub.core import clock
from eventhub.core.text import clean_line
from eventhub.db import transaction
from eventhub.events.checklist import WORDS, open_tasks
from eventhub.events.cloning import clone_event
from eventhub.events.commands import (
    NotReady,
    archive_event,
    publish,
    readiness_of,
)
from eventhub.events.desk import DeskWish, count_states, list_conflicts, list_events, list_series, list_venues
from eventhub.events.models import Event
from eventhub.events.plans import plan_of_event
from eventhub.events.programme import found_event
from eventhub.events.rules import EventState, Kind
from eventhub.events.templates import first_plan
from eventhub.registration.calling_off import call_off_event
from eventhub.registration.forms.templates import copy_form
from eventhub.registration.revising import revise_event
from eventhub.registration.types.copying import copy_shared_places

HOME_ZONE = "Europe/Moscow"
Choice = TypeVar("Choice", bound=StrEnum)


@pages.get("/")
def index() -> ResponseReturnValue:
    """Own events by state, kind and words, as the address says."""
    wish = DeskWish(
        event_ids=own_event_ids(),
        state=_known(EventState, "state"),
        kind=_known(Kind, "kind"),
        text=clean_line(request.args.get("q", ""))[:100],
    )
    return render_template(
        "organiser/index.html", wish=wish, events=list_events(wish), counts=count_states(wish)
    )


@pages.route("/events/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """First the kind, then its template's form."""
    check_runs_the_office()
    kind = _known(Kind, "kind")
    if kind is None:
        return render_template("organiser/kinds.html")
    now = clock.now()
    form = EventForm(data=typed_event(first_plan(kind, title={}, zone=HOME_ZONE, now=now)))
    form.offer(venues=list_venues(), series=list_series())
    made: list[Event] = []
    if accepted(form, lambda: made.append(found_event(kind=kind, plan=form.to_plan(), by=me(), now=now))):
        flash(_("The draft is stored with a first programme. Now finish the checklist."))
        return redirect(url_for(".show", slug=made[0].slug))
    return render_template("organiser/new.html", form=form, kind=kind), status_of(form)


@pages.get("/events/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Checklist or numbers, and what needs attention."""
    return _overview(the_event(slug))


@pages.route("/events/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = EventForm(data=typed_event(plan_of_event(event)))
    form.offer(venues=list_venues(), series=list_series())

    def deed() -> None:
        revise_event(event, plan=form.to_plan(), by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The changes are stored."))
        return redirect(url_for(".show", slug=slug))
    return render_template("organiser/edit.html", form=form, event=event), status_of(form)


@pages.post("/events/<slug>/publish")
def publish_event(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    try:
        with transaction():
            publish(event, by=me(), now=clock.now())
    except NotReady:
        return _overview(the_event(slug), is_refused=True)
    flash(_("The event is public now."))
    return redirect(url_for(".show", slug=slug))


@pages.route("/events/<slug>/cancel", methods=["GET", "POST"])
def cancel(slug: str) -> ResponseReturnValue:
    event, form = the_event(slug), CancelForm()
    reason = {"en": form.reason_en.data or "", "ru": form.reason_ru.data or ""}
    if accepted(form, lambda: call_off_event(event, reason=reason, by=me(), now=clock.now())):
        flash(_("The event is cancelled. Its page and calendars say so."))
        return redirect(url_for(".show", slug=slug))
    people = tally(event.id)
    return render_template("organiser/cancel.html", form=form, event=event, people=people), status_of(form)


@pages.route("/events/<slug>/clone", methods=["GET", "POST"])
def clone(slug: str) -> ResponseReturnValue:
    check_runs_the_office()
    event, form = the_event(slug), CloneForm()
    copies: list[Event] = []

    def deed() -> None:
        assert form.starts_on.data is not None
        copies.append(clone_event(event, starts_on=form.starts_on.data, by=me(), now=clock.now()))
        copy_form(event, copies[0], by=me(), now=clock.now())
        copy_shared_places(event, copies[0], by=me(), now=clock.now())
        copy_issuer(event, copies[0], by=me(), now=clock.now())
        copy_badge_plan(event, copies[0], by=me(), now=clock.now())
        copy_doors(event, copies[0], by=me(), now=clock.now())
        copy_rule(event, copies[0], by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The copy is a draft. Check its dates and texts."))
        return redirect(url_for(".show", slug=copies[0].slug))
    return render_template("organiser/clone.html", form=form, event=event), status_of(form)


@pages.post("/events/<slug>/archive")
def archive(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    with transaction():
        archive_event(event, by=me(), now=clock.now())
    flash(_("The event is archived."))
    return redirect(url_for(".show", slug=slug))


def _overview(event: Event, *, is_refused: bool = False) -> ResponseReturnValue:
    now = clock.now()
    missing = open_tasks(readiness_of(event), now=now)
    page = render_template(
        "organiser/show.html",
        event=event,
        confirm=Confirm(formdata=None),
        missing=missing,
        tasks=WORDS,
        is_refused=is_refused,
        people=tally(event.id),
        step=next_step(event, missing, now=now),
        attention=list_attention(event, list_conflicts(event), now=now),
        is_over=now >= event.ends_at,
    )
    return page, 409 if is_refused else 200


def _known(choices: type[Choice], name: str) -> Choice | None:
    """A value of the address, None when it is none of these."""
    asked = request.args.get(name, "")
    return choices(asked) if asked in {choice.value for choice in choices} else None
