"""What every template can say: moments in the event's zone, safe Markdown, links to the outside."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean

from eventhub.web.i18n import language
from eventhub.web.proxies import absolute

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


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        event_time=event_time,
        event_day=event_day,
        event_clock=event_clock,
        markdown=markdown,
        zone_city=zone_city,
    )
    app.jinja_env.globals["absolute"] = absolute


def event_time(moment: datetime, zone: str) -> str:
    """Sat 12 July 2027, 14:00 in the event's zone, in the reader's language."""
    local = moment.astimezone(ZoneInfo(zone))
    return str(format_datetime(local, "EEE d MMMM y, HH:mm", locale=language()))


def event_day(moment: datetime, zone: str) -> str:
    return str(format_date(moment.astimezone(ZoneInfo(zone)), "d MMMM y", locale=language()))


def event_clock(moment: datetime, zone: str) -> str:
    return str(format_time(moment.astimezone(ZoneInfo(zone)), "HH:mm", locale=language()))


def zone_city(zone: str) -> str:
    """The city by which people know a zone."""
    return zone.rpartition("/")[2].replace("_", " ")


def markdown(text: str) -> Markup:
    """User text by the one path: Markdown without HTML, then a cleaner with an allow list."""
    html = _markdown.render(text)
    return Markup(
        clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            link_rel="noopener nofollow ugc",
            url_schemes={"http", "https", "mailto"},
        )
    )  # noqa: S704 - cleaned here
