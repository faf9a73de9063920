"""Check-in points of an event: what is checked, by which rules."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.point_forms import OF_SESSIONS, NewPointForm, PointForm, typed_point
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.checkin.judging import KIND_WORDS
from eventhub.checkin.points import add_point, add_points_of_sessions, change_point, get_point
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.events.models import Event, Session
from eventhub.registration.types.editing import list_types


@pages.route("/events/<slug>/door/points/new", methods=["GET", "POST"])
def new_point(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = NewPointForm(data={"kind": "meal", "mode": "once"})
    form.offer(event.timezone, list_types(event))
    form.offer_sessions(event.sessions)

    def deed() -> None:
        add_point(
            event_id=event.id,
            kind=form.wanted_kind,
            plan=form.to_plan(),
            session=_chosen(event, form),
            by=me(),
            now=clock.now(),
        )

    if accepted(form, deed):
        flash(_("The check-in point is added, with a gate of its name."))
        return redirect(url_for(".door", slug=slug))
    return render_template("organiser/point.html", form=form, event=event, point=None), status_of(form)


def _chosen(event: Event, form: NewPointForm) -> Session | None:
    if form.wanted_kind not in OF_SESSIONS:
        return None
    return next(one for one in event.sessions if one.public_id == form.session.data)


@pages.route("/events/<slug>/door/points/<public_id>", methods=["GET", "POST"])
def point(slug: str, public_id: str) -> ResponseReturnValue:
    event = the_event(slug)
    the_point = get_point(event.id, public_id)
    form = PointForm(data=typed_point(the_point, event.timezone)).offer(
        event.timezone, list_types(event), the_point
    )

    def deed() -> None:
        change_point(the_point, form.to_plan(), version=form.seen_version, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The changes are stored."))
        return redirect(url_for(".door", slug=slug))
    page = render_template(
        "organiser/point.html", form=form, event=event, point=the_point, what=_(KIND_WORDS[the_point.kind])
    )
    return page, status_of(form)


@pages.post("/events/<slug>/door/points")
def points_of_sessions(slug: str) -> ResponseReturnValue:
    """A point for each bookable session that has none yet."""
    event = the_event(slug)
    with transaction():
        number = add_points_of_sessions(event, by=me(), now=clock.now())
    flash(ngettext("%(num)s check-in point is added.", "%(num)s check-in points are added.", number))
    return redirect(url_for(".door", slug=slug))
