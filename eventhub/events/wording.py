"""An event in a few words: its title, its time and its place, in the reader's language."""

from __future__ import annotations

from eventhub.core import moments
from eventhub.core.text import localised
from eventhub.events.models import Event, Venue


def when(event: Event, language: str) -> str:
    """From when to when, in the event's zone."""
    return moments.span(event.starts_at, event.ends_at, event.timezone, language)


def days(event: Event, language: str) -> str:
    """From which day to which, in the event's zone, without clocks."""
    return moments.days(event.starts_at, event.ends_at, event.timezone, language)


def where(event: Event, language: str) -> str:
    """Venue, address and city in one line; empty for an online event."""
    return ", ".join(venue_lines(event.venue, language))


def venue_lines(venue: Venue | None, language: str) -> list[str]:
    """What of name, address and city is known."""
    if venue is None:
        return []
    lines = (localised(text, language) for text in (venue.name, venue.address, venue.city))
    return [line for line in lines if line]
