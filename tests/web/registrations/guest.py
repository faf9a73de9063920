"""A guest who fills the form, reads the letter and follows its link."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventhub.db import db
from eventhub.mail.models import Message
from tests.web.reading import fields

FORM = "/events/shells/register"
ANSWERS = {
    "full_name": "Test Guest",
    "email": "guest@example.org",
    "organisation": "Example University",
    "country": "DE",
    "language": "en",
}


def fill(client: FlaskClient, *, consents: list[int], **changes: Any) -> dict[str, Any]:
    """Open the form and type; what a browser then holds."""
    return {**fields(client.get(FORM)), **ANSWERS, "consents": consents, **changes}


def send(client: FlaskClient, *, consents: list[int], **changes: Any) -> TestResponse:
    return client.post(FORM, data=fill(client, consents=consents, **changes))


def link_in(letter: str) -> str:
    """The path of the link to a registration in the newest letter of this kind."""
    db.session.rollback()
    query = select(Message.text).where(Message.letter == letter).order_by(Message.id.desc()).limit(1)
    found = re.search(r"https?://[^/]+(/registrations/\S+)", db.session.scalars(query).one())
    assert found is not None
    return found[1]


def press(client: FlaskClient, path: str) -> TestResponse:
    """Open the page and press its one button."""
    return client.post(path, data=fields(client.get(path)))


def registered(client: FlaskClient, consent: int, **changes: Any) -> str:
    """Registered and confirmed; the path of the page to look after it."""
    assert send(client, consents=[consent], **changes).status_code == 302
    answer = press(client, link_in("registration_confirm"))
    assert answer.status_code == 302
    return str(answer.headers["Location"])
