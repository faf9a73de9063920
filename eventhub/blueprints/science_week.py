"""The Week of Science by institutes and sections, as a participant sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import Line, lines_by_section, view_of
from eventhub.events.models import Event, Section
from eventhub.events.rules import Kind

pages = Blueprint("science_week", __name__)


@pages.get("/week-of-science")
def index() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.WEEK_OF_SCIENCE)


def show(event: Event) -> str:
    """The week's page: its programme by institutes and their sections."""
    view = view_of(event)
    lines = lines_by_section(event, viewer_zone=view["viewer_zone"])
    institutes = [
        {
            "id": institute.id,
            "title": institute.title,
            "sections": list(_sections_of(event, institute, lines)),
        }
        for institute in event.sections
        if institute.parent_id is None
    ]
    return render_template(
        "science_week/show.html", institutes=institutes, plenary=lines.get(None, []), **view
    )


def _sections_of(
    event: Event, institute: Section, lines: dict[int | None, list[Line]]
) -> Iterator[dict[str, Any]]:
    """The institute's own lines first, when it has any, then each section with its lines."""
    for section in (institute, *(one for one in event.sections if one.parent_id == institute.id)):
        if section is not institute or section.id in lines:
            yield {"title": section.title, "lines": lines.get(section.id, [])}
