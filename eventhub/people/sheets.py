"""Lists of people as files: CSV and XLSX that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import IO

from xlsxwriter import Workbook

# What spreadsheets read as the beginning of a formula (OWASP, CSV injection), the full-width forms too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_767  # the most that XLSX allows


def safe_cell(text: str) -> str:
    """The text as a spreadsheet that opens a CSV file shows it, and does not calculate it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """UTF-8 with the mark by which Excel knows it, lines as RFC 4180 says."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for row in chain([header], rows):
        writer.writerow([safe_cell(cell) for cell in row])
    text.flush()
    text.detach()


def write_xlsx(
    file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]], *, made_at: datetime
) -> None:
    """One sheet of strings; rows leave the memory as they are written."""
    workbook = Workbook(file, {"constant_memory": True})
    workbook.set_properties({"created": made_at.replace(tzinfo=None)})
    sheet, bold = workbook.add_worksheet(), workbook.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, 22)
    for column, word in enumerate(header):
        sheet.write_string(0, column, word, bold)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell[:LONGEST_CELL])
    workbook.close()
