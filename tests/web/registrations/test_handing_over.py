"""Handing a place to a colleague by the pages: the form, the letter, the colleague's page, and who is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.blueprints.registration_forms import HandOverForm, TakeOverForm
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.forms.shapes import QuestionKind
from eventhub.registration.letters import offer_path
from eventhub.registration.models import Registration
from eventhub.registration.rules import NotOffered
from tests.commands.registration.questions import a_section, ask
from tests.web.hostile import SOME_VECTORS, Page, faults_of
from tests.web.reading import fields
from tests.web.registrations.guest import link_in, registered, send

COLLEAGUE = {"full_name": "Bob Example", "email": "bob@example.org"}
ANSWERS = {"full_name": "Bob Example", "organisation": "Other University", "country": "FR", "language": "en"}


@pytest.fixture
def manage(client: FlaskClient, event: Event, consent: int) -> str:
    return registered(client, consent, full_name="Ada Example", organisation="Secret Institute")


def give(client: FlaskClient, manage: str, **changes: str):
    page = f"{manage}/hand-over"
    return client.post(page, data={**fields(client.get(page)), **COLLEAGUE, **changes})


def test_a_colleague_takes_the_place_and_sees_nothing_of_the_first(
    app: Flask, client: FlaskClient, manage: str, consent: int
) -> None:
    given = give(client, manage)
    before = client.get(given.headers["Location"]).text
    stranger = app.test_client()
    page = link_in("place_taken_over")
    shown = stranger.get(page)
    taken = stranger.post(page, data={**fields(shown), **ANSWERS, "consents": [consent]})
    own = stranger.get(taken.headers["Location"]).text

    assert "Your place went to Bob Example" in before
    assert "This registration is cancelled." in before
    assert [
        word for word in ("Ada Example", "Secret Institute", "guest@example.org") if word in shown.text
    ] == []
    assert (taken.status_code, "Your place is confirmed" in own) == (302, True)
    assert [word for word in ("Ada Example", "Secret Institute", "guest@example.org") if word in own] == []
    assert stranger.get(page).headers["Location"] == taken.headers["Location"]


def test_without_the_consent_the_colleague_s_answers_stay(
    app: Flask, client: FlaskClient, event: Event, manage: str, now: datetime
) -> None:
    name = ask(event, a_section(event, now=now), now=now, kind=QuestionKind.SHORT_TEXT, label="Why?")
    give(client, manage)
    page = link_in("place_taken_over")

    refused = client.post(page, data={**fields(client.get(page)), **ANSWERS, f"q-{name}": "To learn"})

    assert refused.status_code == 422
    assert 'id="consents-error"' in refused.text
    assert "Other University" in refused.text


def test_the_colleague_may_say_no(client: FlaskClient, manage: str) -> None:
    give(client, manage)
    page = link_in("place_taken_over")

    answer = client.post(f"{page}/decline", data=fields(client.get(page)), follow_redirects=True)

    assert "This place is not held for you any more." in answer.text


def test_the_offer_s_own_page_leads_to_the_page_that_asks_to_agree(client: FlaskClient, manage: str) -> None:
    give(client, manage)
    page = link_in("place_taken_over")
    heir = db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()

    assert client.get(offer_path(heir)).headers["Location"] == page
    refused = client.post(offer_path(heir), data={**fields(client.get(page)), "answer": "yes"})
    assert refused.status_code == NotOffered.status


def test_who_takes_part_already_is_refused_beside_the_address(
    client: FlaskClient, manage: str, consent: int
) -> None:
    send(client, consents=[consent], email=COLLEAGUE["email"])

    refused = give(client, manage)

    assert refused.status_code == 422
    assert "This address is registered for the event already." in refused.text
    assert "Bob Example" in refused.text


def test_after_five_tries_an_hour_nobody_learns_more(client: FlaskClient, manage: str) -> None:
    answers = [give(client, manage, email="guest@example.org").status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_after_the_organiser_s_day_the_page_says_so(
    client: FlaskClient, event: Event, manage: str, now: datetime
) -> None:
    with transaction():
        event.names_until = now + timedelta(days=2)
    shown = client.get(manage).text
    with transaction():
        event.names_until = now
    later, page = client.get(manage).text, client.get(f"{manage}/hand-over").text

    assert ("Hand your place to a colleague" in shown, "3 March" in shown) == (True, True)
    assert "Hand your place to a colleague" not in later
    assert "Names can&#39;t be changed any more." in page


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused_beside_its_field_or_harmless(
    client: FlaskClient, manage: str, vector: dict[str, str]
) -> None:
    page = Page(f"{manage}/hand-over", HandOverForm, COLLEAGUE | {"email": "guest@example.org"})

    assert faults_of(client, page, vector["text"], fields=["full_name"]) == []


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_of_a_colleague_is_refused_or_harmless(
    client: FlaskClient, manage: str, consent: int, vector: dict[str, str]
) -> None:
    give(client, manage)
    page = Page(link_in("place_taken_over"), TakeOverForm, {**ANSWERS, "consents": [consent]})

    assert faults_of(client, page, vector["text"]) == []
