"""How an event, and a line of its programme, become entries of a public calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventhub.calendars.entries import AllDay, Entry, Geo, Organiser, Status, Timed, Words
from eventhub.core.links import base_url
from eventhub.core.text import N_, localised
from eventhub.core.translation import translator
from eventhub.events.models import Event, Session, Venue
from eventhub.events.rules import Format, SessionState
from eventhub.events.topics import TOPICS

_A_DAY = timedelta(days=1)
_LAST_MINUTE = time(23, 59)
_COLOURS = {"sky": "skyblue"}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: the language, the calendar's own words and those of topics in it, and where links lead (no
    trailing slash)."""

    language: str
    words: Words
    topics: Mapping[str, str]
    base_url: str

    def say(self, texts: dict[str, str] | None) -> str:
        return localised(texts, self.language)


_CANCELLED, _JOIN, _ONLINE = N_("Cancelled"), N_("Join online"), N_("Online")


def reader_of(language: str) -> Reader:
    """The reader of this language, with links to this house."""
    say = translator(language)
    words = Words(cancelled=say(_CANCELLED), join=say(_JOIN), online=say(_ONLINE))
    topics = {topic: say(name) for topic, name in TOPICS.items()}
    return Reader(language=language, words=words, topics=topics, base_url=base_url())


def entry_of(event: Event, reader: Reader) -> Entry:
    """The event itself. What only participants may know, the online link, stays out."""
    when = _when(event)
    return Entry(
        uid=event.uid,
        summary=reader.say(event.title),
        description=_paragraphs(reader.say(event.cancel_reason), reader.say(event.summary)),
        location=_location(event, reader),
        geo=_geo(event.venue),
        url=f"{reader.base_url}/events/{event.slug}",
        when=when,
        status=Status.CANCELLED if event.cancelled_at else Status.CONFIRMED,
        organiser=Organiser(name=reader.say(event.host), mail=event.contact_email),
        categories=tuple(reader.topics.get(topic, topic) for topic in event.topics),
        colour=_COLOURS.get(event.accent, event.accent),
        revision=event.revision,
        created_at=event.created_at,
        revised_at=event.revised_at,
        is_transparent=isinstance(when, AllDay),
    )


def session_entry_of(session: Session, reader: Reader) -> Entry:
    """A line of the programme, part of its event's entry and cancelled with it."""
    event = session.event
    is_cancelled = session.state is SessionState.CANCELLED or event.cancelled_at is not None
    speakers = "\n".join(f"{one.full_name}, {one.affiliation}".rstrip(", ") for one in session.speakers)
    return Entry(
        uid=session.uid,
        summary=reader.say(session.title),
        description=_paragraphs(speakers, reader.say(session.summary)),
        location=_session_location(session, reader),
        geo=_geo(session.room.venue if session.room else event.venue),
        url=f"{reader.base_url}/events/{event.slug}",
        when=Timed(starts_at=session.starts_at, ends_at=session.ends_at, tzid=event.timezone),
        status=Status.CANCELLED if is_cancelled else Status.CONFIRMED,
        organiser=Organiser(name=reader.say(event.host), mail=event.contact_email),
        revision=session.revision + (event.cancelled_at is not None),
        created_at=event.created_at,
        revised_at=max(session.revised_at, event.cancelled_at or session.revised_at),
        part_of=event.uid,
    )


def _when(event: Event) -> Timed | AllDay:
    """More than a day long, or from midnight to midnight, is told in whole days."""
    timed = Timed(starts_at=event.starts_at, ends_at=event.ends_at, tzid=event.timezone)
    try:
        zone = ZoneInfo(event.timezone)
    except (LookupError, ValueError):
        return timed  # judged where entries are written
    starts, ends = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if event.ends_at - event.starts_at <= _A_DAY and not _fills_days(starts, ends):
        return timed
    return AllDay(first_on=starts.date(), last_on=(ends - timedelta(seconds=1)).date())


def _fills_days(starts: datetime, ends: datetime) -> bool:
    return starts.time() == time() and (ends.time() == time() or ends.time() >= _LAST_MINUTE)


def _location(event: Event, reader: Reader) -> str:
    online = "" if event.format is Format.ON_SITE else reader.words.online
    return _joined(_venue(event.venue, reader), online)


def _session_location(session: Session, reader: Reader) -> str:
    if session.room is None:
        return _location(session.event, reader)
    return _joined(reader.say(session.room.name), _venue(session.room.venue, reader))


def _venue(venue: Venue | None, reader: Reader) -> str:
    if venue is None:
        return ""
    return _joined(*(reader.say(part) for part in (venue.name, venue.address, venue.city)))


def _geo(venue: Venue | None) -> Geo | None:
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return Geo(latitude=venue.latitude, longitude=venue.longitude)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
