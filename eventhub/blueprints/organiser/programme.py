"""Pages of the programme: a table with its conflicts, and a form for each session."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.forms import SessionForm, typed_session
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.events.conflicts import WORDS
from eventhub.events.desk import get_session, list_conflicts
from eventhub.events.plans import plan_of_session
from eventhub.events.programme import next_session
from eventhub.registration import revising
from eventhub.registration.session_lines.queries import count_lines
from eventhub.registration.types.queries import names_of_pools
from eventhub.registration.types.sharing import find_shared, list_shareable


@pages.get("/events/<slug>/programme")
def programme(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    return render_template(
        "organiser/programme.html",
        event=event,
        conflicts=list_conflicts(event),
        lines=count_lines(event.id),
        names=names_of_pools(event),
        sentences=WORDS,
        confirm=Confirm(formdata=None),
    )


@pages.route("/events/<slug>/programme/new", methods=["GET", "POST"])
def new_session(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    shown = typed_session(next_session(event), event.timezone)
    form = SessionForm(data=shown).offer(event, list_shareable(event.id))

    def deed() -> None:
        revising.add_session(event, plan=form.to_plan(), pool=form.pool.data, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The session is in the programme."))
        return redirect(url_for(".programme", slug=slug))
    return render_template("organiser/session.html", form=form, event=event, session=None), status_of(form)


@pages.route("/events/<slug>/programme/<public_id>", methods=["GET", "POST"])
def edit_session(slug: str, public_id: str) -> ResponseReturnValue:
    event = the_event(slug)
    session = get_session(event, public_id)
    shared = find_shared(session)
    shown = {
        **typed_session(plan_of_session(session), event.timezone),
        "pool": shared.public_id if shared else "",
    }
    form = SessionForm(data=shown).offer(event, list_shareable(event.id))

    def deed() -> None:
        facts = {"plan": form.to_plan(), "pool": form.pool.data}
        revising.revise_session(event, session, **facts, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The changes are stored."))
        return redirect(url_for(".programme", slug=slug))
    return render_template("organiser/session.html", form=form, event=event, session=session), status_of(form)


@pages.post("/events/<slug>/programme/<public_id>/<any(cancel, restore, remove):deed>")
def change_session(slug: str, public_id: str, deed: str) -> ResponseReturnValue:
    event = the_event(slug)
    session = get_session(event, public_id)
    with transaction():
        revising.change_session(event, session, deed, by=me(), now=clock.now())
    flash(_("The programme is changed."))
    return redirect(url_for(".programme", slug=slug))
