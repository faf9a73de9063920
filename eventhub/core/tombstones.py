"""What stands where a person's name was: the day of its removal, kept in English, read in anybody's language."""

from __future__ import annotations

import re
from datetime import date, datetime

from babel.dates import format_date

from eventhub.core.text import N_
from eventhub.core.translation import translator

REMOVED_ON = N_("Removed on %(day)s")
# No letter reaches an address under it (RFC 2606).
_NOWHERE = ".invalid"
_TOMBSTONE = re.compile(r"Removed on (\d{4}-\d\d-\d\d)")


def tombstone(now: datetime) -> str:
    """Stored in place of a name, so that whatever shows the name shows this."""
    return REMOVED_ON % {"day": f"{now:%Y-%m-%d}"}


def placeholder(identity: str) -> str:
    """What stands where an address would, for who gave none."""
    return f"none-{identity}@walk-in{_NOWHERE}"


def is_placeholder(email: str) -> bool:
    """Whether nobody reads what is written there."""
    return email.endswith(_NOWHERE)


def shown_name(name: str, language: str) -> str:
    """A name as it is; a tombstone in words: Removed on 12 July 2027."""
    found = _TOMBSTONE.fullmatch(name)
    day = found and _day(found[1])
    if day is None:
        return name
    return translator(language)(REMOVED_ON) % {"day": format_date(day, "d MMMM y", locale=language)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # somebody is really called so
