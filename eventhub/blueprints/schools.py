"""Summer and winter schools with their modules, as a participant sees them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import view_of
from eventhub.events.models import Event
from eventhub.events.rules import Kind

pages = Blueprint("schools", __name__)


@pages.get("/summer-schools")
def summer() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.SUMMER_SCHOOL)


@pages.get("/winter-schools")
def winter() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.WINTER_SCHOOL)


def show(event: Event) -> str:
    """The school's page."""
    return render_template("schools/show.html", **view_of(event))
