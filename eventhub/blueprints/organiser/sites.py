"""The place of an event: a new venue with its rooms."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.fields import in_both
from eventhub.blueprints.organiser.forms import VenueForm
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import the_event
from eventhub.core import clock
from eventhub.events.commands import revise_event
from eventhub.events.plans import plan_of_event
from eventhub.events.sites import add_venue


@pages.route("/events/<slug>/venue", methods=["GET", "POST"])
def venue(slug: str) -> ResponseReturnValue:
    """A new venue becomes the event's own at once."""
    event, form = the_event(slug), VenueForm().offer()
    by, now = str(current_user.public_id), clock.now()

    def deed() -> None:
        place = add_venue(
            name=in_both(form, "name"),
            address=in_both(form, "address"),
            city=in_both(form, "city"),
            country=form.country.data,
            rooms=form.room_names(),
            by=by,
            now=now,
        )
        revise_event(event, plan=replace(plan_of_event(event), venue_id=place.id), by=by, now=now)

    if accepted(form, deed):
        flash(_("The venue is added, and the event takes place there."))
        return redirect(url_for(".edit", slug=slug))
    return render_template("organiser/venue.html", form=form, event=event), status_of(form)
