"""FabLabPicnik with its stands and workshops, as a participant sees them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import lines_by_section, view_of
from eventhub.events.models import Event
from eventhub.events.rules import Kind, SessionKind

pages = Blueprint("fablab_picnic", __name__)


@pages.get("/fablab-picnik")
def index() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.FABLAB_PICNIK)


def show(event: Event) -> str:
    """The festival's page: workshops and shows by time, stands by the areas of the site."""
    stands = lines_by_section(event, only=SessionKind.STAND)
    titles: dict[int | None, dict[str, str]] = {
        None: {},
        **{section.id: section.title for section in event.sections},
    }
    areas = [{"title": title, "stands": stands[key]} for key, title in titles.items() if key in stands]
    return render_template("fablab_picnic/show.html", areas=areas, **view_of(event))
