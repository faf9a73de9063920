"""Choose the event and the gate at which one works; who runs the event may open another gate."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from eventhub.accounts.rules import RUNS_AN_EVENT, WORKS_AT_A_DOOR
from eventhub.blueprints.gate.blueprint import pages
from eventhub.checkin.points import add_gate
from eventhub.checkin.queries import EventWithGates, list_events_with_gates
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import LANGUAGES
from eventhub.db import transaction
from eventhub.web.forms import PageForm, one_line


class GateForm(PageForm):
    name = StringField(_l("Name of the gate"), [DataRequired(), Length(max=40)], filters=[one_line])


@pages.get("")
def index() -> ResponseReturnValue:
    return _page(GateForm())


@pages.post("/events/<slug>")
def new(slug: str) -> ResponseReturnValue:
    """Open another gate of an event that the visitor runs."""
    event = next((one for one in _my_events() if one.slug == slug and may_open(one)), None)
    if event is None:
        raise NotFound()
    form = GateForm()
    if not form.validate_on_submit():
        return _page(form, at=slug), 422
    with transaction():
        add_gate(
            event_id=event.event_id,
            name=dict.fromkeys(LANGUAGES, form.name.data or ""),
            by=current_user.public_id,
            now=clock.now(),
        )
    flash(_("The gate is open."))
    return redirect(url_for(".index"))


def may_open(event: EventWithGates) -> bool:
    return bool(current_user.may(RUNS_AN_EVENT, event_id=event.event_id))


def _page(form: GateForm, *, at: str | None = None) -> str:
    """`at` is the event whose form came back with an error."""
    return render_template("gate/index.html", events=_my_events(), form=form, at=at, may_open=may_open)


def _my_events() -> list[EventWithGates]:
    events = list_events_with_gates(now=clock.now())
    mine = [one for one in events if current_user.may(WORKS_AT_A_DOOR, event_id=one.event_id)]
    for event in mine:
        event.gates = [gate for gate in event.gates if current_user.works_at(event.event_id, gate[0])]
    return mine
