"""Who stands at the doors of an event: check-in crew by e-mail, and taken off again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.accounts.crews import invite_to_crew, leave_crew, list_crew
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import CrewForm
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.web.i18n import language


@pages.route("/events/<slug>/crew", methods=["GET", "POST"])
def crew(slug: str) -> ResponseReturnValue:
    event, form, now = the_event(slug), CrewForm(), clock.now()

    def deed() -> None:
        invite_to_crew(
            email=form.email.data or "",
            full_name=form.full_name.data or "",
            language=language(),
            event_id=event.id,
            by=me(),
            now=now,
        )

    if accepted(form, deed):
        flash(_("They can scan at this event from now on: they sign in with this address."))
        return redirect(url_for(".crew", slug=slug))
    page = render_template(
        "organiser/crew.html",
        form=form,
        event=event,
        crew=list_crew(event.id, now=now),
        confirm=Confirm(formdata=None),
    )
    return page, status_of(form)


@pages.post("/events/<slug>/crew/<int:number>/end")
def end_crew(slug: str, number: int) -> ResponseReturnValue:
    event = the_event(slug)
    with transaction():
        leave_crew(event.id, number, by=me(), now=clock.now())
    flash(_("They can't scan at this event any more."))
    return redirect(url_for(".crew", slug=slug))
