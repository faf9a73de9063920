"""Which tab a state belongs to, and what a spreadsheet must not take for a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from eventhub.people.rules import TAB_OF, Tab, counted_by_tab
from eventhub.people.sheets import safe_cell, write_csv, write_xlsx
from eventhub.registration.rules import RegistrationState

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
HOSTILE = ['=HYPERLINK("http://evil")', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "＝1+1"]
HARMLESS = ["", "Анна", "a=1", "7", "O'Neill", "2027-03-01"]
XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_every_state_has_its_tab() -> None:
    assert set(TAB_OF) == set(RegistrationState)


def test_tabs_count_their_states_and_who_came() -> None:
    counts = counted_by_tab(
        {
            RegistrationState.CONFIRMED: (5, 2),
            RegistrationState.PENDING: (3, 0),
            RegistrationState.CANCELLED: (1, 1),
            RegistrationState.EXPIRED: (4, 0),
        }
    )

    assert counts == {
        Tab.ALL: 13,
        Tab.CONFIRMED: 5,
        Tab.PENDING: 3,
        Tab.WAITING: 0,
        Tab.OFFERED: 0,
        Tab.CANCELLED: 5,
        Tab.CHECKED_IN: 3,
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_that_would_be_calculated_is_quoted(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_a_csv_file_is_read_again_as_it_was_written() -> None:
    file = io.BytesIO()

    write_csv(file, ["Имя", "Note"], [["Анна, Мария", 'say "hi"'], *([text, text] for text in HOSTILE)])

    text = file.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    assert rows[:2] == [["Имя", "Note"], ["Анна, Мария", 'say "hi"']]
    assert rows[2:] == [[f"'{cell}"] * 2 for cell in HOSTILE]


def test_every_cell_of_a_spreadsheet_is_a_string() -> None:
    file = io.BytesIO()

    write_xlsx(file, ["Имя"], [[text] for text in (*HOSTILE, "Ёлкин", "x" * 40_000, "0012")], made_at=NOW)

    with ZipFile(file) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        kinds = {cell.get("t") for cell in sheet.iter(f"{XML}c")}
        texts = ["".join(cell.itertext()) for cell in sheet.iter(f"{XML}c")]
        created = parts.read("docProps/core.xml").decode()
    assert kinds == {"inlineStr"}
    assert list(sheet.iter(f"{XML}f")) == []
    assert [texts[0], *texts[-3:]] == ["Имя", "Ёлкин", "x" * 32_767, "0012"]
    assert texts[1] == HOSTILE[0]
    assert "2027-03-01T09:00:00Z" in created
