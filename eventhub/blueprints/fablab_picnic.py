"""FabLabPicnik with its stands and workshops, as a participant sees them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import view_of
from eventhub.events.models import Event
from eventhub.events.rules import Kind

pages = Blueprint("fablab_picnic", __name__)


@pages.get("/fablab-picnik")
def index() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.FABLAB_PICNIK)


def show(event: Event) -> str:
    """The event's page."""
    return render_template("fablab_picnic/show.html", **view_of(event))
