"""Conferences and their days, as a participant sees them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import view_of
from eventhub.events.models import Event
from eventhub.events.rules import Kind

pages = Blueprint("conferences", __name__)


@pages.get("/conferences")
def index() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.CONFERENCE)


def show(event: Event) -> str:
    """The event's page."""
    return render_template("conferences/show.html", **view_of(event))
