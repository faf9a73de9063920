"""Answers about health and visas: nowhere in the clear, still answers for the rules, opened with a reason alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.cli.upgrading import bring_up_to_date
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mailings.reminders import list_due, set_plan
from eventhub.mailings.rules import Plan, ReminderKind
from eventhub.privacy.models import SealedValue
from eventhub.privacy.rules import DataClass as Kept
from eventhub.privacy.rules import NothingSealed, WhyMissing, ended_before
from eventhub.privacy.sealed import list_openings
from eventhub.registration.approval_preview import preview_of
from eventhub.registration.approving import approve
from eventhub.registration.forms.models import Answer
from eventhub.registration.forms.queries import list_answers
from eventhub.registration.forms.rules import NotSealed
from eventhub.registration.forms.sealing import LIES_SEALED, open_answer
from eventhub.registration.forms.shapes import Condition, DataClass, QuestionKind, Relation, Stage, Test
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.subjects.retention import list_due as list_to_purge
from eventhub.subjects.retention import purge
from tests.commands.registration.asking import change, look_again, registered
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
from tests.factories import make_event
from tests.people import statements

pytestmark = pytest.mark.usefixtures("books")

NUMBER = "4509 123456"
PLAIN = "4509 654321"
WORDS = {
    "kind": QuestionKind.PASSPORT,
    "label": "Passport",
    "data_class": DataClass.VISA,
    "is_required": True,
}


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now)


@pytest.fixture
def passport(event: Event, now: datetime) -> str:
    return ask(event, a_section(event, now=now), now=now, **WORDS)


@pytest.fixture
def guest(event: Event, passport: str, now: datetime) -> Registration:
    return registered(event.slug, now=now, sheet=typed(passport, NUMBER))


def rows() -> list[object]:
    look_again()
    return list(db.session.scalars(select(Answer.value)))


def sealed() -> list[tuple[str, bool]]:
    """Class of what lies sealed, and whether it is there still."""
    look_again()
    found = db.session.scalars(select(SealedValue).order_by(SealedValue.id))
    return [(one.data_class.value, one.ciphertext is not None) for one in found]


def test_a_passport_number_lies_sealed_and_is_an_answer_all_the_same(guest: Registration) -> None:
    assert rows() == [LIES_SEALED]
    assert sealed() == [("V", True)]
    assert answered(guest) == {"Passport": NUMBER}
    assert [(one.value, one.is_sealed) for one in list_answers(guest.id)] == [(None, True)]


def test_a_passport_number_is_visa_data(event: Event, now: datetime) -> None:
    with pytest.raises(NotSealed):
        ask(event, a_section(event, now=now), now=now, **{**WORDS, "data_class": DataClass.REGISTRATION})


def test_it_is_opened_with_a_reason_and_its_owner_sees_that(guest: Registration, now: datetime) -> None:
    (answer,) = list_answers(guest.id)
    with transaction():
        opened = open_answer(guest, answer, why="The invitation", by="organiser", now=now)
    with pytest.raises(WhyMissing), transaction():
        open_answer(guest, answer, why=" ", by="organiser", now=now)

    openings = [(one.by, one.why) for one in list_openings(("registration", guest.public_id))]
    assert (opened.value, openings) == (NUMBER, [("organiser", "The invitation")])


def test_left_empty_it_stays_and_typed_anew_it_is_replaced(
    guest: Registration, passport: str, now: datetime
) -> None:
    change(guest, now=now, sheet=typed(passport, ""))
    kept = answered(guest)
    change(guest, now=now, sheet=typed(passport, "7700 654321"))

    assert (kept, answered(guest)) == ({"Passport": NUMBER}, {"Passport": "7700 654321"})
    assert (rows(), sealed()) == ([LIES_SEALED], [("V", True)])


def test_a_diet_that_is_taken_back_leaves_nothing_sealed(event: Event, now: datetime) -> None:
    diet = ask(
        event, a_section(event, now=now), now=now, kind=QuestionKind.LONG_TEXT, data_class=DataClass.HEALTH
    )
    guest = registered(event.slug, now=now, sheet=typed(diet, "No nuts"))
    before = sealed()
    change(guest, now=now, sheet=typed(diet, ""))

    assert (before, sealed()) == ([("H", True)], [("H", False)])
    assert (rows(), answered(guest)) == ([None], {"Why?": None})


def test_a_limit_that_is_set_late_counts_sealed_answers(event: Event, now: datetime) -> None:
    section = a_section(event, now=now)
    words = {"kind": QuestionKind.DIETARY, "data_class": DataClass.HEALTH}
    diet = ask(event, section, now=now, options=some_options(vegan=None, halal=None), **words)
    registered(event.slug, now=now, sheet=typed(diet, "vegan"))
    ask_otherwise(event, diet, section, now=now, options=some_options(vegan=5, halal=None), **words)

    assert option_taken(event, "vegan") == 1


def test_it_goes_when_the_time_of_its_class_is_over(guest: Registration, event: Event, now: datetime) -> None:
    later = now + timedelta(days=400)
    assert event.ends_at < ended_before(Kept.VISA, now=later)
    with transaction():
        for task in list(list_to_purge(now=later)):
            purge(task, now=later)

    assert (sealed(), rows()) == ([("V", False)], [])


def test_what_is_gone_opens_no_more(guest: Registration, now: datetime) -> None:
    (answer,) = list_answers(guest.id)
    with transaction():
        for row in db.session.scalars(select(SealedValue)):
            row.ciphertext, row.removed_at = None, now
    with pytest.raises(NothingSealed), transaction():
        open_answer(guest, answer, why="The invitation", by="organiser", now=now)

    assert answered(guest) == {"Passport": None}


def test_what_lay_plain_from_before_is_sealed_once_and_nothing_else_is_touched(
    event: Event, passport: str, now: datetime
) -> None:
    open_one = ask(event, a_section(event, now=now), now=now, label="Why?")
    ada = registered(event.slug, now=now, sheet=a_sheet(**{passport: NUMBER, open_one: "Old times"}))
    borys = registered(event.slug, "b@example.org", now=now, sheet=typed(passport, NUMBER))
    with transaction():
        rows = db.session.scalars(select(Answer).where(Answer.registration_id == ada.id)).all()
        next(one for one in rows if one.value == LIES_SEALED).value = PLAIN

    done = [bring_up_to_date(), bring_up_to_date()]

    look_again()
    stored = db.session.scalars(select(Answer.value).where(Answer.registration_id == ada.id)).all()
    assert (done, sorted(map(str, stored))) == ([1, 0], ["Old times", str(LIES_SEALED)])
    assert answered(ada) == {"Passport": PLAIN, "Why?": "Old times"}
    assert answered(borys) == {"Passport": NUMBER, "Why?": None}


def test_the_rules_see_the_sealed_answers_of_many_in_as_many_statements_as_of_one(
    event: Event, now: datetime
) -> None:
    with transaction():
        event.needs_approval = True
        set_plan(event, Plan(complete_days=2), by="chief", now=now)
    words = {"kind": QuestionKind.DIETARY, "data_class": DataClass.HEALTH}
    section = a_section(event, now=now)
    diet = ask(event, section, now=now, options=some_options(vegan=1, halal=None), **words)
    is_vegan = Condition(tests=(Test(question=diet, relation=Relation.EQUALS, value="vegan"),))
    asked = {"stage": Stage.LATER, "due_at": event.starts_at, "is_required": True, "condition": is_vegan}
    ask(event, section, now=now, **asked)
    guests = [
        registered(event.slug, f"{number}@example.org", now=now, sheet=typed(diet, "vegan")).public_id
        for number in range(3)
    ]
    counted: list[int] = []
    for one in guests[:1], guests:
        look_again()
        with statements() as said:
            preview = preview_of(get_registration(guests[0]).event, one)
        counted.append(len(said))
    with transaction():
        approve(get_registration(guests[0]), by="chief", now=now)

    assert ([one.public_id for one in preview.placed], len(preview.left_out)) == (guests[:1], 2)
    assert counted[0] == counted[1]
    later = event.starts_at - timedelta(days=1)
    assert list_due(now=later) == [(guests[0], ReminderKind.COMPLETE)]
    assert list_openings(*(("registration", one) for one in guests)) == []
