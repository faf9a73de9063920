"""What an event sends by itself before it starts, and what people answered."""

from __future__ import annotations

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.letter_forms import ReminderForm
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.mailings.reminders import count_answers, get_plan, set_plan


@pages.route("/events/<slug>/letters/reminders", methods=["GET", "POST"])
def reminders(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = ReminderForm(data=asdict(get_plan(event.id)))
    if accepted(form, lambda: set_plan(event, form.plan(), by=me(), now=clock.now())):
        flash(_("The changes are stored."))
        return redirect(url_for(".reminders", slug=slug))
    page = render_template(
        "organiser/reminders.html", form=form, event=event, answers=count_answers(event.id)
    )
    return page, status_of(form)
