"""The first sheet of an XLSX file as rows of text. Hostile files end in a refusal, never in memory.

Read here and not by a library: those lay a sheet out as a whole, so that one cell in its last corner asks for
gigabytes; and they number rows from the first that is not empty, where people look for the number that they see.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from posixpath import join, normpath
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile
from zlib import error as DeflateError

from eventhub.registration.delegations.rules import SheetTooBig, SheetTooLong, Unreadable

# A list of a thousand people is a few hundred kilobytes of XML.
MOST_UNPACKED = 16 * 1024 * 1024
MOST_PARTS = 500
MOST_COLUMNS = 50
LONGEST_CELL = 500
LAST_ROW = 1_048_576
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
Attributes = dict[str, str]
# What the parts of Python that open archives and read XML say of files that are broken, locked or made by hand.
_BROKEN = (BadZipFile, DeflateError, ExpatError, EOFError, KeyError, OSError, RuntimeError, ValueError)


class _TooMuch(Exception):
    """More than was asked for; whoever asked says what that means."""


def read_xlsx(content: bytes, *, most_rows: int) -> list[tuple[int, list[str]]]:
    """(number as the person sees it, cells) of every row that is not empty.

    Raises Unreadable, SheetTooBig and SheetTooLong.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = _Parts(archive)
            shared = _shared_texts(parts)
            return _rows(parts.read(_first_sheet(parts)), shared, most_rows=most_rows)
    except _TooMuch as error:
        raise SheetTooLong(most=most_rows) from error
    except _BROKEN as error:
        raise Unreadable() from error


class _Parts:
    """The files in the archive, unpacked with an eye on how much comes out: their sizes as told may be lies."""

    def __init__(self, archive: ZipFile) -> None:
        if len(archive.infolist()) > MOST_PARTS:
            raise SheetTooBig()
        self._archive = archive
        self._left = MOST_UNPACKED

    def has(self, name: str) -> bool:
        return name in self._archive.namelist()

    def read(self, name: str) -> bytes:
        with self._archive.open(name) as part:
            content = part.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise SheetTooBig()
        return content


def _parse(
    content: bytes,
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda _name: None,
    text: Callable[[str], None] = lambda _text: None,
) -> None:
    """Names without their namespace. A document type is refused: it is what brings entities that grow."""
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, found: begin(
        name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in found.items()}
    )
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(content, True)


def _refuse(*_declaration: object) -> None:
    raise Unreadable()


def _first_sheet(parts: _Parts) -> str:
    """The part that holds the first sheet of the book."""
    marks: list[str] = []
    targets: dict[str, str] = {}

    def sheet(name: str, found: Attributes) -> None:
        if name == "sheet":
            marks.append(found["id"])

    def relation(name: str, found: Attributes) -> None:
        if name == "Relationship":
            targets[found["Id"]] = found["Target"]

    _parse(parts.read("xl/workbook.xml"), sheet)
    _parse(parts.read("xl/_rels/workbook.xml.rels"), relation)
    if not marks:
        raise Unreadable()
    return normpath(join("/xl", targets[marks[0]])).lstrip("/")


def _shared_texts(parts: _Parts) -> list[str]:
    """Texts that cells point to."""
    if not parts.has("xl/sharedStrings.xml"):
        return []
    reader = _Texts("si")
    _parse(parts.read("xl/sharedStrings.xml"), reader.begin, reader.end, reader.text)
    return reader.found


class _Texts:
    """Collects the texts of each element of one name; how to say them aloud (rPh) is left out."""

    def __init__(self, whole: str) -> None:
        self.found: list[str] = []
        self._whole = whole
        self._pieces: list[str] = []
        self._open: list[str] = []

    def begin(self, name: str, _found: Attributes) -> None:
        self._open.append(name)
        if name == self._whole:
            self._pieces = []

    def end(self, name: str) -> None:
        self._open.pop()
        if name == self._whole:
            self.found.append("".join(self._pieces)[:LONGEST_CELL])

    def text(self, text: str) -> None:
        if self._open and self._open[-1] == "t" and "rPh" not in self._open:
            self._pieces.append(text)


def _rows(content: bytes, shared: list[str], *, most_rows: int) -> list[tuple[int, list[str]]]:
    reader = _Cells(shared, most_rows)
    _parse(content, reader.begin, reader.end, reader.text)
    return reader.rows


class _Cells:
    """Collects cells row by row. What stands right of MOST_COLUMNS is nothing that we look for."""

    def __init__(self, shared: list[str], most_rows: int) -> None:
        self.rows: list[tuple[int, list[str]]] = []
        self._shared, self._most = shared, most_rows
        self._number = self._column = 0
        self._kind, self._in_value = "", False
        self._pieces: list[str] = []
        self._cells: dict[int, str] = {}

    def begin(self, name: str, found: Attributes) -> None:
        if name == "row":
            self._number = _row_number(found.get("r", ""), after=self._number)
            self._column, self._cells = -1, {}
        elif name == "c":
            self._column = _column_number(found.get("r", ""), after=self._column)
            self._kind, self._pieces = found.get("t", ""), []
        self._in_value = name in ("v", "t")

    def text(self, text: str) -> None:
        if self._in_value:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        self._in_value = False
        if name == "c" and self._pieces and self._column < MOST_COLUMNS:
            self._cells[self._column] = self._value()
        elif name == "row" and any(cell.strip() for cell in self._cells.values()):
            if len(self.rows) >= self._most:
                raise _TooMuch
            width = max(self._cells) + 1
            self.rows.append((self._number, [self._cells.get(column, "") for column in range(width)]))

    def _value(self) -> str:
        text = "".join(self._pieces)
        if self._kind == "s":
            number = int(text)
            if not 0 <= number < len(self._shared):
                raise Unreadable()
            return self._shared[number]
        return text[:LONGEST_CELL]


def _row_number(said: str, *, after: int) -> int:
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else after + 1
    return number if after < number <= LAST_ROW else after + 1


def _column_number(said: str, *, after: int) -> int:
    found = _PLACE.fullmatch(said)
    if found is None:
        return after + 1
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
