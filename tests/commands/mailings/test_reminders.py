"""Reminders and the question who still comes: once each, and a place goes only when somebody had time to answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.handlers import HANDLERS
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.mailings.models import Reminder
from eventhub.mailings.reminders import (
    answer_question,
    count_answers,
    find_question,
    get_plan,
    list_due,
    list_silent,
    set_plan,
    take_silent_place,
)
from eventhub.mailings.rules import Answer, Plan, PlanUnclear, ReminderKind
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.shapes import Stage
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import AlreadyEnded, RegistrationState
from tests.commands.delegations.leading import add, agree, lead, registration_of
from tests.commands.mailings.writing import an_event, messages, readers, work
from tests.commands.registration.asking import look_again, registered
from tests.commands.registration.questions import a_section, a_sheet, ask, typed
from tests.factories import make_attendee, make_event
from tests.people import at_once, statements

DAY = timedelta(days=1)
ASKS = Plan(reconfirm_days=5, give_back_hours=48)


def plan(event: Event, wanted: Plan, *, now: datetime) -> None:
    with transaction():
        set_plan(event, wanted, by="organiser", now=now)


def look(at: datetime) -> None:
    work("remind", at=at)


def send(at: datetime) -> None:
    work("send_letters", at=at)


def only() -> Registration:
    db.session.rollback()
    db.session.expire_all()
    return get_registration(db.session.scalars(select(Registration.public_id)).one())


def answer(*, comes: bool, now: datetime) -> None:
    registration = only()
    with transaction():
        answer_question(registration, comes=comes, now=now)


def test_nothing_goes_by_itself_unless_the_organiser_wants_it(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now)

    look(event.starts_at - timedelta(hours=1))

    assert (get_plan(event.id), messages()) == (Plan(), [])


def test_a_reminder_goes_once_and_not_before_its_day(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", "Bob", now=now)
    plan(event, Plan(remind_days=2), now=now)

    look(event.starts_at - 2 * DAY - timedelta(seconds=1))
    assert messages() == []
    for _ in range(3):
        look(event.starts_at - 2 * DAY)

    assert readers("reminder") == ["ada@example.org", "bob@example.org"]


def test_two_workers_remind_once(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(*(f"Guest{number}" for number in range(12)), now=now)
    plan(event, Plan(remind_days=7, reconfirm_days=7), now=now)

    at_once(app, lambda _number: HANDLERS["remind"](now + DAY), times=3)

    assert len(readers("reminder")) == len(set(readers("reminder"))) == 12
    assert len(readers("reconfirm")) == len(set(readers("reconfirm"))) == 12


@pytest.mark.parametrize(
    "changes",
    [{"state": RegistrationState.CANCELLED}, {"confirmed_at": datetime.fromisoformat("2027-03-02T08:00Z")}],
)
def test_who_does_not_come_or_confirmed_only_now_gets_none(
    both: Flask, app: Flask, now: datetime, changes: dict[str, Any]
) -> None:
    event = an_event(now=now)
    with transaction():
        make_attendee(event, now=now, **changes)
    plan(event, Plan(remind_days=7), now=now)

    look(now + DAY)

    assert messages() == []


@pytest.mark.parametrize("moment", [timedelta(0), timedelta(hours=5)])
def test_an_event_that_began_reminds_nobody(
    both: Flask, app: Flask, now: datetime, moment: timedelta
) -> None:
    event = an_event("Ada", now=now)
    plan(event, Plan(remind_days=7, reconfirm_days=7), now=now)

    look(event.starts_at + moment)

    assert messages() == []


def test_an_event_that_is_off_reminds_nobody(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now, state=EventState.CANCELLED, cancel_reason={"en": "Storm"})
    plan(event, Plan(remind_days=7), now=now)

    look(now + DAY)

    assert messages() == []


def test_one_strange_registration_stops_no_other(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", "Bob", now=now)
    plan(event, Plan(remind_days=7), now=now)
    with transaction():
        db.session.delete(db.session.scalars(select(Attendee).where(Attendee.full_name == "Ada")).one())

    look(now + DAY)

    assert readers() == ["bob@example.org"]
    assert len(list_due(now=now + DAY)) == 1


def asked(now: datetime) -> Event:
    """Asked five days before the start, and the letter left."""
    event = an_event("Ada", now=now, capacity=5)
    plan(event, ASKS, now=now)
    look(event.starts_at - 5 * DAY)
    send(event.starts_at - 5 * DAY)
    return event


def test_whoever_comes_keeps_the_place(both: Flask, app: Flask, now: datetime) -> None:
    event = asked(now)

    answer(comes=True, now=now)
    answer(comes=True, now=now)
    look(event.starts_at - timedelta(hours=1))

    assert only().state is RegistrationState.CONFIRMED
    assert count_answers(event.id) == {None: 0, Answer.COMES: 1, Answer.GIVES_BACK: 0, Answer.SILENT: 0}


def test_whoever_gives_the_place_back_is_cancelled(both: Flask, app: Flask, now: datetime) -> None:
    event = asked(now)

    answer(comes=True, now=now)
    answer(comes=False, now=now)
    answer(comes=False, now=now)

    assert only().state is RegistrationState.CANCELLED
    assert count_answers(event.id)[Answer.GIVES_BACK] == 1
    assert readers("registration_cancelled") == ["ada@example.org"]
    with pytest.raises(AlreadyEnded):
        answer(comes=True, now=now)


def test_silence_gives_the_place_back_at_its_hour_with_a_reason(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = asked(now)
    gives_back_at = event.starts_at - timedelta(hours=48)

    look(gives_back_at - timedelta(seconds=1))
    assert only().state is RegistrationState.CONFIRMED
    look(gives_back_at)
    look(gives_back_at)

    assert only().state is RegistrationState.CANCELLED
    assert ["heard nothing" in letter.text for letter in messages("registration_cancelled")] == [True]
    with pytest.raises(AlreadyEnded):
        answer(comes=True, now=gives_back_at)


def test_without_the_hour_silence_changes_nothing(both: Flask, app: Flask, now: datetime) -> None:
    event = asked(now)
    plan(event, Plan(reconfirm_days=5), now=now)

    look(event.starts_at - timedelta(hours=1))

    assert only().state is RegistrationState.CONFIRMED
    assert count_answers(event.id)[None] == 1


@pytest.mark.parametrize("state", [MessageState.PARKED, MessageState.QUEUED, MessageState.CANCELLED])
def test_who_never_got_the_question_keeps_the_place(
    both: Flask, app: Flask, now: datetime, state: MessageState
) -> None:
    event = asked(now)
    with transaction():
        db.session.execute(update(Message).values(state=state))

    look(event.starts_at - timedelta(hours=1))

    assert only().state is RegistrationState.CONFIRMED


def test_who_was_asked_late_has_a_day_to_answer(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event("Ada", now=now)
    plan(event, ASKS, now=now)
    late = event.starts_at - timedelta(hours=47)
    look(late)
    send(late)

    look(late + timedelta(hours=23))
    assert only().state is RegistrationState.CONFIRMED
    look(late + timedelta(hours=24))

    assert only().state is RegistrationState.CANCELLED


def test_of_answer_and_end_at_once_one_stands(both: Flask, app: Flask, now: datetime) -> None:
    event = asked(now)
    public_id, later = only().public_id, event.starts_at - timedelta(hours=48)

    def one(number: int) -> bool:
        try:
            with transaction():
                if number:
                    return take_silent_place(public_id, now=later)
                answer_question(get_registration(public_id), comes=True, now=later)
        except AlreadyEnded:
            return False
        return True

    said, taken = at_once(app, one, times=2)

    assert said is not taken
    expected = (
        (RegistrationState.CONFIRMED, Answer.COMES) if said else (RegistrationState.CANCELLED, Answer.SILENT)
    )
    assert (only().state, find_question(only()).answer) == expected
    assert list_silent(now=later) == []


def test_the_row_of_the_question_is_the_registrations(both: Flask, app: Flask, now: datetime) -> None:
    asked(now)

    (row,) = db.session.scalars(select(Reminder))
    assert (row.registration_id, row.kind, row.answer) == (only().id, ReminderKind.RECONFIRM, None)


@pytest.mark.parametrize(
    "wanted",
    [
        Plan(give_back_hours=24),
        Plan(reconfirm_days=1, give_back_hours=1),
        Plan(reconfirm_days=2, give_back_hours=25),
    ],
)
def test_a_plan_that_gives_no_time_to_answer_is_refused(app: Flask, now: datetime, wanted: Plan) -> None:
    event = an_event(now=now)

    with pytest.raises(PlanUnclear):
        plan(event, wanted, now=now)

    assert get_plan(event.id) == Plan()


def test_who_lacks_a_required_answer_is_asked_once_some_days_before_it_is_due(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="heat", capacity=9, starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)
    section, due = a_section(event, now=now), now + 20 * DAY
    later = {"stage": Stage.LATER, "is_required": True}
    passport = ask(event, section, now=now, label="Passport number?", due_at=due, **later)
    ask(event, section, now=now, label="Anything else?", stage=Stage.CONFIRMED)
    for name, language in (("ada", "ru"), ("bob", "en")):
        registered("heat", f"{name}@example.org", now=now, language=language)
    done = registered("heat", "done@example.org", now=now)
    with transaction():
        complete(get_registration(done.public_id), typed(passport, "N 1"), now=now)
    plan(event, Plan(complete_days=5), now=now)
    before = len(messages())

    look(due - 5 * DAY - timedelta(seconds=1))
    assert len(messages()) == before
    for _ in range(2):
        look(due - 5 * DAY)

    asked = [(one.to_email, one.letter, one.language) for one in messages()[before:]]
    assert asked == [
        ("ada@example.org", "complete_your_data", "ru"),
        ("bob@example.org", "complete_your_data", "en"),
    ]
    assert "Passport number?" in messages()[-1].text
    assert "Anything else?" not in messages()[-1].text


def test_a_later_answer_is_asked_for_too_and_only_of_those_who_lack_one(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="heat", capacity=9, starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)
    section, first, second = a_section(event, now=now), now + 10 * DAY, now + 20 * DAY
    later = {"stage": Stage.LATER, "is_required": True}
    passport = ask(event, section, now=now, label="Passport?", due_at=first, **later)
    arrival = ask(event, section, now=now, label="Arrival?", due_at=second, **later)
    registered("heat", "ada@example.org", now=now)
    plan(event, Plan(complete_days=5), now=now)
    before = len(messages())

    for day in (first - 5 * DAY, first, second - 5 * DAY, second - 4 * DAY):
        for _ in range(2):
            look(day)

    asked = [("Passport?" in one.text, "Arrival?" in one.text) for one in messages()[before:]]
    assert asked == [(True, True), (False, True)]
    done = registered("heat", "done@example.org", now=now)
    with transaction():
        complete(get_registration(done.public_id), a_sheet(**{passport: "No", arrival: "No"}), now=now)
    look_again()
    with statements() as said:
        assert list_due(now=second - 4 * DAY) == []
    assert [one for one in said if "answers.value" in one] == []


def test_two_workers_ask_once_for_a_later_answer(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="heat", capacity=9, starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)
    section, later = a_section(event, now=now), {"stage": Stage.LATER, "is_required": True}
    for label, days in (("Passport?", 10), ("Arrival?", 20)):
        ask(event, section, now=now, label=label, due_at=now + days * DAY, **later)
    for number in range(6):
        registered("heat", f"{number}@example.org", now=now)
    plan(event, Plan(complete_days=5), now=now)
    look(now + 5 * DAY)
    before = len(messages())

    at = now + 15 * DAY
    at_once(app, lambda _number: HANDLERS["remind"](at), times=3)

    assert len(messages()) == before + 6


def test_people_of_a_delegation_who_have_not_agreed_are_asked_once_too(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="heat", capacity=9, starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)
    led = lead(event, now=now)
    for name in ("silent", "ready"):
        add(led, f"{name}@example.org", now=now)
    agree(registration_of(led, "ready@example.org"), now=now)
    plan(event, Plan(complete_days=5), now=now)
    before = len(messages())

    for _ in range(2):
        look(event.starts_at - 5 * DAY)

    assert [(one.to_email, one.letter) for one in messages()[before:]] == [
        ("silent@example.org", "delegation_member")
    ]
