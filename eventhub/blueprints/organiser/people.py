"""The people of an event: one table, by name, with state, ticket and whether they are inside."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import Confirm
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.checkin.desk import PAGE, PeopleWish, list_people, tally
from eventhub.core import clock
from eventhub.core.text import clean_line
from eventhub.db import transaction
from eventhub.events.publicity import show_participants
from eventhub.registration.participants import count_published
from eventhub.registration.rules import RegistrationState

MOST_PAGES = 10_000


@pages.get("/events/<slug>/people")
def people(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    asked = request.args.get("state", "")
    page = request.args.get("page", 1, type=int)
    wish = PeopleWish(
        event_id=event.id,
        state=RegistrationState(asked) if asked in set(RegistrationState) else None,
        text=clean_line(request.args.get("q", ""))[:100],
        page=min(max(page, 1), MOST_PAGES),
    )
    rows, total = list_people(wish)
    pages_in_all = max(1, -(-total // PAGE))
    return render_template(
        "organiser/people.html",
        event=event,
        wish=wish,
        rows=rows,
        counts=tally(event.id).states,
        pages=pages_in_all,
        published=count_published(event.id),
        confirm=Confirm(formdata=None),
    )


@pages.post("/events/<slug>/people/public-list")
def public_list(slug: str) -> ResponseReturnValue:
    """Whether the event's page names who agreed to be named."""
    event, is_shown = the_event(slug), request.form.get("shown") == "yes"
    with transaction():
        show_participants(event, is_shown=is_shown, by=me(), now=clock.now())
    flash(
        _("The event's page names who agreed to be named.")
        if is_shown
        else _("The event's page names nobody any more.")
    )
    return redirect(url_for(".people", slug=slug))
