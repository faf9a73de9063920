"""Names of languages and countries, events in a card's few words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.core import moments
from eventhub.core.text import localised
from eventhub.events import wording
from eventhub.events.kinds import FORMAT_WORDS, KIND_WORDS
from eventhub.events.models import CapacityPool, Event, Session
from eventhub.events.rules import EventState, Format, Places, few_left
from eventhub.web.i18n import language

_RANGE = re.compile(r"–(?=\d)")


def country_name(code: str) -> str:
    """The country in the reader's language; the code itself when nobody knows it."""
    return str(Locale.parse(language()).territories.get(code, code))


def language_name(code: str) -> str:
    """A language in the reader's language, with a capital."""
    name = str(Locale.parse(language()).languages.get(code, code))
    return name[:1].upper() + name[1:]


def day_block(event: Event) -> tuple[str, str]:
    """("12–18", "Jul") for a date block; of a span over two months the first day."""
    zone = ZoneInfo(event.timezone)
    first, last = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    month = format_date(first, "LLL", locale=language()).strip(".")
    same_month = (first.year, first.month) == (last.year, last.month)
    return (f"{first.day}–{last.day}" if same_month and last.day > first.day else str(first.day)), month


def when(event: Event) -> str:
    """From when to when in the event's zone; a range of numbers is not broken after its dash."""
    return _RANGE.sub("–\u2060", wording.when(event, language()))


def place_line(event: Event) -> str:
    """Where in one line."""
    if event.format is Format.ONLINE:
        return str(_("Online"))
    place = ", ".join(wording.venue_lines(event.venue, language())[::2]) or str(_("Place to be announced"))
    online = _("online")
    return f"{place} + {online}" if event.format is Format.HYBRID else place


def seats_note(pool: CapacityPool | Places | None) -> str:
    """What is worth saying of the places: few left, none left, else nothing."""
    left = None if pool is None else few_left(pool.capacity, pool.taken)
    if left is None:
        return ""
    return (
        str(ngettext("%(num)s place left", "%(num)s places left", left))
        if left > 0
        else str(_("All places taken"))
    )


def mini(event: Event) -> dict[str, str]:
    """An event above a form, as components/event_mini.html shows it."""
    return {
        "title": localised(event.title, language()),
        "href": f"/events/{event.slug}",
        "cover": f"/events/{event.slug}/cover.svg",
        "accent": event.accent,
        "place": place_line(event),
    }


def card(event: Event) -> dict[str, Any]:
    """An event in the keywords of components/event_card.html."""
    day, month = day_block(event)
    words = KIND_WORDS[event.kind]
    seats = seats_note(event.pool)
    return {
        **mini(event),
        "day": day,
        "month": month,
        "when": when(event),
        "kind": _(words.one),
        "kind_icon": words.icon,
        "host": localised(event.host, language()),
        "note": seats or price(event),
        "note_tone": "warn" if seats else "ok" if event.is_free else "",
        "cancelled": event.state is EventState.CANCELLED,
    }


def price(event: Event) -> str:
    """Free, or what the organiser says of the price."""
    return str(_("Free")) if event.is_free else localised(event.price_note, language())


def format_name(value: Format) -> str:
    return str(_(FORMAT_WORDS[value]))


def ages_note(session: Session) -> str:
    """8–12 years, with an adult; empty for everybody."""
    return ", ".join(part for part in (_ages(session.age_min, session.age_max), _with_adult(session)) if part)


def _ages(at_least: int | None, at_most: int | None) -> str:
    if at_least is not None and at_most is not None:
        return str(_("ages %(from)d–%(to)d", **{"from": at_least, "to": at_most}))
    if at_least is not None:
        return str(_("ages %(from)d and up", **{"from": at_least}))
    return str(_("ages up to %(to)d", to=at_most)) if at_most is not None else ""


def _with_adult(session: Session) -> str:
    return str(_("with an adult")) if session.adult_required else ""


def birthday(day: date | None) -> str:
    """12 July 2017; empty when it is not known any more."""
    return moments.whole_day(day, language()) if day else ""
