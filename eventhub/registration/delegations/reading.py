"""What a coordinator sends as rows of text: an XLSX or a CSV file of any usual make, or lines that were pasted."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from eventhub.core.errors import Refusal
from eventhub.core.text import clean_line
from eventhub.registration.delegations.rules import (
    MOST_BYTES,
    MOST_ROWS,
    SheetEmpty,
    SheetTooBig,
    SheetTooLong,
    Unreadable,
)
from eventhub.registration.delegations.xlsx import LONGEST_CELL, MOST_COLUMNS, read_xlsx

Row = tuple[int, list[str]]
_ZIP = b"PK"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_DELIMITERS = "\t;,"
# The first row names the columns.
_WITH_HEADER = MOST_ROWS + 1


def read_file(content: bytes) -> list[Row]:
    """By what is in it, whatever it is called. Raises SheetTooBig, SheetTooLong, SheetEmpty and Unreadable."""
    if len(content) > MOST_BYTES:
        raise SheetTooBig()
    if content.startswith(_OLD_OFFICE):
        raise Unreadable()
    try:
        if content.startswith(_ZIP):
            return _cleaned(read_xlsx(content, most_rows=_WITH_HEADER))
        return _lines(_decoded(content))
    except Refusal as refusal:
        refusal.field = "file"
        raise


def read_text(text: str) -> list[Row]:
    """Pasted lines with tabs, semicolons or commas. Raises SheetTooLong, SheetEmpty, Unreadable."""
    return _lines(text)


def _decoded(content: bytes) -> str:
    """As Excel and its neighbours save: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1251."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1251", errors="replace")


def _lines(text: str) -> list[Row]:
    lines = StringIO(text.replace("\0", ""), newline=None)
    try:
        rows = csv.reader(lines, delimiter=_delimiter_of(text), strict=False)
        return _cleaned(_numbered(rows))
    except csv.Error as error:
        raise Unreadable() from error


def _numbered(rows: Iterable[list[str]]) -> Iterable[Row]:
    """Rows that are not empty by their place among all, as a spreadsheet numbers them."""
    found = 0
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        found += 1
        if found > _WITH_HEADER:
            raise SheetTooLong(most=MOST_ROWS)
        yield number, row


def _delimiter_of(text: str) -> str:
    """What parts the first line that says something most often; of several a tab before the others."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _cleaned(rows: Iterable[Row]) -> list[Row]:
    cleaned = [
        (number, [clean_line(cell)[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]) for number, cells in rows
    ]
    if not cleaned:
        raise SheetEmpty()
    return cleaned
