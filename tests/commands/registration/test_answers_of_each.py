"""Questions that each of a family is asked: own answers, own places of limited options, and nothing left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventhub.checkin.crew_answers import facts_of_tickets
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mailings.reminders import list_due, set_plan
from eventhub.mailings.rules import Plan, ReminderKind
from eventhub.privacy.models import SealedValue
from eventhub.registration.forms.completing import complete, list_to_complete
from eventhub.registration.forms.each import name_for, newcomer
from eventhub.registration.forms.models import AttendeeAnswer
from eventhub.registration.forms.personal import export_answers
from eventhub.registration.forms.queries import list_own_answers
from eventhub.registration.forms.rules import AskedOnce, DependsOnEach, LimitBelowTaken
from eventhub.registration.forms.shapes import Audience, Condition, DataClass, QuestionKind, Relation, Test
from eventhub.registration.forms.unfit import AnswerMissing, OptionFull
from eventhub.registration.models import Registration
from eventhub.registration.parties.changing import change_party
from eventhub.registration.personal import forget_registrations
from eventhub.registration.queries import get_registration
from tests.commands.registration.asking import an_ask, check_the_books, look_again, register, registered
from tests.commands.registration.parties import SIX, a_child, a_family, a_group
from tests.commands.registration.questions import (
    a_section,
    a_sheet,
    ask,
    ask_otherwise,
    option_taken,
    some_options,
)
from tests.factories import make_event
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both", "books")

SIZE = {"kind": QuestionKind.CHOICE, "label": "Size?", "is_required": True, "is_for_each": True}
FOOD = {"label": "Allergies?", "data_class": DataClass.HEALTH, "is_for_each": True}


@pytest.fixture
def books(app: Flask) -> Iterator[None]:
    yield
    check_the_books()


@pytest.fixture
def picnic(app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="picnic", capacity=20, takes_families=True, takes_school_groups=True)


@pytest.fixture
def section(picnic: Event, now: datetime) -> int:
    return a_section(picnic, now=now)


def of(name: str, *texts: str) -> dict[str, str]:
    """What the adult and then each child says."""
    return {name if at == 0 else name_for(name, newcomer(at - 1)): text for at, text in enumerate(texts)}


def said(registration: Registration) -> list[tuple[str, str, object]]:
    """Who answered what, in order."""
    look_again()
    number = get_registration(registration.public_id).id
    return [(one.question.content.label["en"], one.person, one.value) for one in list_own_answers(number)]


def changed(registration: Registration, *children, typed: Mapping[str, str], now: datetime) -> None:
    with transaction():
        there = get_registration(registration.public_id)
        change_party(there, an_ask(party=a_family(*children), sheet=a_sheet(**typed)), now=now)


def there(registration: Registration) -> list[tuple[int, str]]:
    """The ids and tickets of the children."""
    look_again()
    children = get_registration(registration.public_id).attendees[1:]
    return [(one.id, one.ticket.number) for one in children if one.ticket]


def test_each_answers_takes_a_place_and_leaves_nothing_behind(
    picnic: Event, section: int, now: datetime
) -> None:
    size = ask(picnic, section, now=now, **SIZE, options=some_options(s=3, m=None))
    food = ask(picnic, section, now=now, **FOOD)
    typed = {**of(size, "m", "s", "s"), **of(food, "", "nuts", "milk")}
    two = (a_child(), a_child("Gleb Example", SIX))
    family = registered("picnic", now=now, party=a_family(*two), sheet=a_sheet(**typed))
    assert option_taken(picnic, "s") == 2
    assert said(family) == [
        ("Size?", "", "m"),
        ("Size?", "Vera Example", "s"),
        ("Size?", "Gleb Example", "s"),
        ("Allergies?", "", None),
        ("Allergies?", "Vera Example", "nuts"),
        ("Allergies?", "Gleb Example", "milk"),
    ]

    with pytest.raises(OptionFull) as full:
        registered(
            "picnic",
            "other@example.org",
            now=now,
            party=a_family(*two),
            sheet=a_sheet(**of(size, "m", "s", "s")),
        )
    (_vera, _ticket), (gleb, ticket) = there(family)
    after = {
        size: "s",
        name_for(size, str(gleb)): "s",
        name_for(food, str(gleb)): "milk",
        name_for(size, newcomer(1)): "m",
        name_for(food, newcomer(1)): "fish",
    }
    changed(family, replace(two[1], ticket=ticket), a_child("Lev Example"), typed=after, now=now)

    assert full.value.field == f"q_{size}.n0"
    assert [one for one in said(family) if one[0] == "Size?"] == [
        ("Size?", "", "s"),
        ("Size?", "Gleb Example", "s"),
        ("Size?", "Lev Example", "m"),
    ]
    exported = [(one.get("person"), one["answer"]) for one in export_answers(family.id)]
    assert exported[3:] == [(None, None), ("Gleb Example", None), ("Lev Example", None)]
    open_ones = db.session.scalar(
        select(func.count()).select_from(SealedValue).where(SealedValue.ciphertext.is_not(None))
    )
    assert (open_ones, option_taken(picnic, "s")) == (2, 2)

    whole = DataSubject(
        email_key="guest@example.org", addresses=(), registrations=(family.public_id,), is_whole=True
    )
    with transaction():
        forget_registrations(whole, now=now)

    assert db.session.scalars(select(AttendeeAnswer)).all() == []


def test_a_condition_looks_at_the_persons_own_answer(picnic: Event, section: int, now: datetime) -> None:
    allergic = ask(picnic, section, now=now, kind=QuestionKind.YES_NO, label="Allergic?", is_for_each=True)
    asked = Condition(tests=(Test(question=allergic, relation=Relation.EQUALS, value="yes"),))
    to_what = {"label": "To what?", "is_required": True, "condition": asked}
    with pytest.raises(DependsOnEach):
        ask(picnic, section, now=now, **to_what)
    what = ask(picnic, section, now=now, **to_what, is_for_each=True)
    typed = of(allergic, "no", "yes", "no")

    with pytest.raises(AnswerMissing) as missing:
        registered("picnic", now=now, party=a_family(a_child(), a_child("Gleb")), sheet=a_sheet(**typed))
    full = {**typed, **of(what, "dropped", "cats")}
    family = registered("picnic", now=now, party=a_family(a_child(), a_child("Gleb")), sheet=a_sheet(**full))

    assert missing.value.field == f"q_{what}.n0"
    assert [one for one in said(family) if one[0] == "To what?"] == [("To what?", "Vera Example", "cats")]


def test_what_is_asked_of_each_from_now_on_is_open_for_each_and_reminded_of(
    picnic: Event, section: int, now: datetime
) -> None:
    once = {**SIZE, "is_for_each": False, "options": some_options(s=None, m=None)}
    size = ask(picnic, section, now=now, **once)
    family = registered("picnic", now=now, party=a_family(), sheet=a_sheet(**{size: "s"}))
    registered("picnic", "school@example.org", now=now, party=a_group(2), sheet=a_sheet(**{size: "s"}))
    ask_otherwise(picnic, size, section, now=now, **{**once, "is_for_each": True})
    with transaction():
        set_plan(picnic, Plan(complete_days=3), by="test-organiser", now=now)
    ((vera, _ticket),) = there(family)
    child, shortly = name_for(size, str(vera)), picnic.starts_at - timedelta(days=2)

    open_ones = [one.public_id for one in list_to_complete(get_registration(family.public_id), now=now)]
    due = list_due(now=shortly)
    with transaction():
        complete(get_registration(family.public_id), a_sheet(**{child: "s"}), now=now)

    assert (open_ones, due) == ([child], [(family.public_id, ReminderKind.COMPLETE)])
    assert said(family) == [("Size?", "", "s"), ("Size?", "Vera Example", "s")]
    assert list_due(now=shortly) == []
    with pytest.raises(LimitBelowTaken):
        ask_otherwise(picnic, size, section, now=now, **{**SIZE, "options": some_options(s=2, m=None)})
    ask_otherwise(picnic, size, section, now=now, **{**SIZE, "options": some_options(s=3, m=None)})
    assert option_taken(picnic, "s") == 3


def test_families_at_once_take_as_many_places_of_an_option_as_there_are(
    both: Flask, picnic: Event, section: int, now: datetime
) -> None:
    size = ask(picnic, section, now=now, **SIZE, options=some_options(s=5, m=None))

    def come(number: int) -> str:
        party, sheet = a_family(a_child()), a_sheet(**of(size, "s", "s"))
        try:
            register("picnic", f"{number}@example.org", now=now, party=party, sheet=sheet)
        except OptionFull:
            return "full"
        return "in"

    assert Counter(at_once(both, come, times=6)) == {"in": 2, "full": 4}
    assert option_taken(picnic, "s") == 4


def test_the_door_reads_of_each_what_this_person_said(picnic: Event, section: int, now: datetime) -> None:
    bus = ask(picnic, section, now=now, label="Bus?", audience=Audience.CREW)
    size = ask(picnic, section, now=now, **SIZE, options=some_options(s=None, m=None), audience=Audience.CREW)
    typed = {bus: "Blue", **of(size, "m", "s")}
    family = registered("picnic", now=now, party=a_family(), sheet=a_sheet(**typed))
    group = registered("picnic", "b@example.org", now=now, party=a_group(1), sheet=a_sheet(**{size: "s"}))
    look_again()
    people = [one for each in (family, group) for one in get_registration(each.public_id).attendees]

    facts = facts_of_tickets([one.ticket_id for one in people if one.ticket_id], event_id=picnic.id)

    assert [[one.value for one in facts[person.ticket_id or 0].answers] for person in people] == [
        ["Blue", "m"],
        ["Blue", "s"],
        ["s"],
        ["s"],
    ]


def test_what_makes_no_sense_of_each_is_refused(picnic: Event, section: int, now: datetime) -> None:
    with pytest.raises(AskedOnce):
        ask(picnic, section, now=now, kind=QuestionKind.DOCUMENT, is_for_each=True)
