"""The people of an event: one table, by name, with state, ticket and whether they are inside."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import the_event
from eventhub.checkin.desk import PAGE, PeopleWish, list_people, tally
from eventhub.core.text import clean_line
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
    )
