"""A coordinator at a browser, and sheets as spreadsheets and mail programs save them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.test import TestResponse
from xlsxwriter import Workbook

from eventhub.db import db
from eventhub.mail.models import Message
from tests.people import csrf
from tests.web.reading import fields

FORM = "/events/shells/delegation"
ANSWERS = {
    "full_name": "Test Coordinator",
    "email": "coordinator@example.org",
    "organisation": "Example University",
    "country": "CN",
    "language": "en",
    "people_know": "y",
}
PERSON = {
    "full_name": "Test Delegate",
    "email": "one@example.org",
    "organisation": "Example University",
    "country": "CN",
    "language": "en",
}
HEADER = ("Full name", "E-mail", "University or company", "Country", "Language")

# Each with at least one mistake; two of them only beside many(5).
BAD_ROWS = [
    ["", "noname@example.org", "Example University", "China", "English"],
    ["No Address", "", "Example University", "China", "English"],
    ["Wrong Address", "wrong at example", "Example University", "China", "English"],
    ["Wrong Country", "country@example.org", "Example University", "Narnia", "English"],
    ["Wrong Language", "language@example.org", "Example University", "China", "Klingon"],
    ["N" * 81, "long@example.org", "Example University", "China", "English"],
    ["https://evil.example", "link@example.org", "Example University", "China", "English"],
    ["Long Organisation", "organisation@example.org", "O" * 161, "China", "English"],
    ["…", "signs@example.org", "Example University", "China", "English"],
    ["Twice", "person3@example.org", "Example University", "China", "English"],
    ["Twice In Capitals", "PERSON4@EXAMPLE.ORG", "Example University", "China", "English"],
    ["Comma", "a@b@example.org", "Example University", "China", "English"],
    ["No Point", "name@localhost", "Example University", "China", "English"],
    ["Link In Organisation", "where@example.org", "www.evil.example", "China", "English"],
    ["Two Mistakes", "", "Example University", "Narnia", "English"],
]


def link_in(letter: str) -> str:
    """The path of the first link in the newest letter of this kind."""
    db.session.rollback()
    query = select(Message.text).where(Message.letter == letter).order_by(Message.id.desc()).limit(1)
    found = re.search(r"https?://[^/]+(/\S+)", db.session.scalars(query).one())
    assert found is not None
    return found[1]


def fill(client: FlaskClient, path: str, **typed: Any) -> TestResponse:
    """Open the page, type and send."""
    return client.post(path, data={**fields(client.get(path)), **typed})


def started(client: FlaskClient, **changes: Any) -> str:
    """An open delegation; the path of its page."""
    assert fill(client, FORM, **{**ANSWERS, **changes}).status_code == 302
    answer = fill(client, link_in("delegation_confirm"))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def upload(client: FlaskClient, home: str, content: bytes, name: str = "list.xlsx") -> TestResponse:
    """Send a file; what the page answers."""
    path = f"{home}/people/many"
    return client.post(path, data={**fields(client.get(path)), "file": (BytesIO(content), name)})


def paste(client: FlaskClient, home: str, text: str) -> TestResponse:
    return fill(client, f"{home}/people/many", rows=text)


def press_import(client: FlaskClient, page: str) -> TestResponse:
    return client.post(f"{page}/import", headers=csrf(client))


def stored(column: InstrumentedAttribute[Any]) -> list[Any]:
    """What stands in this column now, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(column).order_by(column.class_.id)))


def xlsx(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook as a spreadsheet program writes it."""
    file = BytesIO()
    book = Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, str(cell))
    book.close()
    return file.getvalue()


def many(number: int, *, first: int = 0) -> list[list[str]]:
    """So many good rows."""
    return [
        [f"Test Person {index}", f"person{index}@example.org", "Example University", "China", "English"]
        for index in range(first, first + number)
    ]
