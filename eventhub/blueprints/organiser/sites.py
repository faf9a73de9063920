"""What events share and an organiser may add: venues with their rooms, and series of seminars."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.fields import in_both, spread
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import check_may_change_venue, me, the_event
from eventhub.blueprints.organiser.small_forms import NameForm, SeriesForm, VenueForm
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import LANGUAGES
from eventhub.events.commands import revise_event
from eventhub.events.plans import plan_of_event
from eventhub.events.series import begin_series
from eventhub.events.sites import add_room, add_venue, get_room, rename_room


@pages.route("/events/<slug>/venue", methods=["GET", "POST"])
def venue(slug: str) -> ResponseReturnValue:
    """A new venue becomes the event's own at once."""
    event, form = the_event(slug), VenueForm().offer()
    by, now = me(), clock.now()

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


@pages.route("/events/<slug>/rooms", methods=["GET", "POST"])
def rooms(slug: str) -> ResponseReturnValue:
    """The rooms of the event's venue, which other events may use too."""
    event, form = the_event(slug), NameForm()
    venue = event.venue
    if venue is None:
        raise NotFound()

    def deed() -> None:
        check_may_change_venue(event)
        add_room(venue, name=_in_every(form), by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The room is added."))
        return redirect(url_for(".rooms", slug=slug))
    return render_template("organiser/rooms.html", form=form, event=event, venue=venue), status_of(form)


@pages.route("/events/<slug>/rooms/<int:number>", methods=["GET", "POST"])
def room(slug: str, number: int) -> ResponseReturnValue:
    event = the_event(slug)
    the_room = get_room(event.venue, number)
    form = NameForm(data=spread(["name"], the_room))

    def deed() -> None:
        check_may_change_venue(event)
        rename_room(the_room, name=_in_every(form), by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The room is renamed."))
        return redirect(url_for(".rooms", slug=slug))
    return render_template("organiser/room.html", form=form, event=event), status_of(form)


@pages.route("/events/<slug>/series", methods=["GET", "POST"])
def series(slug: str) -> ResponseReturnValue:
    """A new series, whose first seminar is this event."""
    event, form = the_event(slug), SeriesForm()
    by, now = me(), clock.now()

    def deed() -> None:
        begun = begin_series(title=in_both(form, "title"), summary=in_both(form, "summary"), by=by, now=now)
        revise_event(event, plan=replace(plan_of_event(event), series_id=begun.id), by=by, now=now)

    if accepted(form, deed):
        flash(_("The series is begun, and the event is part of it."))
        return redirect(url_for(".edit", slug=slug))
    return render_template("organiser/series.html", form=form, event=event), status_of(form)


def _in_every(form: NameForm) -> dict[str, str]:
    """A room's number is the same in every language, so one name may stand for both."""
    names = in_both(form, "name")
    return {language: names.get(language) or next(iter(names.values())) for language in LANGUAGES}
