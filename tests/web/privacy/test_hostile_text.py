"""Every text field of the pages about people's data with hostile text: a clear error or harmless text."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from eventhub.blueprints.consent_texts import TextForm
from eventhub.blueprints.privacy_words import AnswerForm, AskForm, ExtendForm, RegisterForm
from tests.web.hostile import SOME_VECTORS, VECTORS, Page, faults_of, live, text_fields
from tests.web.privacy.conftest import a_request

PAPER = {"kind": "access", "email": "paper@example.org", "full_name": "Paper Example", "language": "en"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused_beside_its_field_or_harmless(
    client: FlaskClient, officer: FlaskClient, own: str, now: datetime, vector: dict[str, str]
) -> None:
    path = a_request(now=now)

    faults = faults_of(client, Page(f"{own}/ask", AskForm, {"kind": "access"}), vector["text"])
    for page in (
        Page("/organiser/privacy/new", RegisterForm, PAPER),
        Page(f"{path}/extend", ExtendForm),
        Page(f"{path}/answer", AnswerForm, {"outcome": "refused"}),
        Page("/organiser/privacy/texts/processing", TextForm),
    ):
        faults += faults_of(officer, page, vector["text"])

    assert faults == []
    for shown in (client.get(own), officer.get(path), officer.get("/organiser/privacy")):
        assert (shown.status_code, live(shown.text)) == (200, [])


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_choices_refuse_hostile_text_beside_their_field(
    client: FlaskClient, officer: FlaskClient, own: str, now: datetime, vector: dict[str, str]
) -> None:
    path = a_request(now=now)

    ask = Page(f"{own}/ask", AskForm, {"kind": "access"})
    assert faults_of(client, ask, vector["text"], fields=text_fields(AskForm)) == []
    for page in (Page("/organiser/privacy/new", RegisterForm, PAPER), Page(f"{path}/answer", AnswerForm)):
        assert faults_of(officer, page, vector["text"], fields=text_fields(page.form)) == []


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_a_hostile_name_on_paper_is_harmless_everywhere(
    officer: FlaskClient, now: datetime, vector: dict[str, str]
) -> None:
    faults_of(
        officer,
        Page("/organiser/privacy/new", RegisterForm, PAPER),
        vector["text"],
        fields=["full_name", "text"],
    )

    shown = officer.get("/organiser/privacy")
    assert (shown.status_code, live(shown.text)) == (200, [])
