"""Answers, notes and reasons go with the person they are about, and answers of a sensitive class before that."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.people.commands import add_tag, write_note
from eventhub.people.models import Note, Tagging
from eventhub.people.personal import export_notes
from eventhub.privacy import rules as privacy
from eventhub.privacy.rules import KEPT_FOR
from eventhub.registration.forms.models import Answer
from eventhub.registration.forms.personal import export_answers
from eventhub.registration.forms.shapes import DataClass
from eventhub.registration.models import Registration, WaitingEntry
from eventhub.registration.queries import get_registration
from eventhub.registration.waiting import offer_by_hand
from eventhub.subjects.erasing import forget
from eventhub.subjects.retention import list_due, purge
from tests.commands.registration.asking import Known, cancel, count, look_again, register, registered
from tests.commands.registration.questions import a_section, a_sheet, answered, ask
from tests.factories import make_event, make_user


def a_subject(one: Registration | Known) -> DataSubject:
    return DataSubject(email_key="", addresses=(), registrations=(one.public_id,))


def the_answers(now: datetime) -> tuple[Event, Registration]:
    with transaction():
        event = make_event(now=now, slug="heat")
    section = a_section(event, now=now)
    diet = ask(event, section, now=now, label="Diet?", data_class=DataClass.HEALTH)
    topic = ask(event, section, now=now, label="Topic?")
    return event, registered("heat", now=now, sheet=a_sheet(**{diet: "no nuts", topic: "Pumps"}))


def test_forgetting_somebody_takes_the_answers_and_leaves_those_of_others(
    both: Flask, app: Flask, now: datetime
) -> None:
    event, ada = the_answers(now)
    bob = registered("heat", "bob@example.org", now=now)
    over = event.ends_at + timedelta(days=1)
    told = export_answers(ada.id)

    with transaction():
        forget(a_subject(ada), now=over)

    assert [row["answer"] for row in told] == [None, "Pumps"]  # what lies sealed is told apart
    assert (answered(ada), answered(bob)) == ({}, {"Diet?": None, "Topic?": None})


def test_a_sensitive_answer_goes_when_its_time_is_over_and_the_others_stay(
    both: Flask, app: Flask, now: datetime
) -> None:
    event, ada = the_answers(now)
    due = event.ends_at + KEPT_FOR[privacy.DataClass.HEALTH]

    before = [one for one in list_due(now=due - timedelta(seconds=1)) if one.term.kind == "answer"]
    with transaction():
        for task in [one for one in list_due(now=due) if one.term.kind == "answer"]:
            purge(task, now=due)

    assert (before, answered(ada)) == ([], {"Topic?": "Pumps"})
    assert count(Answer) == 1


def test_notes_and_tags_are_told_and_go(both: Flask, app: Flask, now: datetime) -> None:
    event, ada = the_answers(now)
    with transaction():
        staff = make_user("staff@example.org", now=now)
        write_note(get_registration(ada.public_id), "Arrives late.", author_id=staff.id, by="x", now=now)
        add_tag(get_registration(ada.public_id), "VIP", by="x", now=now)
    told = export_notes(a_subject(ada))

    with transaction():
        forget(a_subject(ada), now=event.ends_at + timedelta(days=1))

    assert told == {"notes": [{"text": "Arrives late.", "written_at": now}], "tags": ["VIP"]}
    assert (count(Note), count(Tagging)) == (0, 0)


def test_the_reason_for_a_place_out_of_turn_goes_with_the_person(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="heat", capacity=1, has_waiting_list=True)
    registered("heat", now=now)
    ada = register("heat", "ada@example.org", now=now)
    with transaction():
        offer_by_hand(get_registration(ada.public_id), reason="Came from far.", by="x", now=now)
    kept = db.session.scalars(select(WaitingEntry.reason)).all()
    cancel(ada, now=now)

    with transaction():
        forget(a_subject(ada), now=event.ends_at + timedelta(days=1))

    look_again()
    assert (kept, db.session.scalars(select(WaitingEntry.reason)).all()) == (["Came from far."], [None])
