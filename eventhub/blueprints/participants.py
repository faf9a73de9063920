"""Who takes part in an event, for everybody: the names of those who agreed to it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eventhub.events.queries import get_public_event
from eventhub.people.participants import list_participants
from eventhub.web.headers import private
from eventhub.web.wording import country_name

pages = Blueprint("participants", __name__)


@pages.get("/events/<slug>/participants")
def index(slug: str) -> ResponseReturnValue:
    """Kept by no cache and in no search engine: who withdraws is gone at once."""
    private()
    event = get_public_event(slug)
    return render_template(
        "participants/index.html",
        event=event,
        people=list_participants(event.id),
        country_name=country_name,
    )
