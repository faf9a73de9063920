"""The officer's desk: what is due first, overdue marked, each answer once, and erasure carried out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventhub.db import db
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.privacy.models import SubjectRequest
from eventhub.privacy.rules import RequestKind, RequestState
from eventhub.registration.models import Registration
from eventhub.tickets.queries import code_of
from tests.commands.privacy.people import fresh
from tests.people import csrf, statements
from tests.web.privacy.conftest import a_request, an_officer
from tests.web.reading import parsed


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    db.session.rollback()
    return client.post(path, data=fields, headers=csrf(client))


def only() -> SubjectRequest:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(SubjectRequest)).one()


def names(answer: TestResponse) -> list[str]:
    return [text.strip() for text in parsed(answer).xpath("//tbody//th//bdi/text()")]


def test_an_empty_register_says_what_comes_here(officer: FlaskClient) -> None:
    page = officer.get("/organiser/privacy")

    assert "No requests yet" in page.text
    assert "Data requests" in officer.get("/account").text


def test_what_waits_stands_first_and_what_is_late_is_marked(officer: FlaskClient, now: datetime) -> None:
    a_request(now=now - timedelta(days=30), full_name="Late Example")
    closed = a_request(now=now, full_name="Closed Example")
    a_request(now=now, full_name="New Example")
    press(officer, f"{closed}/answer", outcome="answered", text="Done.")

    page = officer.get("/organiser/privacy")

    assert names(page) == ["Late Example", "New Example", "Closed Example"]
    assert len(parsed(page).xpath("//tbody//*[contains(text(), 'Overdue')]")) == 1
    assert names(officer.get("/organiser/privacy?state=answered")) == ["Closed Example"]
    assert names(officer.get("/organiser/privacy?state=nonsense")) == names(page)


def test_an_answer_closes_the_request_and_goes_out(officer: FlaskClient, now: datetime) -> None:
    path = a_request(now=now)

    answer = press(officer, f"{path}/answer", outcome="answered", text="We hold your name.")

    row = only()
    assert (answer.status_code, row.state, row.answer) == (302, RequestState.ANSWERED, "We hold your name.")
    texts = list(db.session.scalars(select(Message.text).where(Message.letter == "privacy_answered")))
    assert ["We hold your name." in text for text in texts] == [True]
    assert parsed(officer.get(path)).xpath("//main//form") == []


@pytest.mark.parametrize(
    ("end", "fields", "beside"),
    [
        ("answer", {"outcome": "answered", "text": ""}, ["text-error"]),
        ("answer", {"text": "Kept words"}, ["outcome-error"]),
        ("answer", {"outcome": "received", "text": "Kept words"}, ["outcome-error"]),
        ("extend", {"reason": " "}, ["reason-error"]),
    ],
)
def test_a_form_with_a_mistake_comes_back_as_it_was_typed(
    officer: FlaskClient, now: datetime, end: str, fields: dict[str, str], beside: list[str]
) -> None:
    path = a_request(now=now)

    answer = press(officer, f"{path}/{end}", **fields)

    assert answer.status_code == 422
    assert parsed(answer).xpath("//*[contains(@class, 'field-error')][not(@hidden)]/@id") == beside
    assert ("Kept words" in answer.text) is (fields.get("text") == "Kept words")
    assert only().state is RequestState.RECEIVED


def test_more_time_is_asked_for_once(officer: FlaskClient, now: datetime) -> None:
    path = a_request(now=now)

    press(officer, f"{path}/extend", reason="The archive is closed.")
    page = officer.get(path)

    assert "23 March 2027" in page.text
    assert "The archive is closed." in page.text
    assert "Take five working days more" not in page.text
    assert press(officer, f"{path}/extend", reason="Again.").status_code == 409


def test_a_request_on_paper_enters_the_register(officer: FlaskClient) -> None:
    typed = {
        "email": "paper@example.org",
        "full_name": "Paper Example",
        "language": "ru",
        "kind": "rectification",
    }

    refused = press(officer, "/organiser/privacy/new", **typed)
    answer = press(officer, "/organiser/privacy/new", **typed, text="My name is wrong.")

    row = only()
    assert (refused.status_code, answer.status_code) == (422, 302)
    assert (row.kind, row.email, row.language) == (RequestKind.RECTIFICATION, "paper@example.org", "ru")


def test_erasure_is_carried_out_by_its_own_button_alone(
    app: Flask, officer: FlaskClient, registration: Registration, event: Event, now: datetime
) -> None:
    path = a_request(now=now, kind=RequestKind.ERASURE, text="")
    early = press(officer, f"{path}/erase")
    told = officer.get(path)
    by_words = press(officer, f"{path}/answer", outcome="answered", text="Done.")

    then = event.ends_at + timedelta(hours=1)
    with time_machine.travel(then, tick=False):
        later = an_officer(app, then, "later@example.org")
        ready = later.get(path)
        done = press(later, f"{path}/erase")

    assert (early.status_code, by_words.status_code, done.status_code) == (409, 422, 302)
    assert "The registration has to be cancelled first." in told.text
    assert registration.number in ready.text
    assert fresh(registration).attendees[0].full_name == "Removed on 2027-03-08"
    assert only().state is RequestState.ANSWERED


def test_what_is_removed_is_read_in_the_readers_language(
    app: Flask, registration: Registration, event: Event, now: datetime
) -> None:
    path, then = a_request(now=now, kind=RequestKind.ERASURE, text=""), event.ends_at + timedelta(hours=1)
    with time_machine.travel(then, tick=False):
        press(an_officer(app, then), f"{path}/erase")
    ticket = registration.attendees[0].ticket
    assert ticket is not None

    pages = [app.test_client().get(f"/t/{code_of(ticket)}?lang={one}").text for one in ("en", "ru")]

    assert ["Removed on 8 March 2027" in pages[0], "Удалено 8 марта 2027" in pages[1]] == [True, True]


def test_the_register_costs_the_same_for_one_request_and_for_thirty(
    officer: FlaskClient, now: datetime
) -> None:
    counts = []
    for number in range(30):
        a_request(now=now, full_name=f"Person {number}")
        if number in (0, 29):
            db.session.rollback()
            with statements() as said:
                assert officer.get("/organiser/privacy").status_code == 200
            counts.append(len(said))

    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize("end", ["", "/answer", "/extend", "/erase"])
def test_what_never_was_is_not_found(officer: FlaskClient, end: str) -> None:
    path = f"/organiser/privacy/nothing{end}"

    assert (press(officer, path) if end else officer.get(path)).status_code == 404
