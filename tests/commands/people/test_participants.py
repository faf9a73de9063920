"""Nobody stands on the public list without having said so, and whoever withdraws is gone."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.people.participants import PARTICIPANT_LIST, list_participants
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentDocument, ConsentRecord
from eventhub.registration.models import Registration
from eventhub.registration.rules import RegistrationState
from tests.factories import both_languages, make_attendee, make_event


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now)


def document(purpose: str, *, now: datetime) -> ConsentDocument:
    text = both_languages(purpose)
    return publish_consent(purpose=purpose, title=text, body=text, is_required=False, now=now)


def say(
    registration: Registration, its: ConsentDocument, act: str, *, now: datetime, context: str = ""
) -> None:
    db.session.add(
        ConsentRecord(
            document_id=its.id,
            subject_key=registration.email_key,
            context=context or f"registration:{registration.public_id}",
            act=act,
            text_hash=its.text_hash,
            method="form",
            address="127.0.0.1",
            at=now,
        )
    )
    db.session.flush()


@pytest.mark.parametrize(
    ("acts", "is_listed"),
    [
        ([], False),
        ([(PARTICIPANT_LIST, "given", "")], True),
        ([("photo", "given", ""), ("processing", "given", "")], False),
        ([(PARTICIPANT_LIST, "given", ""), (PARTICIPANT_LIST, "withdrawn", "")], False),
        ([(PARTICIPANT_LIST, "given", ""), (PARTICIPANT_LIST, "withdrawn", "account")], False),
        ([(PARTICIPANT_LIST, "withdrawn", ""), (PARTICIPANT_LIST, "given", "")], True),
        ([(PARTICIPANT_LIST, "given", ""), ("photo", "withdrawn", "")], True),
        ([(PARTICIPANT_LIST, "given", "registration:another")], False),
    ],
)
def test_only_who_agreed_and_did_not_withdraw_is_listed(
    event: Event, now: datetime, acts: list[tuple[str, str, str]], is_listed: bool
) -> None:
    with transaction():
        documents = {one: document(one, now=now) for one in (PARTICIPANT_LIST, "photo", "processing")}
        registration = make_attendee(event, now=now).registration
        for purpose, act, context in acts:
            say(registration, documents[purpose], act, now=now, context=context)

    names = [person.full_name for person in list_participants(event.id)]

    assert names == ["Ada Example"] * is_listed


@pytest.mark.parametrize("state", [RegistrationState.CANCELLED, RegistrationState.EXPIRED])
def test_who_does_not_take_part_is_not_listed(event: Event, now: datetime, state: RegistrationState) -> None:
    with transaction():
        its = document(PARTICIPANT_LIST, now=now)
        say(make_attendee(event, now=now, state=state).registration, its, "given", now=now)
        say(make_attendee(make_event(now=now), now=now).registration, its, "given", now=now)

    assert list_participants(event.id) == []


def test_an_older_wording_was_agreed_to_as_well(event: Event, now: datetime) -> None:
    with transaction():
        older = document(PARTICIPANT_LIST, now=now)
        say(make_attendee(event, now=now).registration, older, "given", now=now)
        document(PARTICIPANT_LIST, now=now)

    assert len(list_participants(event.id)) == 1
