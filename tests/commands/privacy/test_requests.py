"""The register of requests: a clock of working days, each move once, and every step told by letter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.errors import IllegalMove, NotFound, Refusal, TooMany
from eventhub.db import db, transaction
from eventhub.mail.models import Message
from eventhub.privacy import requests
from eventhub.privacy.models import SubjectRequest
from eventhub.privacy.requests import Asker
from eventhub.privacy.rules import (
    AlreadyAsked,
    AnswerMissing,
    ExtensionUnexplained,
    NothingAsked,
    RequestKind,
    RequestState,
)
from tests.people import at_once

ASKER = Asker(email="Guest@Example.org", full_name="Test Guest", language="en")


def asked(
    kind: RequestKind = RequestKind.ACCESS, *, text: str = "What do you hold?", now: datetime, **more: Any
) -> str:
    with transaction():
        return requests.ask(more.pop("asker", ASKER), kind=kind, text=text, by="holder", now=now).public_id


def carry_out(deed: str, identity: str, *, now: datetime, **more: Any) -> None:
    with transaction():
        getattr(requests, deed)(requests.get_request(identity), by="officer", now=now, **more)


def look(identity: str) -> SubjectRequest:
    db.session.rollback()
    db.session.expire_all()
    return requests.get_request(identity)


def letters() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.letter).order_by(Message.id)))


def test_a_request_is_due_in_ten_working_days_and_told_by_letter(
    both: Flask, app: Flask, now: datetime
) -> None:
    row = look(asked(now=now))

    assert (row.state, row.subject_key, row.due_on) == (
        RequestState.RECEIVED,
        "guest@example.org",
        date(2027, 3, 16),
    )
    assert letters() == ["privacy_received"]
    text = db.session.scalars(select(Message.text)).one()
    assert "on 1 March 2027 you asked for access to your data" in text
    assert "at the latest on 16 March 2027" in text


def test_an_answer_closes_it_and_goes_out(both: Flask, app: Flask, now: datetime) -> None:
    identity = asked(now=now)

    carry_out("answer", identity, text="Line one.\nLine two.", now=now + timedelta(days=1))

    row = look(identity)
    assert (row.state, row.answer, row.closed_by, row.closed_at) == (
        RequestState.ANSWERED,
        "Line one.\nLine two.",
        "officer",
        now + timedelta(days=1),
    )
    assert letters() == ["privacy_received", "privacy_answered"]


def test_more_time_is_given_once_and_for_a_reason(both: Flask, app: Flask, now: datetime) -> None:
    identity = asked(now=now)

    with pytest.raises(ExtensionUnexplained):
        carry_out("extend", identity, reason="", now=now)
    carry_out("extend", identity, reason="The archive is closed.", now=now)
    with pytest.raises(IllegalMove):
        carry_out("extend", identity, reason="Again.", now=now)

    row = look(identity)
    assert (row.state, row.due_on, row.extension_reason) == (
        RequestState.EXTENDED,
        date(2027, 3, 23),
        "The archive is closed.",
    )
    assert letters() == ["privacy_received", "privacy_extended"]


@pytest.mark.parametrize("first", ["answer", "refuse"])
@pytest.mark.parametrize("second", ["answer", "refuse", "extend"])
def test_what_is_closed_stays_as_it_is(
    both: Flask, app: Flask, now: datetime, first: str, second: str
) -> None:
    identity = asked(now=now)
    carry_out(first, identity, text="First.", now=now)

    more = {"reason": "Late."} if second == "extend" else {"text": "Second."}
    with pytest.raises(IllegalMove):
        carry_out(second, identity, now=now, **more)

    assert look(identity).answer == "First."
    assert len(letters()) == 2


@pytest.mark.parametrize("deed", ["answer", "refuse"])
def test_nothing_is_closed_without_words(both: Flask, app: Flask, now: datetime, deed: str) -> None:
    identity = asked(now=now)

    with pytest.raises(AnswerMissing):
        carry_out(deed, identity, text="", now=now)

    assert look(identity).state is RequestState.RECEIVED


@pytest.mark.parametrize("kind", [kind for kind in RequestKind if kind is not RequestKind.ERASURE])
def test_who_asks_says_what(both: Flask, app: Flask, now: datetime, kind: RequestKind) -> None:
    with pytest.raises(NothingAsked):
        asked(kind, text="", now=now)

    assert letters() == []


def test_erasure_is_asked_for_once_until_it_is_answered(both: Flask, app: Flask, now: datetime) -> None:
    one = Asker(email=ASKER.email, full_name="", language="ru", registration="abc")
    identity = asked(RequestKind.ERASURE, text="", now=now)

    with pytest.raises(AlreadyAsked):
        asked(RequestKind.ERASURE, text="", now=now)
    asked(RequestKind.ERASURE, text="", now=now, asker=one)  # about one registration alone: another request
    carry_out("refuse", identity, text="Not now.", now=now)
    asked(RequestKind.ERASURE, text="", now=now)

    assert requests.count_requests() == {
        RequestState.RECEIVED: 2,
        RequestState.EXTENDED: 0,
        RequestState.ANSWERED: 0,
        RequestState.REFUSED: 1,
    }


def test_a_person_asks_so_often_and_no_more(both: Flask, app: Flask, now: datetime) -> None:
    def ask(text: str) -> None:
        with transaction():
            requests.ask_oneself(ASKER, kind=RequestKind.ACCESS, text=text, by="holder", now=now)

    for number in range(requests.ASKED.tries):
        ask(f"Question {number}")
    with pytest.raises(TooMany):
        ask("One more")

    assert len(letters()) == requests.ASKED.tries


def test_of_two_officers_at_once_one_answers(both: Flask, app: Flask, now: datetime) -> None:
    identity = asked(now=now)

    def reply(number: int) -> str:
        try:
            carry_out("answer", identity, text=f"Answer {number}.", now=now)
        except Refusal as refusal:
            return type(refusal).__name__
        return "answered"

    assert sorted(at_once(app, reply, times=4)) == ["IllegalMove"] * 3 + ["answered"]
    assert letters() == ["privacy_received", "privacy_answered"]


def test_what_waits_comes_first_and_the_soonest_due_before(both: Flask, app: Flask, now: datetime) -> None:
    late = asked(now=now + timedelta(days=5))
    closed = asked(now=now)
    soon = asked(now=now)
    carry_out("answer", closed, text="Done.", now=now)

    assert [row.public_id for row in requests.list_requests()] == [soon, late, closed]
    assert [row.public_id for row in requests.list_requests(state=RequestState.ANSWERED)] == [closed]
    assert [row.public_id for row in requests.list_requests_of("guest@example.org")] == [soon, closed, late]


def test_every_step_is_in_the_log(both: Flask, app: Flask, now: datetime) -> None:
    identity = asked(now=now)
    carry_out("extend", identity, reason="The archive is closed.", now=now)
    carry_out("answer", identity, text="Done.", now=now)

    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()

    assert [(row.action, row.actor, row.subject_id) for row in rows] == [
        ("subject_request.received", "holder", identity),
        ("subject_request.extended", "officer", identity),
        ("subject_request.answered", "officer", identity),
    ]


def test_what_never_was_is_not_found(both: Flask, app: Flask) -> None:
    with pytest.raises(NotFound):
        requests.get_request("nothing")
