"""People who come along: each takes a place of its question's pool, and of the event if the organiser says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.answering_offers import accept_offer
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.models import QuestionRow
from eventhub.registration.forms.rules import LimitBelowTaken, MostMissing, NotForSealing
from eventhub.registration.forms.shapes import PEOPLE, DataClass, Option, QuestionKind
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.forms.unfit import CompanionNameMissing, CompanionsFull, TooManyCompanions
from eventhub.registration.handing_over import Colleague, hand_over
from eventhub.registration.models import Registration
from eventhub.registration.proof import list_misheld
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState, SeveralPeople
from tests.commands.registration.asking import (
    Known,
    cancel,
    change,
    look_again,
    register,
    registered,
    state_of,
    taken,
)
from tests.commands.registration.questions import a_section, answered, ask, ask_otherwise, option_taken, typed
from tests.factories import make_event
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")

LINDA, PAUL = {"name": "Linda Example", "note": "partner"}, {"name": "Paul Example", "note": ""}


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="gala", capacity=6, has_waiting_list=True)


def ask_who_comes(
    event: Event, *, now: datetime, places: int | None = None, counts: bool = False, **more
) -> str:
    options = (Option(key=PEOPLE, label={"en": "Who comes along?"}, limit=places),)
    facts = {"at_most": 3, "options": options, "takes_places": counts, **more}
    kind = QuestionKind.ACCOMPANYING
    return ask(event, a_section(event, now=now), now=now, kind=kind, label="Who comes along?", **facts)


def naming(question: str, *people: dict[str, str]) -> Sheet:
    return typed(question, *(text for one in people for text in (one["name"], one["note"])))


def size_of(one: Registration | Known) -> int:
    look_again()
    return get_registration(one.public_id).size


def email(number: int) -> str:
    return f"guest{number}@example.org"


def test_they_take_places_of_their_pool_and_of_the_event_and_give_them_back(
    event: Event, now: datetime
) -> None:
    who = ask_who_comes(event, now=now, places=5, counts=True)
    ada = registered("gala", now=now, sheet=naming(who, LINDA, PAUL))
    assert answered(ada) == {"Who comes along?": [LINDA, PAUL]}
    after = [(option_taken(event, PEOPLE), taken(event.pool_id))]

    change(ada, now=now, sheet=naming(who, PAUL))
    after.append((option_taken(event, PEOPLE), taken(event.pool_id)))
    cancel(ada, now=now)
    after.append((option_taken(event, PEOPLE), taken(event.pool_id)))

    assert after == [(2, 3), (1, 2), (0, 0)]


def test_without_the_organisers_word_they_take_no_place_of_the_event(event: Event, now: datetime) -> None:
    who = ask_who_comes(event, now=now, places=5)

    registered("gala", now=now, sheet=naming(who, LINDA, PAUL))

    assert (option_taken(event, PEOPLE), taken(event.pool_id)) == (2, 1)


def test_one_too_many_for_their_pool_takes_nothing(event: Event, now: datetime) -> None:
    who = ask_who_comes(event, now=now, places=3, counts=True)
    registered("gala", now=now, sheet=naming(who, LINDA, PAUL))

    with pytest.raises(CompanionsFull) as refused:
        register("gala", email(2), now=now, sheet=naming(who, LINDA, PAUL))

    assert refused.value.field == f"q_{who}"
    assert (option_taken(event, PEOPLE), taken(event.pool_id)) == (2, 3)


def test_in_a_full_event_all_of_them_wait_together_and_are_offered_places_together(
    event: Event, now: datetime
) -> None:
    who = ask_who_comes(event, now=now, counts=True)
    first = [registered("gala", email(number), now=now, sheet=naming(who, PAUL)) for number in range(2)]
    group = register("gala", email(9), now=now, sheet=naming(who, LINDA, PAUL))
    states = [state_of(group)]

    cancel(first[0], now=now)
    states.append(state_of(group))
    with transaction():
        accept_offer(get_registration(group.public_id), now=now)

    assert states == [RegistrationState.WAITLISTED, RegistrationState.OFFERED]
    assert (size_of(group), taken(event.pool_id)) == (3, 5)


def test_who_waits_names_people_of_a_limited_question_once_there_is_a_place(
    event: Event, now: datetime
) -> None:
    who = ask_who_comes(event, now=now, places=9, counts=True)
    first = registered("gala", email(1), now=now, sheet=naming(who, LINDA, PAUL, LINDA))
    registered("gala", email(2), now=now, sheet=naming(who, PAUL))
    late = register("gala", email(3), now=now, sheet=naming(who, PAUL))
    assert (state_of(late), size_of(late), option_taken(event, PEOPLE)) == ("waitlisted", 1, 4)

    cancel(first, now=now)
    with transaction():
        accept_offer(get_registration(late.public_id), now=now)
    with transaction():
        complete(get_registration(late.public_id), naming(who, PAUL), now=now)

    assert (size_of(late), option_taken(event, PEOPLE), taken(event.pool_id)) == (2, 2, 4)


@pytest.mark.parametrize(
    ("people", "refusal"),
    [([{"name": "", "note": "my son"}], CompanionNameMissing), ([PAUL] * 4, TooManyCompanions)],
)
def test_a_note_without_a_name_and_too_many_people_are_refused(
    event: Event, now: datetime, people: list[dict[str, str]], refusal: type[Refusal]
) -> None:
    who = ask_who_comes(event, now=now)

    with pytest.raises(refusal):
        register("gala", now=now, sheet=naming(who, *people))


def test_a_limit_that_comes_later_counts_those_who_are_named_already(event: Event, now: datetime) -> None:
    who = ask_who_comes(event, now=now)
    registered("gala", now=now, sheet=naming(who, LINDA, PAUL))

    def limit(places: int) -> None:
        options = (Option(key=PEOPLE, label={"en": "Who?"}, limit=places),)
        section = db.session.scalars(select(QuestionRow.section_id).filter_by(public_id=who)).one()
        facts = {"kind": QuestionKind.ACCOMPANYING, "at_most": 3, "options": options}
        ask_otherwise(event, who, section, now=now, **facts)

    with pytest.raises(LimitBelowTaken) as refused:
        limit(1)
    limit(4)

    assert (refused.value.field, option_taken(event, PEOPLE)) == ("options", 2)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"at_most": None}, MostMissing),
        ({"at_most": 11}, MostMissing),
        ({"data_class": DataClass.HEALTH}, NotForSealing),
    ],
)
def test_the_question_needs_a_most_and_lies_open(
    event: Event, now: datetime, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        ask_who_comes(event, now=now, **changes)


def test_who_brings_people_hands_nothing_over_until_they_stay_at_home(event: Event, now: datetime) -> None:
    who = ask_who_comes(event, now=now, counts=True)
    ada = registered("gala", now=now, sheet=naming(who, PAUL))
    colleague = Colleague(full_name="New Person", email="new@example.org")

    with pytest.raises(SeveralPeople), transaction():
        hand_over(get_registration(ada.public_id), colleague, now=now)
    change(ada, now=now, sheet=naming(who))
    with transaction():
        heir = Known(hand_over(get_registration(ada.public_id), colleague, now=now).public_id)

    assert (size_of(heir), taken(event.pool_id)) == (1, 1)


def test_the_proof_sees_people_who_are_not_counted(event: Event, now: datetime) -> None:
    who = ask_who_comes(event, now=now, counts=True)
    ada = registered("gala", now=now, sheet=naming(who, LINDA, PAUL))
    assert list_misheld() == []

    for number in (1, 2):
        with transaction():
            db.session.execute(update(Registration).values(companions=number))
        look_again()
        assert [one.why for one in list_misheld()] == (
            [f"3 instead of 2 of pool {event.pool_id}", "more or fewer places than accompanying persons"]
            if number == 1
            else []
        )
    assert size_of(ada) == 3


def guarded(slug: str, _pool: int, who: str, number: int, *, now: datetime) -> None:
    register(slug, email(number), now=now, sheet=naming(who, LINDA, PAUL))


def unguarded(_slug: str, pool_id: int, _who: str, _number: int, *, now: datetime) -> None:
    """The control: read, think, write."""
    with transaction():
        pool = db.session.get_one(CapacityPool, pool_id)
        if pool.taken + 3 > pool.capacity:
            raise CompanionsFull()
        sleep(0.02)
        more = update(CapacityPool).where(CapacityPool.id == pool.id)
        db.session.execute(more.values(taken=pool.taken + 3))


@pytest.mark.parametrize(("take", "is_exact"), [(guarded, True), (unguarded, False)])
def test_groups_of_three_at_once_fill_an_event_exactly_and_the_control_does_not(
    postgresql_app: Flask, app: Flask, now: datetime, take: Callable[..., None], is_exact: bool
) -> None:
    with postgresql_app.app_context():
        won = _rush(postgresql_app, take, now=now)

        assert (won == 3) is is_exact
        if not is_exact:
            with transaction():
                db.session.execute(update(CapacityPool).values(taken=0))


def test_groups_of_three_at_once_fill_an_event_exactly_on_one_writer(app: Flask, now: datetime) -> None:
    assert _rush(app, guarded, now=now) == 3


def _rush(app: Flask, take: Callable[..., None], *, now: datetime) -> int:
    """How many of twelve groups of three had places of ten."""
    with transaction():
        event = make_event(now=now, capacity=10)
    who, place = ask_who_comes(event, now=now, counts=True), (event.slug, event.pool_id)

    def one(number: int) -> str:
        try:
            take(*place, who, number, now=now)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    return at_once(app, one, times=12).count("done")
