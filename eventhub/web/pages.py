"""What every template can say: moments in the event's zone, safe Markdown, links to the outside."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import available_timezones

from flask import Flask
from flask.templating import Environment
from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean

from eventhub.calendars import links
from eventhub.core import moments
from eventhub.core.links import absolute
from eventhub.core.templating import OneWorld
from eventhub.core.tombstones import shown_name
from eventhub.events.models import Event
from eventhub.web.i18n import language

ZONES = frozenset(available_timezones())
_AREAS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/", "UTC")
# Old names and bare offsets are understood, not offered.
OFFERED_ZONES = tuple(sorted(zone for zone in ZONES if zone.startswith(_AREAS)))
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
_TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "ul",
    "ol",
    "li",
    "a",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "code",
    "pre",
    "hr",
}
_LINKS = {"http", "https", "mailto"}


class Templates(OneWorld, Environment):
    """The templates of our pages."""


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        event_time=event_time,
        event_day=event_day,
        event_clock=moments.clock,
        plain_day=plain_day,
        event_span=event_span,
        markdown=markdown,
        named=lambda name: shown_name(name, language()),
        zone_city=zone_city,
        webcal=links.webcal,
    )
    app.jinja_env.globals.update(absolute=absolute, zones=OFFERED_ZONES)


def event_time(moment: datetime, zone: str) -> str:
    """Mon 12 July 2027, 14:00 in the event's zone, in the reader's language."""
    return moments.day_and_clock(moment, zone, language())


def event_day(moment: datetime, zone: str) -> str:
    return moments.day(moment, zone, language())


def plain_day(day: date) -> str:
    """12 July 2027, of a day that is nobody's moment, in the reader's language."""
    return moments.whole_day(day, language())


def zone_city(zone: str) -> str:
    """The city of a zone in the reader's language."""
    return moments.zone_city(zone, language())


def event_span(event: Event) -> str:
    """From when to when, in the event's zone."""
    return moments.span(event.starts_at, event.ends_at, event.timezone, language())


def markdown(text: str) -> Markup:
    """User text by the one path: Markdown without HTML, then a cleaner with an allow list."""
    html = _markdown.render(text)
    safe = clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, link_rel="noopener nofollow ugc", url_schemes=_LINKS
    )
    return Markup(safe)  # noqa: S704 - cleaned in the line before


def known_zone(name: str) -> str | None:
    """The IANA zone of this name, or None: what stands in an address is anybody's text."""
    return name if name in ZONES else None
