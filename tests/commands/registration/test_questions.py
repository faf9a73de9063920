"""An event's own questions: what is stored with a registration, changed later, and completed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from flask import Flask

from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.events.queries import get_event
from eventhub.registration.forms.completing import complete, list_to_complete
from eventhub.registration.forms.shapes import Condition, QuestionKind, Relation, Stage, Test
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.forms.unfit import (
    AnswerMissing,
    ChoiceMissing,
    FormChanged,
    OptionFull,
    UnknownOption,
    UnknownQuestion,
)
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import HOLD, AlreadyEnded, RegistrationState, TooLateToChange
from eventhub.registration.waiting import expire_holds
from tests.commands.registration.asking import (
    Known,
    cancel,
    change,
    confirm,
    count,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
)
from tests.commands.registration.questions import (
    a_section,
    a_sheet,
    answered,
    ask,
    ask_otherwise,
    option_taken,
    some_options,
    typed,
)
from tests.commands.registration.test_races import outcome
from tests.factories import make_event, make_session
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")

KIND = QuestionKind
LATER = HOLD + timedelta(seconds=1)


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="asks", capacity=40)


@pytest.fixture
def section(event: Event, now: datetime) -> int:
    return a_section(event, now=now)


def answer_later(registration: Registration | Known, sheet: Sheet, *, now: datetime) -> None:
    with transaction():
        complete(get_registration(registration.public_id), sheet, now=now)


def open_questions(registration: Registration | Known, *, now: datetime) -> list[str]:
    look_again()
    return [
        one.content.label["en"] for one in list_to_complete(get_registration(registration.public_id), now=now)
    ]


def test_answers_are_stored_with_the_registration_and_empty_ones_as_asked(
    event: Event, section: int, now: datetime
) -> None:
    why = ask(event, section, now=now, label="Why?", is_required=True)
    ask(event, section, now=now, label="What else?")

    registration = register("asks", now=now, sheet=typed(why, "Because"))

    assert answered(registration) == {"Why?": "Because", "What else?": None}


def test_what_is_missing_unknown_or_outdated_is_refused_and_nothing_is_stored(
    event: Event, section: int, now: datetime
) -> None:
    why = ask(event, section, now=now, is_required=True)

    for sheet, refusal in (
        (Sheet(), AnswerMissing),
        (typed("nobody-asks", "x"), UnknownQuestion),
        (Sheet(typed={why: ["Because"]}, mark="of-another-day"), FormChanged),
    ):
        with pytest.raises(refusal):
            register("asks", now=now, sheet=sheet)

    assert (count(Registration), taken(event.pool_id)) == (0, 0)


def test_a_hidden_answer_is_not_stored_and_a_hidden_question_not_demanded(
    event: Event, section: int, now: datetime
) -> None:
    visa = ask(event, section, now=now, kind=KIND.YES_NO, label="Visa?")
    condition = Condition(tests=(Test(question=visa, relation=Relation.EQUALS, value="yes"),))
    city = ask(event, section, now=now, label="Which city?", is_required=True, condition=condition)

    registration = registered("asks", now=now, sheet=a_sheet(**{visa: "no", city: "Typed and hidden"}))
    assert answered(registration) == {"Visa?": False}

    change(registration, now=now, sheet=a_sheet(**{visa: "yes", city: "Kazan"}))
    assert answered(registration) == {"Visa?": True, "Which city?": "Kazan"}

    change(registration, now=now, sheet=a_sheet(**{visa: "no", city: "Kazan"}))
    assert answered(registration) == {"Visa?": False}


def test_who_answered_keeps_the_question_as_it_was_asked(event: Event, section: int, now: datetime) -> None:
    size = ask(
        event, section, now=now, kind=KIND.T_SHIRT, label="Size?", options=some_options(s=None, xxl=None)
    )
    first = registered("asks", "first@example.org", now=now, sheet=typed(size, "xxl"))
    new = {"kind": KIND.T_SHIRT, "label": "Which size?", "options": some_options(s=None, m=None)}
    ask_otherwise(event, size, section, now=now, **new)

    second = registered("asks", "second@example.org", now=now, sheet=typed(size, "m"))
    with pytest.raises(UnknownOption):
        register("asks", "third@example.org", now=now, sheet=typed(size, "xxl"))
    change(first, now=now, full_name="Other Name", sheet=typed(size, "xxl"))

    assert (answered(first), answered(second)) == ({"Size?": "xxl"}, {"Which size?": "m"})
    change(first, now=now, sheet=typed(size, "s"))
    assert answered(first) == {"Which size?": "s"}


def test_a_full_option_is_refused_by_its_name_and_other_places_stay_free(
    event: Event, section: int, now: datetime
) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, label="Trip?", options=some_options(a=1, b=None))
    register("asks", "first@example.org", now=now, sheet=typed(trip, "a"))

    with pytest.raises(OptionFull) as refused:
        register("asks", "second@example.org", now=now, sheet=typed(trip, "a"))

    assert (refused.value.field, refused.value.facts) == (f"q_{trip}", {"option": {"en": "A"}})
    assert (taken(event.pool_id), option_taken(event, "a")) == (1, 1)
    register("asks", "second@example.org", now=now, sheet=typed(trip, "b"))


def test_a_known_address_is_refused_a_full_option_like_a_stranger(
    event: Event, section: int, now: datetime
) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, options=some_options(a=1, b=None))
    register("asks", "first@example.org", now=now, sheet=typed(trip, "a"))

    with pytest.raises(OptionFull):
        register("asks", "first@example.org", now=now, sheet=typed(trip, "a"))


def test_places_of_options_are_swapped_expire_and_come_back_with_the_registration(
    event: Event, section: int, now: datetime
) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICES, options=some_options(a=2, b=1))
    with transaction():
        session = make_session(event, capacity=3).public_id
    one = register("asks", now=now, sheet=typed(trip, "a", "b"), sessions=(session,))
    assert (option_taken(event, "a"), option_taken(event, "b")) == (1, 1)

    with transaction():
        expire_holds(now=now + LATER)
    assert (option_taken(event, "a"), option_taken(event, "b")) == (0, 0)

    confirm(one, now=now + LATER)
    assert (option_taken(event, "a"), option_taken(event, "b")) == (1, 1)

    change(one, now=now, sheet=typed(trip, "a"), sessions=(session,))
    assert (option_taken(event, "a"), option_taken(event, "b")) == (1, 0)
    change(one, now=now, sheet=typed(trip, "b"))
    assert (option_taken(event, "a"), option_taken(event, "b")) == (0, 1)

    cancel(one, now=now)
    assert (option_taken(event, "a"), option_taken(event, "b"), taken(event.pool_id)) == (0, 0, 0)


def test_a_hold_that_ran_out_gives_its_option_to_the_next(event: Event, section: int, now: datetime) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, options=some_options(a=1, b=None))
    slow = register("asks", "slow@example.org", now=now, sheet=typed(trip, "a"))

    registered("asks", "quick@example.org", now=now + LATER, sheet=typed(trip, "a"))

    with pytest.raises(OptionFull):
        confirm(slow, now=now + LATER)
    assert (state_of(slow), option_taken(event, "a")) == (RegistrationState.EXPIRED, 1)


def test_later_questions_are_asked_once_the_place_is_confirmed_until_their_day(
    event: Event, section: int, now: datetime
) -> None:
    until = now + timedelta(days=2)
    phone = ask(
        event, section, now=now, kind=KIND.PHONE, label="Phone?", stage=Stage.CONFIRMED, is_required=True
    )
    size = ask(
        event,
        section,
        now=now,
        kind=KIND.T_SHIRT,
        label="Size?",
        options=some_options(s=1, m=None),
        stage=Stage.LATER,
        due_at=until,
        is_required=True,
    )
    with pytest.raises(FormChanged):
        register("asks", now=now, sheet=typed(phone, "+78125550123"))
    one = register("asks", now=now)
    assert open_questions(one, now=now) == []
    with pytest.raises(AlreadyEnded):
        answer_later(one, Sheet(), now=now)
    confirm(one, now=now)
    assert open_questions(one, now=now) == ["Phone?", "Size?"]
    assert open_questions(one, now=until) == ["Phone?"]
    with pytest.raises(ChoiceMissing):
        answer_later(one, typed(phone, "+78125550123"), now=now)

    answer_later(one, a_sheet(**{phone: "+78125550123", size: "s"}), now=now)

    assert (open_questions(one, now=now), option_taken(event, "s")) == ([], 1)
    assert answered(one) == {"Phone?": "+78125550123", "Size?": "s"}
    with pytest.raises(TooLateToChange):
        answer_later(one, Sheet(), now=event.ends_at)


def test_a_question_added_later_is_open_to_who_is_there_already(
    event: Event, section: int, now: datetime
) -> None:
    one = registered("asks", now=now)
    new = ask(event, section, now=now, label="New?", is_required=True)

    assert open_questions(one, now=now) == ["New?"]
    answer_later(one, typed(new, "Yes"), now=now)
    assert answered(one) == {"New?": "Yes"}


def test_a_frozen_answer_stays_as_it_is(event: Event, section: int, now: datetime) -> None:
    day = now + timedelta(days=1)
    size = ask(event, section, now=now, label="Size?", frozen_at=day)
    one = registered("asks", now=now, sheet=typed(size, "M"))

    with pytest.raises(FormChanged):
        change(one, now=day, sheet=typed(size, "L"))
    change(one, now=day, full_name="Other Name")

    assert answered(one) == {"Size?": "M"}
    assert letters(one)[-1] == "registration_changed"


def test_takers_of_a_limited_option_are_as_many_as_fit(
    event: Event, section: int, both: Flask, now: datetime
) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICES, options=some_options(a=4, b=4, c=4))
    keys = ("a", "b", "c")

    def choose(number: int) -> str:
        sheet = typed(trip, keys[number % 3], keys[(number + 1) % 3])
        return outcome(lambda: register("asks", f"guest{number}@example.org", now=now, sheet=sheet))

    results = Counter(at_once(both, choose, times=18))

    assert set(results) == {"done", "OptionFull"}
    held = [option_taken(event, key) for key in keys]
    assert (sum(held), max(held) <= 4) == (2 * results["done"], True)
    assert taken(event.pool_id) == results["done"]


@pytest.mark.parametrize("is_counted", [True, False])
def test_the_pool_is_what_stops_too_many(
    event: Event, section: int, both: Flask, now: datetime, is_counted: bool
) -> None:
    """The control has no limit, and then all of them get it: the race does reach the option."""
    limit = 3 if is_counted else None
    trip = ask(event, section, now=now, kind=KIND.CHOICE, options=some_options(a=limit, b=None))

    def choose(number: int) -> str:
        sheet = typed(trip, "a")
        return outcome(lambda: register("asks", f"guest{number}@example.org", now=now, sheet=sheet))

    results = Counter(at_once(both, choose, times=12))

    assert results == ({"done": 3, "OptionFull": 9} if is_counted else {"done": 12})


def test_who_swaps_options_crosswise_never_waits_for_ever(
    event: Event, section: int, both: Flask, now: datetime
) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, options=some_options(a=10, b=10))
    there = [
        Known(
            registered(
                "asks", f"guest{number}@example.org", now=now, sheet=typed(trip, "ab"[number % 2])
            ).public_id
        )
        for number in range(8)
    ]

    def swap(number: int) -> str:
        return outcome(lambda: change(there[number], now=now, sheet=typed(trip, "ba"[number % 2])))

    assert at_once(both, swap, times=8) == ["done"] * 8
    assert (option_taken(event, "a"), option_taken(event, "b")) == (4, 4)


def test_limits_set_while_people_register_count_everybody(
    event: Event, section: int, both: Flask, now: datetime
) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, label="Trip?", options=some_options(a=None, b=None))

    def register_or_limit(number: int) -> str:
        if number == 4:
            more = {"kind": KIND.CHOICE, "label": "Trip?", "options": some_options(a=20, b=None)}
            return outcome(lambda: ask_otherwise(get_event("asks"), trip, section, now=now, **more))
        sheet = typed(trip, "a")
        return outcome(lambda: register("asks", f"guest{number}@example.org", now=now, sheet=sheet))

    assert at_once(both, register_or_limit, times=10) == ["done"] * 10
    assert option_taken(event, "a") == 9
