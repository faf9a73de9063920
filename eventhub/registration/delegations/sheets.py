"""For every row of a list whether it can be imported, what it changes, and why not.

All rows are judged; a bad one never hides another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from eventhub.core.countries import is_country
from eventhub.core.names import email_key
from eventhub.core.text import LANGUAGES, N_
from eventhub.registration.delegations.columns import Column, Layout, key_of, layout_of
from eventhub.registration.delegations.reading import Row
from eventhub.registration.delegations.rules import (
    LONGEST_EMAIL,
    LONGEST_ORGANISATION,
    Entry,
    SheetEmpty,
)
from eventhub.registration.rules import LONGEST_NAME

_LINK = re.compile(r"https?:|www\.|://|\[.*\]\(", re.IGNORECASE)
_LANGUAGE_WORDS = {
    "en": ("en", "eng", "english", "английский", "англ"),
    "ru": ("ru", "rus", "russian", "русский", "рус"),
}
_COUNTRY_WORDS = {"usa": "US", "uk": "GB", "сша": "US", "рф": "RU", "кнр": "CN", "prc": "CN"}

NAME_MISSING = N_("Enter the full name.")
NAME_LONG = N_("Enter a name of at most %(max)d characters.")
NO_LETTER = N_("Enter it with at least one letter.")
WITH_LINK = N_("Enter it without links.")
EMAIL_MISSING = N_("Enter the e-mail address.")
EMAIL_WRONG = N_("“%(value)s” is no e-mail address.")
ORGANISATION_LONG = N_("Enter at most %(max)d characters.")
COUNTRY_UNKNOWN = N_("We don't know the country “%(value)s”.")
LANGUAGE_UNKNOWN = N_("Our letters are in English and Russian, not in “%(value)s”.")
TWICE = N_("This e-mail address stands in row %(row)s already.")
TICKET_STAYS = N_("This person has another ticket already. A list doesn't change it.")
NO_ROOM = N_("Your delegation has no room for more people.")


_What = tuple[str, Mapping[str, object]] | None
# What a cell calls a ticket, and the public id of the one that its person has: the public id meant, or what is wrong.
FindTicket = Callable[[str, str], tuple[str, _What]]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a row can't be imported: the column, or None for the row as a whole; a source sentence and its facts."""

    column: Column | None
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Verdict(StrEnum):
    """What importing a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A row by its number in the list, with what it says and what would come of it."""

    number: int
    cells: Sequence[str]
    entry: Entry
    verdict: Verdict
    faults: tuple[Fault, ...] = ()
    changes: tuple[Column, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody in the list of the delegation already; `is_settled` when nothing the coordinator writes counts now."""

    entry: Entry
    is_settled: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """All rows of a list, judged."""

    layout: Layout
    rows: Sequence[Judged]

    def of(self, *verdicts: Verdict) -> list[Judged]:
        return [row for row in self.rows if row.verdict in verdicts]


def judge(
    rows: Sequence[Row],
    *,
    usual: Entry,
    known: Mapping[str, Known],
    room: int,
    tickets: FindTicket | None = None,
) -> Report:
    """Every row against the others, against the list so far, and against the room that is left. An empty cell says
    nothing: the person keeps what there is, somebody new gets what is `usual`. `tickets` finds what a row calls its
    ticket; None: the event has none. Raises ColumnsMissing, SheetEmpty.
    """
    layout = layout_of(rows, with_tickets=tickets is not None)
    people = rows[1:] if layout.has_header else rows
    if not people:
        raise SheetEmpty()
    first_row: dict[str, int] = {}
    judged = []
    for number, cells in people:
        row = _judged(number, cells, layout, usual, known, first_row)
        if tickets is not None:
            row = _with_ticket(row, layout, known.get(email_key(row.entry.email)), tickets)
        if row.verdict is Verdict.NEW:
            room -= 1
            row = row if room >= 0 else _bad(row, Fault(column=None, sentence=NO_ROOM))
        judged.append(row)
    return Report(layout=layout, rows=judged)


def _judged(
    number: int,
    cells: Sequence[str],
    layout: Layout,
    usual: Entry,
    known: Mapping[str, Known],
    first_row: dict[str, int],
) -> Judged:
    said = {column: layout.value(cells, column) for column in Column}
    key = email_key(said[Column.EMAIL])
    there = known.get(key)
    read, faults = _read(said)
    if key and key in first_row:
        faults.append(Fault(column=Column.EMAIL, sentence=TWICE, facts={"row": first_row[key]}))
    first_row.setdefault(key, number)
    entry = _filled(read, there.entry if there else usual)
    changes = tuple(column for column in Column if there and _differs(column, entry, there))
    verdict = _verdict(bool(faults), there, changes)
    return Judged(
        number=number, cells=cells, entry=entry, verdict=verdict, faults=tuple(faults), changes=changes
    )


def _with_ticket(row: Judged, layout: Layout, there: Known | None, tickets: FindTicket) -> Judged:
    """The same row with the ticket that it names. Whoever is in the list has one, which stays."""
    said = layout.value(row.cells, Column.TICKET)
    if not said or (there is not None and there.is_settled):
        return row
    has = there.entry.ticket if there else ""
    found, what = tickets(said, has)
    if what is None and has and found != has:
        what = TICKET_STAYS, {}
    if what is not None:
        return _bad(row, Fault(column=Column.TICKET, sentence=what[0], facts=what[1]))
    return replace(row, entry=replace(row.entry, ticket=found))


def _verdict(is_bad: bool, there: Known | None, changes: tuple[Column, ...]) -> Verdict:
    if is_bad:
        return Verdict.BAD
    if there is None:
        return Verdict.NEW
    return Verdict.CHANGED if changes and not there.is_settled else Verdict.SAME


def _differs(column: Column, entry: Entry, there: Known) -> bool:
    """The address is what makes somebody the same, however its capitals are; a ticket is not changed by a list."""
    return column not in (Column.EMAIL, Column.TICKET) and getattr(entry, column) != getattr(
        there.entry, column
    )


def _bad(row: Judged, fault: Fault) -> Judged:
    return replace(row, verdict=Verdict.BAD, faults=(*row.faults, fault))


def refused(row: Judged, sentence: str, facts: Mapping[str, object]) -> Judged:
    """The same row, of which the import found out that it can't be done."""
    return _bad(row, Fault(column=None, sentence=sentence, facts=facts))


def _filled(read: Mapping[Column, str], usual: Entry) -> Entry:
    values = {str(column): read[column] or getattr(usual, column) for column in Column}
    return Entry(**{**values, "full_name": read[Column.FULL_NAME], "email": read[Column.EMAIL]})


def _read(said: Mapping[Column, str]) -> tuple[dict[Column, str], list[Fault]]:
    """Values as they are stored, and what is wrong with them, in the order of the columns."""
    country, language = _country_of(said[Column.COUNTRY]), _language_of(said[Column.LANGUAGE])
    read = {**said, Column.COUNTRY: country, Column.LANGUAGE: language, Column.TICKET: ""}
    found = [
        (Column.FULL_NAME, _name_fault(said[Column.FULL_NAME])),
        (Column.EMAIL, _email_fault(said[Column.EMAIL])),
        (Column.ORGANISATION, _organisation_fault(said[Column.ORGANISATION])),
        (Column.COUNTRY, _unknown(said[Column.COUNTRY], country, COUNTRY_UNKNOWN)),
        (Column.LANGUAGE, _unknown(said[Column.LANGUAGE], language, LANGUAGE_UNKNOWN)),
    ]
    faults = [
        Fault(column=column, sentence=what[0], facts=what[1]) for column, what in found if what is not None
    ]
    return read, faults


def _name_fault(name: str) -> _What:
    if not name:
        return NAME_MISSING, {}
    return _text_fault(name, longest=LONGEST_NAME, too_long=NAME_LONG)


def _organisation_fault(name: str) -> _What:
    return _text_fault(name, longest=LONGEST_ORGANISATION, too_long=ORGANISATION_LONG) if name else None


def _text_fault(text: str, *, longest: int, too_long: str) -> _What:
    if len(text) > longest:
        return too_long, {"max": longest}
    if not any(character.isalnum() for character in text):
        return NO_LETTER, {}
    return (WITH_LINK, {}) if _LINK.search(text) else None


def _email_fault(address: str) -> _What:
    if not address:
        return EMAIL_MISSING, {}
    wrong = EMAIL_WRONG, {"value": address[:80]}
    if len(address) > LONGEST_EMAIL:
        return wrong
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return wrong
    return None


def _unknown(said: str, understood: str, sentence: str) -> _What:
    return (sentence, {"value": said[:80]}) if said and not understood else None


def _language_of(said: str) -> str:
    key = key_of(said)
    return next((code for code, words in _LANGUAGE_WORDS.items() if key in words), "")


def _country_of(said: str) -> str:
    if is_country(said.upper()):
        return said.upper()
    return _country_names().get(key_of(said), "")


@cache
def _country_names() -> Mapping[str, str]:
    """Codes of countries by their names in our languages."""
    names = {
        key_of(name): code
        for language in LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if is_country(code)
    }
    return {**names, **_COUNTRY_WORDS}
