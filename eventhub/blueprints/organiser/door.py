"""The doors of an event: gates by name."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.fields import in_both, spread
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import NameForm
from eventhub.checkin.desk import get_gate, list_gates
from eventhub.checkin.gates import add_gate, rename_gate
from eventhub.core import clock


@pages.route("/events/<slug>/door", methods=["GET", "POST"])
def door(slug: str) -> ResponseReturnValue:
    event, form = the_event(slug), NameForm()
    if accepted(
        form, lambda: add_gate(event_id=event.id, name=in_both(form, "name"), by=me(), now=clock.now())
    ):
        flash(_("The gate is added."))
        return redirect(url_for(".door", slug=slug))
    gates = list_gates(event.id)
    return render_template("organiser/door.html", form=form, event=event, gates=gates), status_of(form)


@pages.route("/events/<slug>/door/<public_id>", methods=["GET", "POST"])
def gate(slug: str, public_id: str) -> ResponseReturnValue:
    event = the_event(slug)
    the_gate = get_gate(event.id, public_id)
    form = NameForm(data=spread(["name"], the_gate))
    if accepted(form, lambda: rename_gate(the_gate, name=in_both(form, "name"), by=me(), now=clock.now())):
        flash(_("The gate is renamed."))
        return redirect(url_for(".door", slug=slug))
    return render_template("organiser/gate.html", form=form, event=event, gate=the_gate), status_of(form)
