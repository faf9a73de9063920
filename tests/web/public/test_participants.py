"""The public page of who takes part."""

from __future__ import annotations

from datetime import datetime

from flask.testing import FlaskClient

from eventhub.db import transaction
from eventhub.events.rules import EventState
from tests.commands.people.test_participants import PARTICIPANT_LIST, document, say
from tests.factories import make_attendee, make_event
from tests.web.reading import dangers, texts


def test_the_page_names_who_agreed_and_is_kept_nowhere(client: FlaskClient, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="open")
        its = document(PARTICIPANT_LIST, now=now)
        agreed = make_attendee(event, now=now, full_name="<b>Ada</b>", organisation="<i>Test</i>")
        make_attendee(event, now=now, full_name="Silent Person")
        say(agreed.registration, its, "given", now=now)

    answer = client.get("/events/open/participants")

    assert texts(answer, "//tbody/tr") == ["<b>Ada</b> <i>Test</i> Germany"]
    assert dangers(answer) == []
    assert "example.org" not in answer.text.replace("office@example.org", "")
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == (
        "private, no-store",
        "noindex",
    )


def test_a_draft_has_no_such_page(client: FlaskClient, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="draft", state=EventState.DRAFT)

    assert client.get("/events/draft/participants").status_code == 404
