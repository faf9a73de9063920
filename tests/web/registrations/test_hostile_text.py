"""Every text field of a registration's forms with hostile text: a clear error that keeps it, or harmless text."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from eventhub.blueprints.registration_forms import ChangeForm, RegistrationForm
from tests.web.hostile import SOME_VECTORS, VECTORS, Page, faults_of, live, text_fields
from tests.web.registrations.guest import ANSWERS, FORM, registered

LATER = {name: typed for name, typed in ANSWERS.items() if name != "email"}


@pytest.fixture
def manage(client: FlaskClient, event, consent: int) -> str:
    return registered(client, consent, email="first@example.org")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused_beside_its_field_or_harmless(
    client: FlaskClient, consent: int, manage: str, vector: dict[str, str]
) -> None:
    new = Page(FORM, RegistrationForm, {**ANSWERS, "consents": [consent]})
    later = Page(f"{manage}/change", ChangeForm, LATER)

    assert [fault for page in (new, later) for fault in faults_of(client, page, vector["text"])] == []
    assert live(client.get(manage).text) == []


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_choices_refuse_hostile_text_beside_their_field(
    client: FlaskClient, consent: int, manage: str, vector: dict[str, str]
) -> None:
    new = Page(FORM, RegistrationForm, {**ANSWERS, "consents": [consent]})
    later = Page(f"{manage}/change", ChangeForm, LATER)

    for page in (new, later):
        assert faults_of(client, page, vector["text"], fields=text_fields(page.form)) == []
