"""Files on the pages: kept when another field is wrong, replaced, served as attachments, and told to nobody else."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventhub.accounts.rules import Role
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.registration.forms.models import Upload
from eventhub.registration.forms.shapes import DataClass, QuestionKind
from eventhub.registration.models import Registration
from tests.commands.registration.questions import a_section, ask
from tests.factories import grant, make_user
from tests.people import sign_in
from tests.unit.documents.test_cleaning import a_document, a_picture
from tests.web.reading import error_of, fields, parsed, texts, value_of
from tests.web.registrations.guest import FORM, fill, link_in, press


@pytest.fixture
def office(app: Flask, now: datetime) -> FlaskClient:
    """A browser of the international office."""
    user = make_user("office@example.org", now=now, full_name="Test Manager")
    grant(user, Role.OFFICE_MANAGER, now=now)
    db.session.commit()
    browser = app.test_client()
    sign_in(browser, user, now=now)
    return browser


@pytest.fixture
def letter(event: Event, now: datetime) -> str:
    section = a_section(event, now=now)
    return ask(event, section, now=now, kind=QuestionKind.DOCUMENT, label="Letter", is_required=True)


def with_file(client: FlaskClient, name: str, content: bytes, *, consent: int, **more: Any) -> TestResponse:
    typed = fill(client, consents=[consent], **more)
    return client.post(FORM, data={**typed, f"f_{name}": (BytesIO(content), "../My letter.html")})


def registered_with(client: FlaskClient, name: str, *, consent: int) -> str:
    assert with_file(client, name, a_document(), consent=consent).status_code == 302
    return str(press(client, link_in("registration_confirm")).headers["Location"])


def test_a_file_stays_when_another_field_is_wrong(client: FlaskClient, letter: str, consent: int) -> None:
    wrong = with_file(client, letter, a_document(), consent=consent, full_name="")
    again = {**fields(wrong), "full_name": "Test Guest", "consents": [consent]}
    sent = client.post(FORM, data=again)

    assert (wrong.status_code, error_of(wrong, f"q_{letter}")) == (422, "")
    assert parsed(wrong).xpath("//form[@id='answers']/@enctype") == ["multipart/form-data"]
    assert texts(wrong, f"//label[@for='q_{letter}-kept']") == ["Keep “My letter.pdf”"]
    assert (sent.status_code, db.session.query(Upload).count()) == (302, 1)


def test_a_file_that_is_not_taken_is_refused_beside_its_field(
    client: FlaskClient, letter: str, consent: int
) -> None:
    answer = with_file(client, letter, a_picture(), consent=consent)

    assert (answer.status_code, error_of(answer, f"q_{letter}")[:17]) == (422, "Error: Send a PDF")
    assert db.session.query(Upload).count() == 0


def test_without_a_file_a_required_one_is_missed_and_a_made_up_one_is_not_taken(
    client: FlaskClient, letter: str, consent: int
) -> None:
    missing = client.post(FORM, data=fill(client, consents=[consent]))
    made_up = client.post(
        FORM, data=fill(client, consents=[consent], **{f"q_{letter}": "aaaaaaaaaaaa/x.pdf"})
    )

    assert (missing.status_code, error_of(missing, f"q_{letter}")) == (422, "Error: Answer this question.")
    assert (made_up.status_code, error_of(made_up, f"q_{letter}")) == (
        422,
        "Error: The file is not there any more. Choose it again.",
    )


def test_a_file_is_served_as_an_attachment_to_its_owner_and_the_organisers(
    client: FlaskClient, office: FlaskClient, event: Event, letter: str, consent: int
) -> None:
    path = registered_with(client, letter, consent=consent)
    registration = db.session.query(Registration).one()
    staff = f"/organiser/events/{event.slug}/people/{registration.public_id}"
    own = client.get(f"{path}/files/{letter}")
    theirs = office.get(f"{staff}/files/{letter}")
    answers = {client.get(f"{path}/files/x").status_code, office.get(f"{staff}/files/x").status_code}

    assert (own.data, theirs.data, answers) == (a_document(), a_document(), {404})
    for answer in (own, theirs):
        assert answer.headers["Content-Disposition"] == 'attachment; filename="My letter.pdf"'
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert f"/files/{letter}" in office.get(staff).text
    assert f"/files/{letter}" in client.get(path).text
    assert client.get(f"{staff}/files/{letter}").status_code == 302


def test_a_file_of_a_sealed_class_is_opened_with_a_reason_alone(
    client: FlaskClient, office: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    scan = ask(
        event, a_section(event, now=now), now=now, kind=QuestionKind.DOCUMENT, data_class=DataClass.VISA
    )
    path = registered_with(client, scan, consent=consent)
    registration = db.session.query(Registration).one()
    staff = f"/organiser/events/{event.slug}/people/{registration.public_id}"
    address = f"{staff}/answers/{scan}/open"
    opened = office.post(address, data={**fields(office.get(address)), "why": "The invitation"})

    assert {client.get(f"{path}/files/{scan}").status_code} == {404}
    assert {office.get(f"{staff}/files/{scan}").status_code} == {404}
    assert (opened.data, opened.headers["Content-Disposition"][:10]) == (a_document(), "attachment")
    assert "My letter" not in office.get(staff).text + client.get(path).text


def test_another_file_takes_the_place_of_the_first(client: FlaskClient, letter: str, consent: int) -> None:
    path = registered_with(client, letter, consent=consent)
    change = client.get(f"{path}/change")
    before = value_of(change, f"q_{letter}")
    another = a_document(pages=2)
    answer = client.post(
        f"{path}/change", data={**fields(change), f"f_{letter}": (BytesIO(another), "b.pdf")}
    )

    assert (answer.status_code, before.partition("/")[2]) == (302, "My letter.pdf")
    assert client.get(f"{path}/files/{letter}").data == another
    assert db.session.query(Upload).count() == 1
