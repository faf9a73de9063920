"""Registrations that the organiser approves: asked for, approved, not approved, full in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from eventhub.audit import AuditEntry
from eventhub.core.errors import Refusal
from eventhub.core.refusals import ReasonMissing
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import EventFull, SessionFull
from eventhub.registration.approval_preview import preview_of
from eventhub.registration.approving import approve, reject
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import HOLD, NotRequested, RegistrationState, TooLateToChange
from eventhub.registration.types.rules import TypeFull
from tests.commands.registration.asking import (
    Known,
    cancel,
    confirm,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.commands.registration.parties import NINE, a_child, a_family
from tests.commands.registration.types import make_type
from tests.factories import make_event, make_session
from tests.people import at_once, statements

pytestmark = pytest.mark.usefixtures("books")


def an_event(now: datetime, **changes: Any) -> Event:
    with transaction():
        return make_event(now=now, slug="rush", **{"needs_approval": True, "capacity": 1, **changes})


def say_yes(one: Registration | Known, *, now: datetime) -> None:
    with transaction():
        approve(get_registration(one.public_id), by="chief", now=now)


def say_no(one: Registration | Known, *, now: datetime, reason: str = "Not for students") -> None:
    with transaction():
        reject(get_registration(one.public_id), reason=reason, by="chief", now=now)


def test_a_proven_address_makes_a_request_and_takes_no_place(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    ada = registered("rush", "ada@example.org", now=now)
    confirm(ada, now=now)

    assert state_of(ada) is RegistrationState.REQUESTED
    assert (taken(event.pool_id), tickets(event)) == (0, [])
    assert letters(ada) == ["registration_confirm", "registration_requested"]


def test_more_may_ask_than_there_are_places(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now)
    people = [registered("rush", f"guest{n}@example.org", now=now) for n in range(3)]

    assert {state_of(one) for one in people} == {RegistrationState.REQUESTED}


def test_the_approved_have_a_place_a_ticket_and_a_letter(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    ada = registered("rush", "ada@example.org", now=now)

    say_yes(ada, now=now)

    assert state_of(ada) is RegistrationState.CONFIRMED
    assert (taken(event.pool_id), len(tickets(event))) == (1, 1)
    assert letters(ada)[-1] == "registration_approved"
    actions = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-3:] == ["registration.received", "registration.requested", "registration.approved"]


def test_the_sessions_that_were_asked_for_are_taken_with_the_approval(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=5)
    with transaction():
        session = make_session(event, capacity=1)
    first, second = (
        registered("rush", f"{name}@example.org", now=now, sessions=(session.public_id,))
        for name in ("first", "second")
    )
    assert taken(session.pool_id) == 0

    say_yes(first, now=now)
    with pytest.raises(SessionFull):
        say_yes(second, now=now)

    assert (taken(session.pool_id), taken(event.pool_id)) == (1, 1)
    assert state_of(second) is RegistrationState.REQUESTED


def test_the_rejected_read_why_and_nothing_else_happens_to_them(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    ada = registered("rush", "ada@example.org", now=now)

    with pytest.raises(ReasonMissing):
        say_no(ada, now=now, reason="")
    say_no(ada, now=now)

    assert state_of(ada) is RegistrationState.REJECTED
    assert (letters(ada)[-1], tickets(event)) == ("registration_rejected", [])
    for deed in (say_yes, say_no):
        with pytest.raises(NotRequested):
            deed(ada, now=now)


def test_the_rejected_may_ask_again(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now)
    ada = registered("rush", "ada@example.org", now=now)
    say_no(ada, now=now)

    again = registered("rush", "ada@example.org", now=now)

    assert again.public_id != ada.public_id
    assert state_of(again) is RegistrationState.REQUESTED


def test_whom_the_organiser_approves_when_all_is_taken_stands_in_line_where_there_is_one(
    both: Flask, app: Flask, now: datetime
) -> None:
    an_event(now, has_waiting_list=True)
    first, second = (registered("rush", f"{name}@example.org", now=now) for name in ("first", "second"))
    say_yes(first, now=now)

    say_yes(second, now=now)
    assert state_of(second) is RegistrationState.WAITLISTED

    cancel(first, now=now)
    assert state_of(second) is RegistrationState.OFFERED


def test_where_there_is_no_line_the_approval_is_refused(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now)
    first, second = (registered("rush", f"{name}@example.org", now=now) for name in ("first", "second"))
    say_yes(first, now=now)

    with pytest.raises(EventFull):
        say_yes(second, now=now)
    assert state_of(second) is RegistrationState.REQUESTED


def test_a_confirmation_that_comes_late_still_makes_a_request(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now)
    ada = register("rush", "ada@example.org", now=now)

    confirm(ada, now=now + HOLD + timedelta(minutes=1))

    assert state_of(ada) is RegistrationState.REQUESTED


def test_a_request_can_be_cancelled_and_is_not_approved_after_the_end(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    ada, bob = (registered("rush", f"{name}@example.org", now=now) for name in ("ada", "bob"))

    cancel(ada, now=now)
    with pytest.raises(TooLateToChange):
        say_yes(bob, now=event.ends_at)

    assert state_of(ada) is RegistrationState.CANCELLED


def test_twenty_approvals_of_ten_people_at_once_for_five_places_are_five(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=5)
    people = [Known(registered("rush", f"guest{n}@example.org", now=now).public_id) for n in range(10)]

    def approve_one(number: int) -> str:
        try:
            say_yes(people[number % 10], now=now)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    results = at_once(both, approve_one, times=20)

    assert results.count("done") == 5
    assert (taken(event.pool_id), len(tickets(event))) == (5, 5)


def test_the_preview_counts_the_tickets_of_children_in_as_many_statements_for_one_as_for_all(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=20, takes_families=True)
    adult = make_type(event, "Adult", now=now)
    child = make_type(event, "Child", now=now, places=1)
    family = a_family(a_child("Vera Example", NINE, ticket_type=child.public_id))
    families = [
        registered("rush", f"{name}@example.org", now=now, ticket=adult, party=family).public_id
        for name in ("first", "second", "third")
    ]

    said = []
    for chosen in (families[:1], families):
        look_again()
        event = get_registration(families[0]).event
        with statements() as asked:
            preview = preview_of(event, chosen)
        said.append(len(asked))

    assert [one.public_id for one in preview.placed] == families[:1]
    left_out = [(one.public_id, type(refusal)) for one, refusal in preview.left_out]
    assert left_out == [(one, TypeFull) for one in families[1:]]
    assert said[0] == said[1]
    say_yes(Known(families[0]), now=now)
    with pytest.raises(TypeFull):
        say_yes(Known(families[1]), now=now)
