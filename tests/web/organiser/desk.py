"""An organiser at the desk: reading pages, and sending forms with their hidden fields."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from eventhub.db import db

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def send(client: FlaskClient, page: str, fields: dict[str, Any], *, to: str | None = None) -> TestResponse:
    """Open the page, fill its form and send it."""
    db.session.rollback()  # what the test knew from before may change now
    token = _TOKEN.search(client.get(page).text)
    assert token is not None, f"{page} has no form"
    return client.post(to or page, data={"csrf_token": token[1], **fields})


def error_beside(page: str, field: str) -> str:
    """The sentence beside a field, empty when there is none."""
    found = re.search(rf'id="{field}-error".*?</span>(.*?)</span>', page, re.DOTALL)
    return html.unescape(found[1]).strip() if found else ""


def typed_in(page: str, field: str) -> str:
    """What stands in a field of the page."""
    pattern = rf'<(?:input|textarea)[^>]*\bname="{field}"[^>]*>(?:\r?\n?([^<]*)</textarea>)?'
    control = re.search(pattern, page)
    assert control is not None, f"no field {field}"
    value = re.search(r'\bvalue="([^"]*)"', control[0])
    return html.unescape(control[1] if control[1] is not None else value[1] if value else "")


def summary(page: str) -> list[str]:
    """The sentences of the error summary."""
    box = re.search(r'<div class="error-summary".*?</div>', page, re.DOTALL)
    return [html.unescape(one) for one in re.findall(r"<a [^>]*>(.*?)</a>", box[0])] if box else []


class Statements:
    """How many statements the database got while open, nothing being known from before."""

    def __enter__(self) -> Statements:
        db.session.expunge_all()
        self.count = 0
        event.listen(db.engine, "before_cursor_execute", self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.count += not statement.startswith("BEGIN")
