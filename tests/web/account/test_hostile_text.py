"""Every text field of the pages about oneself with hostile text: a clear error or harmless text."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from eventhub.accounts.queries import find_user
from eventhub.blueprints.account.forms import (
    CodeForm,
    DetailsForm,
    EmailForm,
    NewPasswordForm,
    PasswordSignInForm,
)
from eventhub.core.text import clean_line
from eventhub.db import db, transaction
from tests.conftest import NOW
from tests.factories import make_user
from tests.people import csrf, last_letter, link_and_code, sign_in
from tests.web.hostile import VECTORS, Page, faults_of, live, text_fields

PERSON = "guest@example.org"
OUTSIDE = [
    Page("/account/sign-in", EmailForm),
    Page("/account/sign-in/sent", CodeForm),
    Page("/account/sign-in/password", PasswordSignInForm, {"email": PERSON}),
]
INSIDE = [
    Page("/account/details", DetailsForm, {"language": "en"}),
    Page("/account/password", NewPasswordForm, {"username": PERSON}),
]


@pytest.fixture(autouse=True)
def at_nine() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person(app: Flask, client: FlaskClient) -> FlaskClient:
    with transaction():
        user = make_user(PERSON, now=NOW)
    sign_in(client, user, now=NOW)
    return client


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_of_a_guest_is_refused_beside_its_field_or_harmless(
    app: Flask, client: FlaskClient, vector: dict[str, str]
) -> None:
    for page in OUTSIDE:
        assert faults_of(client, page, vector["text"], fields=text_fields(page.form)) == []


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_of_a_person_is_refused_beside_its_field_or_harmless(
    person: FlaskClient, vector: dict[str, str]
) -> None:
    for page in INSIDE:
        assert faults_of(person, page, vector["text"], fields=text_fields(page.form)) == []
    assert faults_of(person, INSIDE[0], vector["text"]) == []

    shown = person.get("/account")

    db.session.rollback()
    name = find_user(PERSON).full_name
    assert (shown.status_code, live(shown.text), clean_line(name)) == (200, [], name)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_hostile_address_opens_nothing_and_leads_nowhere_else(
    client: FlaskClient, vector: dict[str, str]
) -> None:
    ending = quote(vector["text"], safe="")[:1500]
    pages = [client.get(f"/account/sign-in?next={ending}"), client.get(f"/account/sign-in/{ending}x")]
    sent = client.post(f"/account/sign-in/{ending}x", data={"code": "123456"}, headers=csrf(client))

    assert (pages[0].status_code, pages[1].status_code in (404, 410)) == (200, True)
    assert sent.status_code in (404, 422)
    assert [live(page.text) for page in (*pages, sent)] == [[], [], []]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_signing_in_with_a_hostile_next_page_stays_with_us(
    app: Flask, client: FlaskClient, vector: dict[str, str]
) -> None:
    client.get("/account/sign-in", query_string={"next": vector["text"]})
    client.post("/account/sign-in", data={"email": PERSON}, headers=csrf(client))
    link, _code = link_and_code(last_letter())

    answer = client.post(f"/account/sign-in/{link}", headers=csrf(client))

    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert not answer.location.startswith("//")


def test_a_password_is_not_shown_again(person: FlaskClient) -> None:
    token, typed = csrf(person), {"email": PERSON, "password": "canary"}

    answers = [
        person.post(f"/account/{end}", data=typed, headers=token) for end in ("sign-in/password", "password")
    ]

    assert [(answer.status_code, "canary" in answer.text) for answer in answers] == [(422, False)] * 2
