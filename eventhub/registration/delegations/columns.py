"""Which column of a list says what, by headings as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eventhub.registration.delegations.reading import Row
from eventhub.registration.delegations.rules import ColumnsMissing


class Column(StrEnum):
    """What a list may say of a person, in the order of the empty sheet; the values are names of Entry's fields."""

    FULL_NAME = "full_name"
    EMAIL = "email"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    LANGUAGE = "language"
    TICKET = "ticket"


# As people call them, in English and Russian; parts of a name are put together in the order of the columns.
_HEADERS = {
    Column.FULL_NAME: "full name, name, participant, person, given name, first name, middle name, family name, "
    "last name, surname, фио, ф и о, имя и фамилия, фамилия и имя, полное имя, имя, фамилия, отчество, участник, "
    "фамилия имя отчество",
    Column.EMAIL: "e mail, email, mail, e mail address, email address, электронная почта, эл почта, почта, "
    "адрес электронной почты, электронный адрес, имейл, емейл",
    Column.ORGANISATION: "university or company, organisation, organization, university, company, affiliation, "
    "institution, университет или компания, организация, университет, вуз, компания, место работы",
    Column.COUNTRY: "country, страна",
    Column.LANGUAGE: "language, language of our letters, язык, язык писем, язык наших писем",
    Column.TICKET: "ticket, ticket type, type of ticket, билет, тип билета, вид билета",
}
_COLUMN_OF = {word: column for column, words in _HEADERS.items() for word in words.split(", ")}
# Columns that our own downloads add.
_OURS = ("", "row", "what is wrong", "state", "строка", "что не так", "состояние")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where each column stands; names may have several. `unknown` are headings that say nothing to us."""

    columns: Mapping[Column, tuple[int, ...]]
    unknown: tuple[str, ...]
    header: tuple[str, ...]
    has_header: bool

    def value(self, cells: Sequence[str], column: Column) -> str:
        found = (cells[place] for place in self.columns.get(column, ()) if place < len(cells))
        return " ".join(cell for cell in found if cell)


def columns(*, with_tickets: bool) -> list[Column]:
    """What a list may say at this event."""
    return [column for column in Column if with_tickets or column is not Column.TICKET]


def layout_of(rows: Sequence[Row], *, with_tickets: bool = False) -> Layout:
    """By the headings of the first row; without any, the order of the empty sheet. Raises ColumnsMissing."""
    first, known = rows[0][1], columns(with_tickets=with_tickets)
    named = [column if (column := _COLUMN_OF.get(key_of(cell))) in known else None for cell in first]
    if not any(named) and any("@" in cell for cell in first):
        return _without_header(first, known)
    found = {
        column: tuple(place for place, one in enumerate(named) if one is column)
        for column in known
        if column in named
    }
    if not found.keys() >= {Column.FULL_NAME, Column.EMAIL}:
        raise ColumnsMissing()
    unknown = tuple(
        cell for cell, one in zip(first, named, strict=True) if one is None and key_of(cell) not in _OURS
    )
    return Layout(columns=found, unknown=unknown, header=tuple(first), has_header=True)


def _without_header(first: Sequence[str], known: Sequence[Column]) -> Layout:
    """Name and address in whatever order they stand, and the others after them."""
    order = list(known)
    if "@" in first[0]:
        order[:2] = order[1::-1]
    places = {column: (place,) for place, column in enumerate(order)}
    return Layout(columns=places, unknown=(), header=(), has_header=False)


def key_of(text: str) -> str:
    """Words as they are compared: without capitals and signs."""
    return _NO_WORD.sub(" ", text.casefold()).strip()
