"""What the page of an event of any kind shows: its programme by day, what a visitor may do, links to calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import request, url_for
from flask_babel import gettext as _

from eventhub.calendars import links
from eventhub.calendars.catalogue import entry_of, reader_of
from eventhub.core import clock, moments
from eventhub.core.links import absolute, base_url
from eventhub.core.shelf import Shelf
from eventhub.core.text import localised
from eventhub.events.kinds import KIND_WORDS, SESSION_WORDS
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventState, Format, Registering, SessionKind, SessionState, registering
from eventhub.registration.participants import list_published
from eventhub.web.i18n import language
from eventhub.web.pages import known_zone
from eventhub.web.wording import ages_note, language_name, mini, place_line, price, seats_note, when

Line = dict[str, Any]
# Stands are there all day, modules for weeks: their kinds' pages list them apart.
WITHOUT_A_DAY = frozenset({SessionKind.STAND, SessionKind.MODULE})
ATTENDANCE = {
    Format.ON_SITE: "OfflineEventAttendanceMode",
    Format.ONLINE: "OnlineEventAttendanceMode",
    Format.HYBRID: "MixedEventAttendanceMode",
}


def event_facts(event: Event) -> dict[str, Any]:
    """An event above a form or a registration."""
    return {"event": event, "card": mini(event), "when": when(event)}


def view_of(event: Event) -> dict[str, Any]:
    """Everything that templates of all kinds share."""
    now = clock.now()
    viewer_zone = known_zone(request.args.get("tz", ""))
    return {
        "event": event,
        "title": localised(event.title, language()),
        "words": KIND_WORDS[event.kind],
        "when": when(event),
        "place": place_line(event),
        "price": price(event),
        "spoken": [language_name(code) for code in event.languages],
        "seats": seats_note(event.pool),
        "registering": _registering(event, now),
        "days": programme_by_day(event.sessions, event.timezone, viewer_zone),
        "participants": list_published(event.id) if event.shows_participants else [],
        "calendar": calendar_links(event),
        "viewer_zone": viewer_zone,
        "schema": schema(event),
        "share": absolute(url_for("public.show", slug=event.slug)),
    }


def _registering(event: Event, now: datetime) -> Registering:
    left = None if event.pool is None else event.pool.capacity - event.pool.taken
    return registering(event.window, places_left=left, now=now)


def programme_by_day(
    sessions: Iterable[Session], zone: str, viewer_zone: str | None = None
) -> list[dict[str, Any]]:
    """The programme's days in the event's zone, each with its lines."""

    def day_of(session: Session) -> date:
        return session.starts_at.astimezone(ZoneInfo(zone)).date()

    timed = [one for one in sessions if one.kind not in WITHOUT_A_DAY]
    return [
        {"name": day_name(day), "lines": [line(one, zone, viewer_zone) for one in group]}
        for day, group in groupby(timed, key=day_of)
    ]


def lines_by_section(
    event: Event, *, only: SessionKind | None = None, viewer_zone: str | None = None
) -> dict[int | None, list[Line]]:
    """The programme's lines by the id of their section, None for what is for everybody."""
    grouped: dict[int | None, list[Line]] = {}
    for session in event.sessions:
        if only is None or session.kind is only:
            day = day_name(session.starts_at.astimezone(ZoneInfo(event.timezone)).date())
            entry = line(session, event.timezone, viewer_zone)
            grouped.setdefault(session.section_id, []).append({**entry, "time": f"{day}, {entry['time']}"})
    return grouped


def day_name(day: date) -> str:
    """Monday 12 July; in Russian a comma follows the weekday."""
    comma = "," if language() == "ru" else ""
    name = str(format_date(day, f"EEEE{comma} d MMMM", locale=language()))
    return name[:1].upper() + name[1:]


def line(session: Session, zone: str, viewer_zone: str | None = None) -> Line:
    """A session in the keywords of components/timeline_item.html, its time also in the reader's zone if chosen."""
    cancelled = session.state is SessionState.CANCELLED
    seats = seats_note(session.places)
    period = (session.starts_at, session.ends_at)
    return {
        "title": localised(session.title, language()),
        "time": moments.hours(*period, zone),
        "also": f"{moments.hours(*period, viewer_zone)} {moments.zone_city(viewer_zone, language())}"
        if viewer_zone
        else "",
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "zone": zone,
        "place": localised(session.room.name, language()) if session.room else "",
        "kind": _(SESSION_WORDS[session.kind]),
        "speakers": [{"name": one.full_name, "note": one.affiliation} for one in session.speakers],
        "text": localised(session.summary, language()),
        "ages": ages_note(session),
        "note": _("Cancelled") if cancelled else seats,
        "note_tone": "err" if cancelled else "warn",
    }


def calendar_links(event: Event) -> dict[str, str]:
    """Every way to a calendar, the same until the event is revised."""
    key = (base_url(), event.uid, event.revision, event.revised_at, language())
    return _kept_links.get(key, lambda: _calendar_links(event))


_kept_links = Shelf[dict[str, str]](256)


def _calendar_links(event: Event) -> dict[str, str]:
    entry = entry_of(event, reader_of(language()))
    feed = absolute(f"/calendar/{event.kind.value}.ics")
    name = f"EventHub: {_(KIND_WORDS[event.kind].many)}"
    return {
        "ics": f"/events/{event.slug}/event.ics",
        "google": links.google_add(entry),
        "outlook": links.outlook_add(entry),
        "subscribe": links.webcal(feed),
        "google_subscribe": links.google_subscribe(feed),
        "outlook_subscribe": links.outlook_subscribe(feed, name=name),
    }


def schema(event: Event) -> dict[str, Any]:
    """The event in the words of schema.org, for search engines."""
    state = "EventCancelled" if event.state is EventState.CANCELLED else "EventScheduled"
    found = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": localised(event.title, language()),
        "description": localised(event.summary, language()),
        "startDate": event.starts_at.astimezone(ZoneInfo(event.timezone)).isoformat(),
        "endDate": event.ends_at.astimezone(ZoneInfo(event.timezone)).isoformat(),
        "eventStatus": f"https://schema.org/{state}",
        "eventAttendanceMode": f"https://schema.org/{ATTENDANCE[event.format]}",
        "isAccessibleForFree": event.is_free,
        "url": absolute(f"/events/{event.slug}"),
        "image": absolute(f"/events/{event.slug}/cover.png"),
        "inLanguage": event.languages,
        "organizer": {"@type": "Organization", "name": localised(event.host, language())},
    }
    return {**found, **_schema_place(event)}


def _schema_place(event: Event) -> dict[str, Any]:
    if event.venue is None:
        return {"location": {"@type": "VirtualLocation", "url": absolute(f"/events/{event.slug}")}}
    address = {
        "@type": "PostalAddress",
        "streetAddress": localised(event.venue.address, language()),
        "addressLocality": localised(event.venue.city, language()),
        "addressCountry": event.venue.country,
    }
    return {
        "location": {"@type": "Place", "name": localised(event.venue.name, language()), "address": address}
    }
