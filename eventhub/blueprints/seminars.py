"""Seminars, alone or in a series, as a participant sees them."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import view_of
from eventhub.core import clock
from eventhub.events.models import Event, Series
from eventhub.events.queries import Wish, get_series, list_others_in_series, list_public_events
from eventhub.events.rules import Kind
from eventhub.web.caching import anonymous_page
from eventhub.web.wording import card

pages = Blueprint("seminars", __name__)


@pages.get("/seminars")
def index() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.SEMINAR)


@pages.get("/seminars/series/<slug>")
def series(slug: str) -> Response:
    stamp = catalogue.stamp_of_lists()  # before anything is read: what changes in between must not look new
    found = get_series(slug)
    return anonymous_page(stamp, lambda: _series_page(found, clock.now()), ask=catalogue.stamp_of_lists)


def _series_page(found: Series, now: datetime) -> str:
    events, _total = list_public_events(Wish(series_id=found.id), now=now)
    return render_template("seminars/series.html", series=found, cards=[card(one) for one in events])


def show(event: Event) -> str:
    """The seminar's page, with what follows in its series."""
    others = list_others_in_series(event, limit=3, now=clock.now()) if event.series_id else []
    return render_template("seminars/show.html", others=[card(one) for one in others], **view_of(event))
