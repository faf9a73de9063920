"""The address of the people table: what it asks for, read from a query string and written as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from eventhub.blueprints.organiser.fields import YEARS
from eventhub.core.text import clean_line
from eventhub.events.models import Event
from eventhub.people.rules import USUAL_COLUMNS, Column, PeopleWish, Sort, Tab

MOST_PAGES = 10_000
LONGEST_TEXT = 100
CAME = {"yes": True, "no": False}
# The wish's name of each text, and the address's.
TEXTS = {
    "text": "q",
    "country": "country",
    "organisation": "organisation",
    "language": "language",
    "session": "session",
    "tag": "tag",
    "ticket_type": "type",
    "delegation": "delegation",
}
Word = TypeVar("Word", bound=StrEnum)


class Arguments(Protocol):
    """A query string as Werkzeug reads it."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A wish for people, the columns that are shown of them, and the page."""

    wish: PeopleWish
    columns: tuple[Column, ...] = USUAL_COLUMNS
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab keeps people out."""
        return self._other(("event_id", "zone", "tab", "sort", "is_descending"))

    @property
    def is_folded_out(self) -> bool:
        """Whether a filter beside the search is set, so that it has to be seen."""
        return self._other(("event_id", "zone", "tab", "text")) or self.columns != USUAL_COLUMNS

    def _other(self, same: tuple[str, ...]) -> bool:
        kept = {name: getattr(self.wish, name) for name in same}
        return self.wish != PeopleWish(**kept)

    def query(self, **changes: Any) -> str:
        """The query string; changes are those of the wish, or `page`. A new wish begins on page one."""
        page = changes.pop("page", 1)
        asked = replace(self, wish=replace(self.wish, **changes), page=page)
        return urlencode(asked.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address; what is usual is left out."""
        wish = self.wish
        texts = {address: getattr(wish, name) for name, address in TEXTS.items()}
        facts = {
            "tab": "" if wish.tab is Tab.ALL else wish.tab,
            **texts,
            "came": {True: "yes", False: "no", None: ""}[wish.has_come],
            "from": wish.since.isoformat() if wish.since else "",
            "to": wish.until.isoformat() if wish.until else "",
            "sort": "" if wish.sort is Sort.NAME else wish.sort,
            "down": "1" if wish.is_descending else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        columns = [] if self.columns == USUAL_COLUMNS else [("column", str(one)) for one in self.columns]
        return [(name, str(value)) for name, value in facts.items() if value] + columns


def read_address(arguments: Arguments, event: Event) -> Asked:
    """What the address asks for; nonsense asks for nothing."""
    texts: Mapping[str, str] = {name: _text(arguments, address) for name, address in TEXTS.items()}
    wish = PeopleWish(
        event_id=event.id,
        zone=event.timezone,
        tab=_word(Tab, arguments.get("tab", "")) or Tab.ALL,
        **texts,
        has_come=CAME.get(arguments.get("came", "")),
        since=_day(arguments.get("from", "")),
        until=_day(arguments.get("to", "")),
        sort=_word(Sort, arguments.get("sort", "")) or Sort.NAME,
        is_descending=arguments.get("down", "") == "1",
    )
    return Asked(wish=wish, columns=_columns(arguments.getlist("column")), page=page_in(arguments))


def _text(arguments: Arguments, name: str) -> str:
    return clean_line(arguments.get(name, ""))[:LONGEST_TEXT]


def _word(words: type[Word], asked: str) -> Word | None:
    return next((word for word in words if word == asked), None)


def _day(asked: str) -> date | None:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _columns(asked: list[str]) -> tuple[Column, ...]:
    """In the table's own order; none is the usual ones."""
    return tuple(column for column in Column if column in asked) or USUAL_COLUMNS


def page_in(arguments: Arguments, name: str = "page") -> int:
    """The page that is asked for; the first instead of nonsense."""
    asked = arguments.get(name, "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    return min(max(number, 1), MOST_PAGES)
