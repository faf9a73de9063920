"""The supervisor's pages: the whole door at a glance, and everybody who is inside, to print and to take out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from wtforms import HiddenField, SelectMultipleField, StringField, SubmitField
from wtforms.validators import DataRequired, Length

from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import fresh_scan_id, scan_id_of, ticket_numbers
from eventhub.blueprints.gate.saying import SAYINGS, short_time
from eventhub.checkin.corrections import bring_back, find_last_taken_out, take_out
from eventhub.checkin.live import (
    STEP,
    count_arrivals,
    list_inside,
    list_lanes,
    list_phones_now,
    list_points_now,
    list_refused,
)
from eventhub.checkin.offline.conflicts import list_conflicts
from eventhub.checkin.points import whole_event
from eventhub.checkin.rules import LONGEST_REASON
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.events.queries import get_event
from eventhub.web.forms import PageForm, one_line

EVERY_SECONDS = 5


class LeftForm(PageForm):
    """Who has left without a scan, and how that is known."""

    key = HiddenField(default=fresh_scan_id)
    tickets = SelectMultipleField(validate_choice=False)
    reason = StringField(_l("Reason"), [DataRequired(), Length(max=LONGEST_REASON)], filters=[one_line])
    everybody = SubmitField()


@pages.get("/events/<slug>/live")
def live(slug: str) -> ResponseReturnValue:
    event, now = _supervised(slug), clock.now()
    arrivals = count_arrivals(event.id, now=now)
    conflicts, all_conflicts = list_conflicts(event.id)
    return render_template(
        "gate/live.html",
        event=event,
        points=list_points_now(event.id),
        arrivals=arrivals,
        most=max(number for _when, number in arrivals),
        minutes=int(STEP.total_seconds() // 60),
        lanes=list_lanes(event.id, now=now),
        phones=list_phones_now(event.id, now=now),
        conflicts=conflicts,
        all_conflicts=all_conflicts,
        refused=list_refused(event.id),
        sayings=SAYINGS,
        seconds=EVERY_SECONDS,
        now=now,
        clock_of=lambda moment: short_time(moment, event.timezone, now=now),
    )


@pages.get("/events/<slug>/inside")
def inside(slug: str) -> ResponseReturnValue:
    """A list to print, sorted by name, with a box for each."""
    return _inside(_supervised(slug), LeftForm(formdata=None))


@pages.post("/events/<slug>/inside")
def let_out(slug: str) -> ResponseReturnValue:
    """Those who are ticked have left, or everybody."""
    event, form = _supervised(slug), LeftForm()
    if not form.validate_on_submit():
        return _inside(event, form), 422
    numbers = None if form.everybody.data else ticket_numbers(form.tickets.data or ())
    left: list[int] = []

    def deed() -> None:
        number = take_out(
            whole_event(event.id),
            tickets=numbers,
            key=scan_id_of(form.key.data),
            reason=form.reason.data or "",
            crew_id=current_user.id,
            device_id=current_user.device_id,
            now=clock.now(),
        )
        left.append(number)

    if not form.carry_out(deed):
        return _inside(event, form), form.status
    flash(ngettext("%(num)s person has left.", "%(num)s people have left.", left[0]))
    return redirect(url_for(".inside", slug=slug), 303)


@pages.post("/events/<slug>/inside/undo")
def bring_in(slug: str) -> ResponseReturnValue:
    """Those who were taken out together are inside again."""
    event = _supervised(slug)
    with transaction():
        number = bring_back(
            whole_event(event.id),
            key=scan_id_of(request.form.get("key")),
            crew_id=current_user.id,
            device_id=current_user.device_id,
            now=clock.now(),
        )
    flash(ngettext("%(num)s person is inside again.", "%(num)s people are inside again.", number))
    return redirect(url_for(".inside", slug=slug), 303)


def _supervised(slug: str) -> Event:
    """Raises NotFound, the same for no event and another's."""
    event = get_event(slug)
    if not current_user.supervises(event.id):
        raise NotFound()
    return event


def _inside(event: Event, form: LeftForm) -> str:
    now = clock.now()
    return render_template(
        "gate/inside.html",
        event=event,
        people=list_inside(event.id),
        taken_out=find_last_taken_out(event.id),
        form=form,
        now=now,
        clock_of=lambda moment: short_time(moment, event.timezone, now=now),
    )
