"""The Week of Science by institutes and sections, as a participant sees them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import view_of
from eventhub.events.models import Event
from eventhub.events.rules import Kind

pages = Blueprint("science_week", __name__)


@pages.get("/week-of-science")
def index() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.WEEK_OF_SCIENCE)


def show(event: Event) -> str:
    """The event's page."""
    return render_template("science_week/show.html", **view_of(event))
