"""The doors of an event: what is checked in there, and at which gates."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.fields import in_both, spread
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.point_forms import DoorForm
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.checkin.desk import get_gate, list_gates
from eventhub.checkin.judging import KIND_WORDS, MODE_WORDS
from eventhub.checkin.points import (
    add_gate,
    change_gate,
    get_point,
    list_points,
    list_sessions_without,
    windows_of,
)
from eventhub.core import clock
from eventhub.core.text import localised
from eventhub.registration.types.editing import list_types
from eventhub.web.i18n import language


@pages.route("/events/<slug>/door", methods=["GET", "POST"])
def door(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    points = list_points(event.id)
    form = DoorForm().offer(points)

    def deed() -> None:
        point = get_point(event.id, form.point.data) if form.point.data else None
        add_gate(event_id=event.id, name=in_both(form, "name"), point=point, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The gate is added."))
        return redirect(url_for(".door", slug=slug))
    page = render_template(
        "organiser/door.html",
        form=form,
        event=event,
        points=points,
        gates=list_gates(event.id),
        types={one.public_id: localised(one.name, language()) for one in list_types(event)},
        windows_of=windows_of,
        without=list_sessions_without(event),
        kind_words=KIND_WORDS,
        mode_words=MODE_WORDS,
        confirm=Confirm(formdata=None),
    )
    return page, status_of(form)


@pages.route("/events/<slug>/door/<public_id>", methods=["GET", "POST"])
def gate(slug: str, public_id: str) -> ResponseReturnValue:
    event = the_event(slug)
    the_gate = get_gate(event.id, public_id)
    typed = {**spread(["name"], the_gate), "point": the_gate.point.public_id}
    form = DoorForm(data=typed).offer(list_points(event.id))

    def deed() -> None:
        point = get_point(event.id, form.point.data)
        change_gate(the_gate, name=in_both(form, "name"), point=point, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The gate is changed."))
        return redirect(url_for(".door", slug=slug))
    return render_template("organiser/gate.html", form=form, event=event, gate=the_gate), status_of(form)
