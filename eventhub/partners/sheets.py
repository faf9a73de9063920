"""The directory from a file: CSV with a heading, read as a whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventhub.core.errors import Refusal
from eventhub.core.text import N_, clean_line
from eventhub.db import savepoint
from eventhub.partners.commands import add_organisation, add_spelling, rename_organisation
from eventhub.partners.models import Organisation
from eventhub.partners.queries import find_by_key
from eventhub.partners.rules import check_organisation, key_of

COLUMNS = ("name_en", "name_ru", "country", "spellings")
MOST_ROWS = 500
MOST_SPELLINGS = 50  # of one organisation in a file
MOST_BYTES = 1024 * 1024


class Unreadable(Refusal):
    sentence = N_("This is no CSV file in UTF-8.")
    status = 422
    field = "sheet"


class ColumnsMissing(Refusal):
    sentence = N_("The first row must name the columns: name_en, name_ru, country, spellings.")
    status = 422
    field = "sheet"


class TooManyRows(Refusal):
    sentence = N_("Import at most %(most)s rows at once.")
    status = 422
    field = "sheet"


class TooManySpellings(Refusal):
    sentence = N_("Give at most %(most)s spellings in a row.")
    status = 422
    field = "sheet"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a row (as a spreadsheet numbers it) can't be imported."""

    row: int
    refusal: Refusal


@dataclass(frozen=True, kw_only=True)
class Imported:
    """How many organisations are new, and how many were there already; with faults nothing was done."""

    added: int = 0
    known: int = 0
    faults: Sequence[Fault] = ()


def read_csv(content: bytes) -> list[dict[str, str]]:
    """A row each, by the names of COLUMNS. Raises Unreadable, ColumnsMissing, TooManyRows."""
    try:
        text = content.decode("utf-8-sig")
        delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable() from error
    heading = [clean_line(cell).casefold() for cell in rows[0]] if rows else []
    if not {"name_en", "name_ru"} & set(heading):
        raise ColumnsMissing()
    if len(rows) > MOST_ROWS + 1:
        raise TooManyRows(most=MOST_ROWS)
    return [_row(heading, cells) for cells in rows[1:]]


def _row(heading: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    said = dict(zip(heading, map(clean_line, cells), strict=False))
    return {column: said.get(column, "") for column in COLUMNS}


def import_organisations(rows: Sequence[Mapping[str, str]], *, by: str, now: datetime) -> Imported:
    """Add who is new, and to who is known the names that are missing. Twice the same file changes nothing.

    With one bad row nothing is done at all, and all bad rows are told.
    """
    kept = [(number, row) for number, row in enumerate(rows, 2) if any(row.values())]
    faults = [fault for number, row in kept if (fault := _fault(number, row)) is not None]
    if faults:
        return Imported(faults=faults)
    try:
        with savepoint():
            added = _import_all(kept, by=by, now=now)
    except _BadRows as bad:
        return Imported(faults=bad.faults)
    return Imported(added=added, known=len(kept) - added)


class _BadRows(Exception):
    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


def _import_all(kept: Sequence[tuple[int, Mapping[str, str]]], *, by: str, now: datetime) -> int:
    """How many are new. Raises _BadRows with all of them: a later row may be wrong by what an earlier one says."""
    added, faults = 0, []
    for number, row in kept:
        try:
            with savepoint():
                added += _import(row, by=by, now=now)
        except Refusal as refusal:
            faults.append(Fault(row=number, refusal=refusal))
    if faults:
        raise _BadRows(faults)
    return added


def _names(row: Mapping[str, str]) -> dict[str, str]:
    names = {"en": row["name_en"], "ru": row["name_ru"]}
    return {language: name for language, name in names.items() if name}


def _fault(number: int, row: Mapping[str, str]) -> Fault | None:
    try:
        check_organisation(_names(row), row["country"].upper())
        if row["spellings"].count(";") >= MOST_SPELLINGS:
            raise TooManySpellings(most=MOST_SPELLINGS)
    except Refusal as refusal:
        return Fault(row=number, refusal=refusal)
    return None


def _import(row: Mapping[str, str], *, by: str, now: datetime) -> bool:
    """Whether it is new."""
    names, country = _names(row), row["country"].upper()
    there = _known(names)
    organisation = there or add_organisation(name=names, country=country, by=by, now=now)
    if there is not None:
        missing = {language: name for language, name in names.items() if not there.name.get(language)}
        if missing or (country and not there.country):
            name = {**there.name, **missing}
            rename_organisation(there, name=name, country=there.country or country, by=by, now=now)
    for spelling in row["spellings"].split(";"):
        if clean_line(spelling):
            add_spelling(organisation, clean_line(spelling), by=by, now=now)
    return there is None


def _known(names: Mapping[str, str]) -> Organisation | None:
    return next((found for name in names.values() if (found := find_by_key(key_of(name)))), None)
