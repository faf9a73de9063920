"""The ledger only grows: giving and withdrawing are lines, and what follows from them happens at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.publicity import show_participants
from eventhub.events.queries import find_public_mark
from eventhub.privacy.commands import Guardian, publish_consent, record_consents
from eventhub.privacy.models import ConsentRecord, SubjectRequest
from eventhub.privacy.queries import list_wordings_in_force
from eventhub.privacy.rules import NotInForce, RequestKind
from eventhub.registration import consents
from eventhub.registration.consents import Saying
from eventhub.registration.models import Registration
from eventhub.registration.participants import Published, count_published, list_published
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from tests.commands.privacy.people import an_event, fresh, open_consent, over, takes_part
from tests.commands.registration.asking import Known, cancel, change, register
from tests.factories import both_languages
from tests.people import at_once, statements

PAGE = Saying(method="page", address="192.0.2.9")


def give(registration: Registration | Known, purpose: str = "publication", *, now: datetime) -> None:
    with transaction():
        consents.give_consent(get_registration(registration.public_id), purpose=purpose, saying=PAGE, now=now)


def withdraw(registration: Registration, purpose: str = "publication", *, now: datetime) -> None:
    with transaction():
        consents.withdraw_consent(
            get_registration(registration.public_id), purpose=purpose, saying=PAGE, now=now
        )


def ledger() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(ConsentRecord.act, ConsentRecord.method, ConsentRecord.address).order_by(ConsentRecord.id)
    )
    return [tuple(row) for row in rows]


def show(event: Event, *, is_shown: bool = True, now: datetime) -> None:
    with transaction():
        show_participants(db.session.get_one(Event, event.id), is_shown=is_shown, by="organiser", now=now)


def mark(event: Event) -> object:
    db.session.rollback()
    found = find_public_mark(event.slug)
    assert found is not None
    return found.participants


def test_a_consent_is_given_withdrawn_and_given_again_in_lines(
    both: Flask, app: Flask, now: datetime
) -> None:
    document = open_consent("publication", now=now)
    registration = takes_part(an_event(now), now=now, consents=(document.id,))

    withdraw(registration, now=now)
    give(registration, now=now)

    assert ledger() == [
        ("given", "form", "192.0.2.1"),
        ("withdrawn", "page", "192.0.2.9"),
        ("given", "page", "192.0.2.9"),
    ]
    assert [one.is_given for one in consents.list_standings(fresh(registration))] == [True]


def test_saying_the_same_again_writes_nothing(both: Flask, app: Flask, now: datetime) -> None:
    document = open_consent("publication", now=now)
    registration = takes_part(an_event(now), now=now)

    withdraw(registration, now=now)
    assert ledger() == []
    give(registration, now=now)
    give(registration, now=now)
    withdraw(registration, now=now)
    withdraw(registration, now=now)

    assert [act for act, _, _ in ledger()] == ["given", "withdrawn"]
    assert db.session.scalars(select(ConsentRecord.document_id)).all() == [document.id] * 2


def test_pressing_at_once_writes_one_line(both: Flask, app: Flask, now: datetime) -> None:
    open_consent("publication", now=now)
    registration = Known(takes_part(an_event(now), now=now).public_id)

    at_once(app, lambda _number: give(registration, now=now), times=4)

    assert [act for act, _, _ in ledger()] == ["given"]


def test_a_text_that_nobody_asks_for_can_not_be_agreed_to(both: Flask, app: Flask, now: datetime) -> None:
    registration = takes_part(an_event(now), now=now)

    with pytest.raises(NotInForce):
        give(registration, now=now)

    assert ledger() == []


def test_who_agreed_to_an_older_text_may_withdraw_that_and_agree_to_the_new(
    both: Flask, app: Flask, now: datetime
) -> None:
    old = open_consent("publication", now=now)
    registration = takes_part(an_event(now), now=now, consents=(old.id,))
    new = open_consent("publication", now=now)

    withdraw(registration, now=now)
    give(registration, now=now)

    lines = db.session.scalars(select(ConsentRecord).order_by(ConsentRecord.id)).all()
    assert [(line.act, line.document_id, line.text_hash) for line in lines] == [
        ("given", old.id, old.text_hash),
        ("withdrawn", old.id, old.text_hash),
        ("given", new.id, new.text_hash),
    ]


@pytest.mark.parametrize("given", [True, False])
def test_refusing_or_withdrawing_publication_blocks_nothing(
    both: Flask, app: Flask, now: datetime, given: bool
) -> None:
    processing = open_consent("processing", now=now, is_required=True)
    publication = open_consent("publication", now=now)
    chosen = (processing.id, publication.id) if given else (processing.id,)

    registration = takes_part(an_event(now), now=now, consents=chosen)
    withdraw(registration, now=now)

    assert fresh(registration).state is RegistrationState.CONFIRMED
    assert db.session.scalars(select(SubjectRequest)).all() == []


def test_without_the_required_consent_the_registration_ends_and_its_data_are_asked_to_go(
    both: Flask, app: Flask, now: datetime
) -> None:
    processing = open_consent("processing", now=now, is_required=True)
    registration = takes_part(an_event(now), now=now, consents=(processing.id,))

    withdraw(registration, "processing", now=now)

    assert fresh(registration).state is RegistrationState.CANCELLED
    request = db.session.scalars(select(SubjectRequest)).one()
    assert (request.kind, request.registration) == (RequestKind.ERASURE, registration.public_id)


def test_after_the_event_withdrawing_the_required_consent_cancels_nothing(
    both: Flask, app: Flask, now: datetime
) -> None:
    processing = open_consent("processing", now=now, is_required=True)
    event = an_event(now)
    registration = takes_part(event, now=now, consents=(processing.id,))

    withdraw(registration, "processing", now=over(event))

    assert fresh(registration).state is RegistrationState.CONFIRMED
    assert db.session.scalars(select(SubjectRequest.kind)).all() == [RequestKind.ERASURE]


def test_a_guardian_is_named_whole_or_not_at_all(both: Flask, app: Flask, now: datetime) -> None:
    open_consent("processing", now=now)
    with transaction():
        record_consents(
            list_wordings_in_force(),
            subject_key="child",
            context="registration:x",
            address="",
            method="paper",
            guardian=Guardian(full_name="Parent Example", relation="mother"),
            now=now,
        )

    row = db.session.scalars(select(ConsentRecord)).one()
    assert (row.guardian_name, row.guardian_relation) == ("Parent Example", "mother")
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(ConsentRecord).values(guardian_relation=None))


def test_the_list_names_by_alphabet_who_is_confirmed_and_agreed(
    both: Flask, app: Flask, now: datetime
) -> None:
    document = open_consent("publication", now=now)
    other = open_consent("photo", now=now)
    event, elsewhere = an_event(now), an_event(now)
    agreed = (document.id,)
    for number, (name, given) in enumerate(
        (("Zoë", agreed), ("Élise", agreed), ("Bo", ()), ("Ада", agreed), ("Photo", (other.id,)))
    ):
        takes_part(event, now=now, consents=given, full_name=name, email=f"p{number}@example.org")
    takes_part(elsewhere, now=now, consents=agreed, full_name="Elsewhere")
    register(event.slug, "pending@example.org", now=now, consents=agreed, full_name="Pending")
    gone = takes_part(event, now=now, consents=agreed, full_name="Gone", email="gone@example.org")
    cancel(gone, now=now)

    assert list_published(event.id) == [
        Published("Élise", "Canary University"),
        Published("Zoë", "Canary University"),
        Published("Ада", "Canary University"),
    ]
    assert count_published(event.id) == 3


def test_a_new_registration_of_the_same_address_asks_anew(both: Flask, app: Flask, now: datetime) -> None:
    document = open_consent("publication", now=now)
    event = an_event(now)
    cancel(takes_part(event, now=now, consents=(document.id,)), now=now)

    takes_part(event, now=now, consents=())

    assert list_published(event.id) == []


def test_names_of_a_list_cost_the_same_for_one_and_for_thirty(both: Flask, app: Flask, now: datetime) -> None:
    document = open_consent("publication", now=now)
    event, counts = an_event(now), []
    event_id = event.id
    for number in range(30):
        takes_part(event, now=now, consents=(document.id,), email=f"p{number}@example.org")
        if number in (0, 29):
            db.session.rollback()
            with statements() as said:
                list_published(event_id)
            counts.append(len(said))

    assert counts == [1, 1]


def test_whatever_changes_a_name_changes_the_mark_of_the_page(both: Flask, app: Flask, now: datetime) -> None:
    document = open_consent("publication", now=now)
    event = an_event(now)
    registration = takes_part(event, now=now, consents=(document.id,))
    marks = [mark(event)]
    deeds = (
        lambda: show(event, now=now),
        lambda: withdraw(registration, now=now),
        lambda: give(registration, now=now),
        lambda: change(registration, now=now, full_name="Other Name"),
        lambda: takes_part(event, now=now, consents=(document.id,), email="new@example.org"),
        lambda: cancel(registration, now=now),
        lambda: show(event, is_shown=False, now=now),
        lambda: show(event, now=now),
    )

    for deed in deeds:
        deed()
        marks.append(mark(event))

    shown = [one for one in marks if one is not None]
    assert (marks[0], marks[7]) == (None, None)
    assert len(set(shown)) == len(shown) == 7


def test_an_event_that_names_nobody_has_no_mark_to_raise(both: Flask, app: Flask, now: datetime) -> None:
    document = open_consent("publication", now=now)
    event = an_event(now)
    registration = takes_part(event, now=now, consents=(document.id,))

    withdraw(registration, now=now + timedelta(minutes=1))

    assert mark(event) is None


def test_a_wording_of_a_text_never_changes_under_a_consent(both: Flask, app: Flask, now: datetime) -> None:
    document = open_consent("publication", now=now)
    takes_part(an_event(now), now=now, consents=(document.id,))
    with transaction():
        publish_consent(
            purpose="publication",
            title=both_languages("Other"),
            body=both_languages("Other."),
            is_required=False,
            now=now,
        )

    line = db.session.scalars(select(ConsentRecord)).one()
    assert (line.document_id, line.text_hash) == (document.id, document.text_hash)
