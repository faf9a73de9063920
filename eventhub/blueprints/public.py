"""The public pages: home, an event of any kind, and what stands in the footer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_login import current_user

from eventhub.accounts.rules import RUNS_AN_EVENT
from eventhub.blueprints import catalogue, conferences, fablab_picnic, schools, science_week, seminars
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import localised
from eventhub.documents.compiler import compile_png
from eventhub.events.covers import cover_svg
from eventhub.events.models import Event
from eventhub.events.queries import (
    PublicMark,
    Wish,
    find_cover,
    find_public_mark,
    get_public_event,
    list_public_events,
)
from eventhub.events.rules import Kind, Registering, registering
from eventhub.privacy.models import ConsentDocument
from eventhub.privacy.queries import get_consent_document, list_consent_documents
from eventhub.web.caching import anonymous_page
from eventhub.web.headers import keep_for
from eventhub.web.i18n import language
from eventhub.web.wording import card

pages = Blueprint("public", __name__)

SHOW: dict[Kind, Callable[[Event], str]] = {
    Kind.SEMINAR: seminars.show,
    Kind.CONFERENCE: conferences.show,
    Kind.WEEK_OF_SCIENCE: science_week.show,
    Kind.FABLAB_PICNIK: fablab_picnic.show,
    Kind.SUMMER_SCHOOL: schools.show,
    Kind.WINTER_SCHOOL: schools.show,
}
SOON = timedelta(days=7)
SCHOOLS = frozenset({Kind.SUMMER_SCHOOL, Kind.WINTER_SCHOOL})
# How long applying to a school is open when its organisers did not say since when.
USUAL_WINDOW = timedelta(days=90)
COVER_KEPT = timedelta(days=1)


@pages.get("/")
def home() -> Response:
    return catalogue.page("public/home.html", more=_shop_window)


def _shop_window(now: datetime) -> dict[str, Any]:
    """What greets who did not ask for anything: the next big thing, this week, and the schools."""
    if request.args:
        return {"flagship": None, "soon": [], "schools": []}
    events, _total = list_public_events(Wish(), now=now)
    big = [event for event in events if event.kind is not Kind.SEMINAR]
    return {
        "flagship": _flagship(big[0]) if big else None,
        "soon": [card(event) for event in events if event.starts_at < now + SOON],
        "schools": [
            _deadline(event, now) for event in events if event.kind in SCHOOLS and _is_open(event, now)
        ],
    }


def _is_open(event: Event, now: datetime) -> bool:
    return registering(event.window, places_left=None, now=now) is Registering.OPEN


def _deadline(event: Event, now: datetime) -> dict[str, Any]:
    """A school with the days that are left to apply, of those that there were."""
    closes_at = event.closes_at or event.starts_at
    opened_at = event.opens_at or min(now, closes_at - USUAL_WINDOW)
    return {
        **card(event),
        "closes_at": closes_at,
        "zone": event.timezone,
        "days": max((closes_at - opened_at).days, 1),
        "left": (closes_at - now).days,
    }


def _flagship(event: Event) -> dict[str, Any]:
    return {**card(event), "summary": localised(event.summary, language())}


@pages.get("/events/<slug>")
def show(slug: str) -> Response:
    """The event's page; its stamp costs one statement, a copy that the reader has costs no more."""
    mark = find_public_mark(slug)
    if mark is None:
        raise NotFound()
    return anonymous_page(
        _stamp(mark),
        lambda: SHOW[mark.kind](get_public_event(slug)),
        ask=lambda: (found := find_public_mark(slug)) and _stamp(found),
    )


def _stamp(mark: PublicMark) -> str:
    """The minute is part of it: events begin and end."""
    changes = (mark.revision, mark.revised_at.isoformat(), mark.seats, mark.others)
    return "|".join(map(str, (*changes, f"{clock.now():%Y%m%d%H%M}")))


@pages.get("/events/<slug>/cover.svg")
def cover(slug: str) -> Response:
    """The event's picture, drawn from its own number."""
    seed, accent = _drawn_from(slug)
    return Response(cover_svg(seed, accent), content_type="image/svg+xml")


@pages.get("/events/<slug>/cover.png")
def cover_picture(slug: str) -> Response:
    """The same for sites that show links and draw no SVG."""
    return Response(_cover_png(*_drawn_from(slug)), content_type="image/png")


def _drawn_from(slug: str) -> tuple[str, str]:
    """Seed and accent of the picture. Raises NotFound; a draft's picture is for those who run the event."""
    found = find_cover(slug)
    if found is None or not (found.is_public or current_user.may(RUNS_AN_EVENT, event_id=found.id)):
        raise NotFound()
    if found.is_public:
        keep_for(COVER_KEPT)
    return str(found.uid), found.accent


@lru_cache(maxsize=64)
def _cover_png(seed: str, accent: str) -> bytes:
    return compile_png("cover", {"svg": cover_svg(seed, accent)})


@pages.get("/help")
def help() -> Response:
    return _still_page("public/help.html")


@pages.get("/accessibility")
def accessibility() -> Response:
    return _still_page("public/accessibility.html")


def _still_page(template: str) -> Response:
    """A page that changes with a new version only."""
    return anonymous_page(template, lambda: render_template(template), ask=lambda: template)


@pages.get("/privacy")
def privacy() -> Response:
    """What is kept and for how long, with the wording of every consent in force."""
    documents = list_consent_documents()
    return anonymous_page(
        _wording(documents),
        lambda: render_template("public/privacy.html", documents=documents),
        ask=lambda: _wording(list_consent_documents()),
    )


def _wording(documents: Iterable[ConsentDocument]) -> str:
    return ",".join(document.text_hash for document in documents)


@pages.get("/privacy/<purpose>/<int(max=9999):version>")
def consent(purpose: str, version: int) -> Response:
    """One consent document, also an old version: who agreed to it can read it again."""
    document = get_consent_document(purpose, version)
    stamp = document.text_hash  # a version's wording never changes
    return anonymous_page(
        stamp, lambda: render_template("public/consent.html", document=document), ask=lambda: stamp
    )
