"""Places go with the state, whatever is switched, limited, removed or frozen in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event
from eventhub.events.rules import EventFull
from eventhub.registration.answering_offers import accept_offer
from eventhub.registration.approving import approve, check_may_stop, reject
from eventhub.registration.forms.editing import remove_question
from eventhub.registration.forms.shapes import QuestionKind
from eventhub.registration.forms.unfit import FormChanged
from eventhub.registration.limits import TooManyUnconfirmed, count_submission
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState, RequestsWait
from eventhub.registration.waiting import offer_by_hand
from tests.commands.registration.asking import (
    Known,
    cancel,
    confirm,
    look_again,
    register,
    registered,
    state_of,
    taken,
)
from tests.commands.registration.questions import (
    a_section,
    answered,
    ask,
    ask_otherwise,
    option_taken,
    some_options,
    typed,
)
from tests.factories import make_event, make_session
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")

CHOICE = QuestionKind.CHOICE


def an_event(now: datetime, **changes: Any) -> Event:
    with transaction():
        return make_event(now=now, slug="rush", **{"capacity": 1, **changes})


def workshop_of(event: Event) -> str:
    with transaction():
        return make_session(db.session.merge(event), capacity=1).public_id


def say_yes(one: Registration | Known, *, now: datetime) -> None:
    with transaction():
        approve(get_registration(one.public_id), by="chief", now=now)


def accept(one: Registration | Known, *, now: datetime) -> None:
    with transaction():
        accept_offer(get_registration(one.public_id), now=now)


def make_larger(event: Event, places: int) -> None:
    look_again()
    with transaction():
        pool = db.session.get_one(Event, event.id).pool
        assert pool is not None
        resize_pool(pool, places)


def switch_approval(event: Event, *, on: bool) -> None:
    look_again()
    with transaction():
        db.session.get_one(Event, event.id).needs_approval = on


def chosen_sessions(one: Registration) -> int:
    look_again()
    return len(get_registration(one.public_id).choices)


def test_who_is_approved_into_the_line_chooses_sessions_and_options_anew(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, needs_approval=True, has_waiting_list=True)
    workshop = workshop_of(event)
    question = ask(event, a_section(event, now=now), now=now, kind=CHOICE, options=some_options(a=1, b=5))
    first = registered("rush", "first@example.org", now=now)
    wish = {"sheet": typed(question, "a"), "sessions": (workshop,)}
    second = registered("rush", "second@example.org", now=now, **wish)
    say_yes(first, now=now)
    say_yes(second, now=now)
    cancel(first, now=now)
    accept(second, now=now)
    make_larger(event, 5)
    third = registered("rush", "third@example.org", now=now, **wish)
    say_yes(third, now=now)

    assert (answered(second), chosen_sessions(second)) == ({}, 0)
    assert (answered(third), chosen_sessions(third)) == ({"Why?": "a"}, 1)
    assert (option_taken(event, "a"), taken(event.pool_id)) == (1, 2)


def test_an_option_that_is_limited_while_somebody_waits_is_chosen_anew(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, has_waiting_list=True)
    section = a_section(event, now=now)
    question = ask(event, section, now=now, kind=CHOICE, options=some_options(a=None, b=None))
    first = registered("rush", "first@example.org", now=now)
    second = register("rush", "second@example.org", now=now, sheet=typed(question, "a"))
    ask_otherwise(event, question, section, now=now, kind=CHOICE, options=some_options(a=1, b=5))
    cancel(first, now=now)
    accept(second, now=now)
    make_larger(event, 5)
    registered("rush", "third@example.org", now=now, sheet=typed(question, "a"))

    assert answered(second) == {}
    assert option_taken(event, "a") == 1


def test_who_needed_no_place_takes_one_when_approval_is_switched_off(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, needs_approval=True)
    first, second = (register("rush", f"{name}@example.org", now=now) for name in ("first", "second"))
    switch_approval(event, on=False)

    confirm(first, now=now)
    with pytest.raises(EventFull):
        confirm(second, now=now)

    assert (state_of(first), state_of(second)) == (RegistrationState.CONFIRMED, RegistrationState.PENDING)
    assert taken(event.pool_id) == 1


def test_a_request_holds_no_place_when_approval_was_switched_on(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=2)
    first, second = (register("rush", f"{name}@example.org", now=now) for name in ("first", "second"))
    switch_approval(event, on=True)
    confirm(first, now=now)
    confirm(second, now=now)

    after_asking = taken(event.pool_id)
    with transaction():
        reject(get_registration(first.public_id), reason="No", by="chief", now=now)
    say_yes(second, now=now)

    assert (after_asking, taken(event.pool_id)) == (0, 1)


def test_approval_is_not_switched_off_while_somebody_waits_for_it(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, needs_approval=True)
    one = registered("rush", now=now)

    with pytest.raises(RequestsWait):
        check_may_stop(event)
    say_yes(one, now=now)
    check_may_stop(event)


def test_a_question_that_was_removed_is_in_nobodys_way(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, needs_approval=True, capacity=5)
    question = ask(event, a_section(event, now=now), now=now, kind=CHOICE, options=some_options(a=1, b=9))
    first, second = (
        registered("rush", f"{name}@example.org", now=now, sheet=typed(question, "a"))
        for name in ("first", "second")
    )
    say_yes(first, now=now)
    with transaction():
        remove_question(db.session.get_one(Event, event.id), question, by="chief", now=now)

    say_yes(second, now=now)

    assert state_of(second) == RegistrationState.CONFIRMED


def test_a_limit_that_is_set_while_somebody_is_approved_counts_them(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, needs_approval=True, capacity=50)
    section = a_section(event, now=now)
    question = ask(event, section, now=now, kind=CHOICE, options=some_options(a=None, b=None))
    waiting = [
        Known(registered("rush", f"guest{n}@example.org", now=now, sheet=typed(question, "a")).public_id)
        for n in range(6)
    ]
    number = event.id

    def deed(turn: int) -> None:
        if turn == 3:
            found = db.session.get_one(Event, number)
            options = some_options(a=6, b=None)
            ask_otherwise(found, question, section, now=now, kind=CHOICE, options=options)
        else:
            say_yes(waiting[turn], now=now)

    at_once(app, deed, times=6)

    look_again()
    approved = [one for one in waiting if state_of(one) == RegistrationState.CONFIRMED]
    assert option_taken(event, "a") == len(approved) == 5


def test_a_question_that_freezes_while_it_is_answered_is_shown_anew(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    later = now + timedelta(minutes=1)
    question = ask(event, a_section(event, now=now), now=now, frozen_at=later)

    with pytest.raises(FormChanged):
        register("rush", now=later, sheet=typed(question, "because"))


def test_a_network_holds_half_of_a_limited_option_unconfirmed(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=100)
    question = ask(event, a_section(event, now=now), now=now, kind=CHOICE, options=some_options(a=4, b=50))

    def send(number: int, key: str) -> str:
        email, sheet = f"guest{number}@example.org", typed(question, key)
        try:
            with transaction():
                asked = {"email": email, "address": "192.0.2.1", "slug": "rush", "sessions": ()}
                count_submission(**asked, typed=sheet.typed, now=now)
            register("rush", email, now=now, sheet=sheet)
        except TooManyUnconfirmed:
            return "refused"
        return "held"

    assert [send(n, "a") for n in range(3)] == ["held", "held", "refused"]
    assert send(9, "b") == "held"


def test_two_who_free_and_take_at_once_never_wait_for_each_other(
    both: Flask, app: Flask, now: datetime
) -> None:
    """An offer out of turn, cancellations and registrations at once: nobody is told to try again."""
    event = an_event(now, has_waiting_list=True, capacity=3)
    question = ask(event, a_section(event, now=now), now=now, kind=CHOICE, options=some_options(a=40, b=9))
    inside = [
        Known(registered("rush", f"in{n}@example.org", now=now, sheet=typed(question, "a")).public_id)
        for n in range(3)
    ]
    line = [Known(register("rush", f"line{n}@example.org", now=now).public_id) for n in range(3)]

    def deed(turn: int) -> str:
        try:
            _one_of_many(turn)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    def _one_of_many(turn: int) -> None:
        if turn < 3:
            cancel(inside[turn], now=now)
        elif turn < 6:
            with transaction():
                offer_by_hand(get_registration(line[turn - 3].public_id), reason="Guest", by="chief", now=now)
        else:
            register("rush", f"new{turn}@example.org", now=now, sheet=typed(question, "a"))

    said = at_once(app, deed, times=9)

    assert set(said) <= {"done", "NotInLine"}
