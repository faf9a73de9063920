"""XLSX files as programs write them and as attackers do: rows of text, or a refusal in no time and little memory."""

from __future__ import annotations

import struct
import tracemalloc
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from eventhub.core.errors import Refusal
from eventhub.registration.delegations.columns import ColumnsMissing, layout_of
from eventhub.registration.delegations.reading import read_file, read_text
from eventhub.registration.delegations.rules import (
    MOST_BYTES,
    MemberFacts,
    MemberStatus,
    SheetEmpty,
    SheetTooBig,
    SheetTooLong,
    Unreadable,
    status_of,
)
from eventhub.registration.rules import RegistrationState

BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="List" sheetId="1" r:id="rId7"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId7" Target="{target}" Type="worksheet"/></Relationships>'
)


def book(
    rows: str, *, shared: str = "", target: str = "worksheets/list.xml", before: str = "", **parts: str
) -> bytes:
    """A workbook by hand."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(target=target))
        sheet = f'{before}<worksheet xmlns="m"><sheetData>{rows}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/list.xml", sheet)
        if shared:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="m">{shared}</sst>')
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_cells_are_read_where_they_stand_and_rows_keep_their_numbers() -> None:
    rows = (
        f'<row r="3">{text_cell("B3", "b")}</row>'
        '<row r="5"><c r="A5" t="s"><v>1</v></c><c r="D5"><v>42</v></c><c r="E5" t="str"><f>1+1</f><v>2</v></c></row>'
        '<row r="6"><c r="A6"><v> </v></c></row>'
    )
    shared = "<si><t>zero</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>aloud</t></rPh></si>"

    assert read_file(book(rows, shared=shared)) == [(3, ["", "b"]), (5, ["rich text", "", "", "42", "2"])]


def test_places_that_are_left_out_follow_each_other() -> None:
    rows = '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c></row><row><c><v>2</v></c></row>'

    assert read_file(book(rows, target="/xl/worksheets/list.xml")) == [(1, ["a", "1"]), (2, ["2"])]


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"PK\x03\x04 and then nothing", Unreadable),
        (b"\xd0\xcf\x11\xe0 an old one", Unreadable),
        (book("<row><c><v>1</v></c>", target="nowhere.xml"), Unreadable),
        (book("<row><c><v>1</v>"), Unreadable),
        (book('<row><c t="s"><v>5</v></c></row>'), Unreadable),
        (book('<row><c t="s"><v>-1</v></c></row>', shared="<si><t>x</t></si>"), Unreadable),
        (book('<row><c t="s"><v>many</v></c></row>'), Unreadable),
        (book("<row><c><v>&c;</v></c></row>", before=ENTITIES), Unreadable),
        (book("<row><c><v>1</v></c></row>", target="../../../../etc/passwd"), Unreadable),
        (book(""), SheetEmpty),
        (book("<row><c><v>1</v></c></row>" * 1002), SheetTooLong),
        (b"a" * (MOST_BYTES + 1), SheetTooBig),
        (book("<row><c><v>1</v></c></row>" + " " * 17_000_000), SheetTooBig),
        (book("", **{f"part{number}.xml": "" for number in range(500)}), SheetTooBig),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as told:
        read_file(content)

    assert told.value.field == "file"


def test_a_file_that_lies_about_its_size_is_refused_before_it_fills_the_memory() -> None:
    """Two million rows of blanks behind a directory that says ten bytes."""
    honest = book(" " * 15_000_000)
    real = struct.pack(
        "<L", len(f'<worksheet xmlns="m"><sheetData>{" " * 15_000_000}</sheetData></worksheet>')
    )
    assert honest.count(real) == 2
    lying = honest.replace(real, struct.pack("<L", 10))

    tracemalloc.start()
    with pytest.raises(Unreadable):
        read_file(lying)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 40_000_000


def test_a_cell_in_the_last_corner_costs_nothing() -> None:
    rows = f'<row r="1">{text_cell("A1", "a")}</row><row r="1048576">{text_cell("XFD1048576", "z")}</row>'

    tracemalloc.start()
    read = read_file(book(rows))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == [(1, ["a"])]
    assert peak < 5_000_000


def test_a_broken_stream_is_refused() -> None:
    good = book("<row><c><v>1</v></c></row>")
    for index in range(60, len(good), 37):
        broken = good[:index] + bytes([good[index] ^ 0xFF]) + good[index + 1 :]
        with suppress(Refusal):  # some bits tell nothing
            read_file(broken)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n\n c ;d\n", [(1, ["a", "b"]), (3, ["c", "d"])]),
        ("a\tb;c\n", [(1, ["a", "b;c"])]),
        ('"a, b",c\n', [(1, ["a, b", "c"])]),
        ("a\0b,c", [(1, ["ab", "c"])]),
        ("a\u202eb,c\r\nd,e", [(1, ["ab", "c"]), (2, ["d", "e"])]),
    ],
)
def test_pasted_lines_are_read(text: str, rows: list[tuple[int, list[str]]]) -> None:
    assert read_text(text) == rows


@pytest.mark.parametrize("text", ['"' + "a" * 200_000, "x" * 200_000 + ",b"])
def test_a_line_without_an_end_is_cut_or_refused(text: str) -> None:
    with suppress(Unreadable):
        assert len(read_text(text)[0][1][0]) <= 500


def test_headings_need_a_name_and_an_address() -> None:
    with pytest.raises(ColumnsMissing):
        layout_of([(1, ["Full name", "Country"])])

    assert layout_of([(1, ["Фамилия", "Имя", "E-MAIL:"])]).has_header


S, F = RegistrationState, MemberStatus


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ((S.CONFIRMED, False, False, False, False), F.INVITED),
        ((S.REQUESTED, False, False, False, False), F.INVITED),
        ((None, False, False, False, False), F.INVITED),
        ((None, True, False, False, False), F.WAITING),
        ((S.WAITLISTED, False, True, False, False), F.WAITING),
        ((S.OFFERED, False, False, False, False), F.WAITING),
        ((S.CONFIRMED, False, True, False, False), F.COMPLETED),
        ((S.CONFIRMED, False, True, False, True), F.CHECKED_IN),
        ((S.CANCELLED, False, True, False, False), F.CANCELLED),
        ((S.EXPIRED, False, False, False, False), F.CANCELLED),
        ((S.CANCELLED, False, False, True, False), F.DECLINED),
    ],
)
def test_a_status_follows_from_what_is_known(facts: tuple[object, ...], status: MemberStatus) -> None:
    names = ("state", "seems_to_wait", "has_completed", "has_declined", "has_come")

    assert status_of(MemberFacts(**dict(zip(names, facts, strict=True)))) is status
