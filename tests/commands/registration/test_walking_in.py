"""At the door without a registration: a place at once or none, whoever asks at how many doors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventhub.audit import AuditEntry
from eventhub.core.errors import Refusal
from eventhub.core.tombstones import is_placeholder
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.events.rules import EventFull, RegistrationClosed
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentRecord
from eventhub.privacy.rules import ConsentMissing
from eventhub.registration.models import Registration
from eventhub.registration.rules import AlreadyRegistered, RegistrationState
from tests.commands.registration.asking import (
    CREW,
    check_the_books,
    count,
    here,
    letters,
    look_again,
    register,
    registered,
    taken,
    tickets,
)
from tests.commands.registration.test_races import unguarded_take
from tests.factories import both_languages, make_event, make_pool
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both", "books")


@pytest.fixture
def books(app: Flask) -> Iterator[None]:
    yield
    check_the_books()


def outcome(slug: str, *, now: datetime) -> str:
    try:
        here(slug, now=now)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


@pytest.fixture
def event(app: Flask, now: datetime) -> Event:
    """It is on, and nobody may register by the form any more."""
    with transaction():
        begun = now - timedelta(hours=1)
        return make_event(
            now=now,
            slug="fair",
            capacity=5,
            starts_at=begun,
            ends_at=now + timedelta(hours=5),
            closes_at=begun,
        )


def test_without_an_address_the_place_is_taken_and_no_letter_is_written(event: Event, now: datetime) -> None:
    made = here("fair", now=now)

    look_again()
    stored = db.session.scalars(select(Registration)).one()
    assert (stored.state, taken(event.pool_id), len(tickets(event))) == (RegistrationState.CONFIRMED, 1, 1)
    assert (is_placeholder(stored.email), letters(made)) == (True, [])


def test_with_an_address_the_ticket_comes_by_letter(event: Event, now: datetime) -> None:
    made = here("fair", "ada@example.org", now=now)

    assert letters(made) == ["registration_confirmed"]


def test_two_without_an_address_are_two_people_and_one_form_is_one(event: Event, now: datetime) -> None:
    here("fair", now=now, key="x" * 22)
    here("fair", now=now, key="x" * 22)
    here("fair", now=now)

    assert (count(Registration), taken(event.pool_id)) == (2, 2)


def test_who_takes_part_already_is_not_registered_again(event: Event, now: datetime) -> None:
    here("fair", "ada@example.org", now=now)

    with pytest.raises(AlreadyRegistered):
        here("fair", "ADA@example.org", now=now)
    assert (count(Registration), taken(event.pool_id)) == (1, 1)


def test_the_consents_are_the_persons_and_the_crew_is_written_down(event: Event, now: datetime) -> None:
    with transaction():
        text = publish_consent(
            purpose="processing", title=both_languages("Data"), body=both_languages("Kept."),
            is_required=True, now=now,
        )  # fmt: skip
    with pytest.raises(ConsentMissing):
        here("fair", now=now)

    here("fair", now=now, consents=(text.id,), said="aloud")

    look_again()
    line = db.session.scalars(select(ConsentRecord)).one()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "registration.walked_in")).one()
    assert line.method == "walk_in"
    assert (entry.actor, entry.detail) == (CREW, {"consents": "aloud"})


def test_four_doors_at_once_fill_the_last_places_and_no_more(
    both: Flask, event: Event, now: datetime
) -> None:
    results = at_once(both, lambda _number: [outcome("fair", now=now) for _each in range(4)], times=4)

    assert Counter(one for door in results for one in door) == {"done": 5, "EventFull": 11}
    assert (taken(event.pool_id), len(tickets(event))) == (5, 5)


def test_doors_that_look_before_they_take_oversell_where_writers_do_not_queue(
    both: Flask, app: Flask, now: datetime
) -> None:
    """The control of the test above, which would prove nothing were this as good."""
    with transaction():
        pool_id = make_pool(5).id

    def one(_number: int) -> bool:
        with transaction():
            return unguarded_take(pool_id)

    has_oversold = at_once(both, one, times=15).count(True) > 5
    with transaction():
        db.session.execute(update(CapacityPool).values(taken=0))

    assert has_oversold is (db.engine.dialect.name == "postgresql")


def test_nobody_passes_those_who_stand_in_line(app: Flask, now: datetime) -> None:
    with transaction():
        soon = now - timedelta(hours=1)
        make_event(
            now=now,
            slug="queue",
            capacity=1,
            has_waiting_list=True,
            starts_at=soon,
            ends_at=now + timedelta(hours=5),
        )
    registered("queue", now=now)
    register("queue", "next@example.org", now=now)

    with pytest.raises(EventFull):
        here("queue", now=now)
    assert count(Registration) == 2


def test_where_organisers_approve_the_crew_does_at_the_door(app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(
            now=now,
            slug="invited",
            capacity=1,
            needs_approval=True,
            starts_at=now,
            ends_at=now + timedelta(hours=5),
        )

    assert [outcome("invited", now=now) for _each in range(2)] == ["done", "EventFull"]
    assert (taken(event.pool_id), len(tickets(event))) == (1, 1)


def test_after_the_end_nobody_walks_in(event: Event, now: datetime) -> None:
    with pytest.raises(RegistrationClosed):
        here("fair", now=event.ends_at)
