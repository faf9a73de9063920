"""Attendance on both databases: from scans at the door, by the rule of the event, and as organisers correct it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.attendance.commands import correct, set_rule
from eventhub.attendance.models import Correction
from eventhub.attendance.personal import export_corrections
from eventhub.attendance.queries import Roll, Somebody, list_entitled, page_of_roll, roll_of
from eventhub.attendance.rules import CorrectedMeanwhile, Rule, SaysSoAlready, Standing, Word
from eventhub.checkin.commands import undo
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.points import PointPlan
from eventhub.checkin.queries import get_door
from eventhub.checkin.rules import Direction
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.models import Event, Session
from eventhub.people.timeline import timeline_of
from eventhub.registration.models import Registration
from eventhub.subjects.erasing import forget
from tests.commands.checkin.test_points import House
from tests.factories import make_attendee, make_event, make_session, make_user
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both")
OPEN = PointPlan(name={"en": "Hall"}, mode=Mode.REENTRY)


@pytest.fixture
def house(app: Flask, now: datetime) -> House:
    with transaction():
        times = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=2)}
        event = make_event(now=now, **times)
        make_attendee(event, now=now, full_name="Борис Пример")
        return House(event, make_user(now=now), make_attendee(event, now=now), now)


def lab_of(house: House) -> Session:
    """From ten to twelve by the hours of the house."""
    with transaction():
        begins = house.now + timedelta(hours=1)
        return make_session(house.event, starts_at=begins, ends_at=begins + timedelta(hours=2))


def roll(house: House, text: str = "") -> Roll:
    db.session.rollback()
    event = db.session.get(Event, house.event.id)
    assert event is not None
    return roll_of(event, text=text)


def ada(house: House) -> Somebody:
    (entry,) = roll(house, "Ada").entries
    return entry.person


def test_attendance_comes_from_scans_that_stand(house: House) -> None:
    lab = lab_of(house)
    hall = house.open(OPEN, kind=PointKind.DAY)
    door = house.open(OPEN, kind=PointKind.SLOT, session=lab)
    lunch = house.open(OPEN)
    house.scan(hall)
    house.scan(door, hours=1)
    house.scan(door, hours=1.5, direction=Direction.EXIT)
    house.scan(lunch, hours=2)
    mistaken = house.scan(hall, hours=3, direction=Direction.EXIT)
    with transaction():
        undo(
            undone_id=mistaken.scan_id,
            scan_id=str(uuid4()),
            door=get_door(hall.public_id),
            reason="Not she",
            crew_id=house.crew.id,
            now=house.now + timedelta(hours=4),
        )

    whole = roll(house)
    assert page_of_roll(house.event, page=5) == whole
    found = {one.person.full_name: one for one in whole.entries}

    assert list(found) == ["Ada Example", "Борис Пример"]
    seat = found["Ada Example"].attendance.seats[lab.id]
    assert (seat.spent, seat.is_attended) == (timedelta(minutes=30), True)
    # Noon in Moscow until the last session of the day, at three.
    assert list(found["Ada Example"].attendance.days.values()) == [timedelta(hours=3)]
    assert [one.standing for one in found.values()] == [Standing.SHORT, Standing.UNSEEN]


def test_who_meets_the_rule_is_entitled_and_the_rule_may_change(house: House) -> None:
    lab = lab_of(house)
    door = house.open(OPEN, kind=PointKind.SLOT, session=lab)
    house.scan(door, hours=1)
    house.scan(door, hours=1.5, direction=Direction.EXIT)
    entitled = []
    for rule in (Rule(least_sessions=1), Rule(least_sessions=1, session_percent=50), Rule()):
        with transaction():
            set_rule(house.event, rule, by="test", now=house.now)
        entitled.append([one.full_name for one in list_entitled(house.event)])
        assert roll(house).rule == rule

    assert entitled == [["Ada Example"], [], []]


def test_a_correction_counts_is_taken_back_and_both_are_told(house: House) -> None:
    lab, by = lab_of(house), house.crew.public_id
    door = house.open(OPEN, kind=PointKind.SLOT, session=lab)
    house.scan(door, hours=1)
    attended = []
    for word in (Word.MISSED, Word.AS_SCANNED):
        with transaction():
            correct(ada(house), lab, word, reason=f"Said {word}", by=by, now=house.now)
        (entry,) = roll(house, "Ada").entries
        attended.append(entry.attendance.seats[lab.id].is_attended)
    with pytest.raises(SaysSoAlready), transaction():
        correct(ada(house), lab, Word.AS_SCANNED, reason="Again", by=by, now=house.now)

    rows = db.session.scalars(select(Correction).order_by(Correction.number)).all()
    told = [one for one in timeline_of(house.guest.registration) if one.what == "attendance.corrected"]

    assert attended == [False, True]
    assert [(one.old, one.new) for one in rows] == [("as_scanned", "missed"), ("missed", "as_scanned")]
    assert {(one.who, one.facts["reason"]) for one in told} == {
        ("Test Organiser", "Said missed"),
        ("Test Organiser", "Said as_scanned"),
    }


def test_of_two_who_correct_at_once_one_looks_again(both: Flask, house: House) -> None:
    number_of_lab, person = lab_of(house).id, ada(house)

    def one(number: int) -> str:
        word = (Word.ATTENDED, Word.MISSED)[number % 2]
        try:
            with transaction():
                lab = db.session.get_one(Session, number_of_lab)
                correct(person, lab, word, reason="Seen", by="test", now=house.now)
        except (CorrectedMeanwhile, SaysSoAlready) as refusal:
            return type(refusal).__name__
        return "done"

    answers = at_once(both, one, times=8)
    numbers = db.session.scalars(select(Correction.number).order_by(Correction.number)).all()

    assert list(numbers) == list(range(1, answers.count("done") + 1))


def test_a_person_is_told_of_corrections_and_forgotten_without_their_reasons(house: House) -> None:
    lab, person = lab_of(house), ada(house)
    with transaction():
        correct(person, lab, Word.ATTENDED, reason="Ada was there", by="test", now=house.now)
    registration = db.session.get(Registration, house.guest.registration_id)
    assert registration is not None
    subject = DataSubject(email_key="", addresses=(), registrations=(registration.public_id,))
    told = export_corrections(subject)

    with transaction():
        forget(subject, now=house.now + timedelta(days=9))

    assert [(one["session"], one["new"], one["reason"]) for one in told] == [
        (lab.title, "attended", "Ada was there")
    ]
    assert db.session.scalars(select(Correction.reason)).all() == [None]
    assert [one.attendance.sessions for one in roll(house).entries] == [1, 0]
