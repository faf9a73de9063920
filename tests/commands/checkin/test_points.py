"""Check-in points on both databases: who is admitted where, when and how often, and rules that change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from eventhub.accounts.models import User
from eventhub.checkin import commands
from eventhub.checkin.commands import redeem, undo
from eventhub.checkin.judging import Mode, PointKind, Window
from eventhub.checkin.models import CheckInPoint, Gate, Presence, Scan
from eventhub.checkin.parties import get_party
from eventhub.checkin.people import count_people, search_people
from eventhub.checkin.points import (
    DoorQuestion,
    HasWholeEvent,
    PointChanged,
    PointPlan,
    add_gate,
    add_point,
    add_points_of_sessions,
    change_gate,
    change_point,
    plan_of,
    whole_event,
)
from eventhub.checkin.queries import get_door
from eventhub.checkin.rules import Direction, ScanIdTaken, ScanSource, Verdict
from eventhub.checkin.showing import ScanRecord, Showing, shown_by_code
from eventhub.db import db, transaction
from eventhub.events.models import Event, Session
from eventhub.events.programme import remove_session
from eventhub.events.rules import EventState
from eventhub.registration.models import Attendee, SessionChoice
from eventhub.registration.parties.models import Seat
from eventhub.registration.types.queries import types_of
from eventhub.registration.types.rules import Paying
from eventhub.registration.types.taking import owe
from eventhub.tickets.queries import code_of
from tests.commands.registration.types import make_type
from tests.factories import make_attendee, make_event, make_family, make_session, make_user
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both")
MEAL = PointPlan(name={"en": "Lunch"}, mode=Mode.ONCE)
PHOTO = DoorQuestion(id="photo", text={"en": "Photo consent seen"}, required=True)


@dataclass
class House:
    """An event of three days that is on, with a crew and a guest."""

    event: Event
    crew: User
    guest: Attendee
    now: datetime

    def open(
        self, plan: PointPlan, *, kind: PointKind = PointKind.MEAL, session: Session | None = None
    ) -> Gate:
        with transaction():
            who = {"event_id": self.event.id, "session": session, "by": "test", "now": self.now}
            point = add_point(kind=kind, plan=plan, **who)
        return db.session.scalars(select(Gate).where(Gate.point_id == point.id)).one()

    def showing(self, gate: Gate, guest: Attendee | None = None, **changes: Any) -> Showing:
        plain = Showing(
            scan_id=str(uuid4()),
            gate_id=gate.id,
            event_id=self.event.id,
            shown=shown_by_code(code_of((guest or self.guest).ticket)),
            direction=Direction.ENTRY,
            source=ScanSource.CAMERA,
            crew_id=self.crew.id,
        )
        return replace(plain, **changes)

    def scan(
        self, gate: Gate, guest: Attendee | None = None, *, hours: float = 0, **changes: Any
    ) -> ScanRecord:
        with transaction():
            return redeem(self.showing(gate, guest, **changes), now=self.now + timedelta(hours=hours))

    def said(self, gate: Gate, *hours: float, **changes: Any) -> list[Verdict]:
        return [self.scan(gate, hours=each, **changes).verdict for each in hours]


@pytest.fixture
def house(app: Flask, now: datetime) -> House:
    with transaction():
        times = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=3)}
        event = make_event(now=now, **times)
        return House(event, make_user(now=now), make_attendee(event, now=now), now)


def test_being_inside_the_event_and_having_eaten_are_told_apart(house: House) -> None:
    with transaction():
        entrance = add_gate(event_id=house.event.id, name={"en": "A"}, by="test", now=house.now)
    lunch = house.open(MEAL)

    assert house.said(entrance, 0, 1) == [Verdict.ADMIT, Verdict.ALREADY_IN]
    assert house.said(lunch, 2, 3) == [Verdict.ADMIT, Verdict.USED]
    assert house.scan(lunch, hours=4, direction=Direction.EXIT).verdict is Verdict.NOT_INSIDE
    assert house.scan(entrance, hours=5, direction=Direction.EXIT).verdict is Verdict.LEFT
    counts = [count_people(get_door(gate.public_id)) for gate in (entrance, lunch)]
    assert [(one.inside, one.admitted, one.total) for one in counts] == [(0, 1, 1), (1, 1, 1)]


def test_what_was_used_says_when_and_at_which_gate_also_after_leaving(house: House) -> None:
    gate = house.open(PointPlan(name={"en": "Hall"}, mode=Mode.ONCE), kind=PointKind.DAY)
    with transaction():
        side = add_gate(
            event_id=house.event.id, name={"en": "Side door"}, point=gate.point, by="test", now=house.now
        )
    house.scan(gate)
    house.scan(side, hours=1, direction=Direction.EXIT)

    again = house.scan(side, hours=2)

    assert (again.verdict, again.moment, again.first_gate) == (Verdict.USED, house.now, {"en": "Hall"})


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (Mode.ONCE, ["admit", "used", "used"]),
        (Mode.DAILY, ["admit", "used", "admit"]),
        (Mode.REENTRY, ["admit", "already_in", "already_in"]),
        (Mode.UNLIMITED, ["admit", "admit", "admit"]),
    ],
)
def test_how_often_one_ticket_is_admitted(house: House, mode: Mode, said: list[str]) -> None:
    gate = house.open(PointPlan(name={"en": "Hall"}, mode=mode), kind=PointKind.DAY)

    assert house.said(gate, 0, 1, 25) == said


def test_an_undone_admission_of_the_second_day_leaves_that_of_the_first(house: House) -> None:
    gate = house.open(PointPlan(name={"en": "Hall"}, mode=Mode.DAILY), kind=PointKind.DAY)
    first, _second = house.scan(gate), house.scan(gate, hours=1)
    third = house.scan(gate, hours=25)

    with transaction():
        undo(
            undone_id=third.scan_id,
            scan_id=str(uuid4()),
            door=get_door(gate.public_id),
            reason="Wrong person",
            crew_id=house.crew.id,
            now=house.now + timedelta(hours=26),
        )

    row = db.session.scalars(select(Presence)).one()
    assert (row.scan_id, row.entered_at, row.is_inside) == (first.scan_id, house.now, True)
    assert house.said(gate, 26) == [Verdict.ADMIT]


def redeem_at_once(both: Flask, house: House, gate: Gate) -> Counter[Verdict]:
    showings = [house.showing(gate) for _ in range(30)]

    def one(number: int) -> Verdict:
        with transaction():
            return redeem(showings[number], now=house.now).verdict

    return Counter(at_once(both, one, times=30))


@pytest.mark.parametrize("mode", [Mode.ONCE, Mode.DAILY])
def test_of_thirty_at_once_one_eats(both: Flask, house: House, mode: Mode) -> None:
    gate = house.open(replace(MEAL, mode=mode))

    assert redeem_at_once(both, house, gate) == {Verdict.ADMIT: 1, Verdict.USED: 29}


def test_without_the_guard_several_eat(both: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: look, then write. SQLite's one writer still guards."""
    gate = house.open(MEAL)
    row = {"ticket": house.guest.ticket_id, "point": gate.point_id}

    def moved(*_facts: object, **_more: object) -> bool:
        if db.engine.dialect.name == "postgresql":
            db.session.execute(select(func.pg_sleep(0.05)))
        db.session.execute(text(_UNGUARDED), row)
        return True

    monkeypatch.setattr(commands, "_moved", moved)
    admitted = redeem_at_once(both, house, gate)[Verdict.ADMIT]

    assert admitted == 1 if db.engine.dialect.name == "sqlite" else admitted > 1


_UNGUARDED = """
INSERT INTO presences (ticket_id, point_id, is_inside, scan_id, since, entered_at)
VALUES (:ticket, :point, true, 's', '2027-01-01 00:00:00', '2027-01-01 00:00:00') ON CONFLICT DO NOTHING
"""


def test_only_named_types_are_admitted_each_in_its_hours(house: House) -> None:
    vip, press = (make_type(house.event, name, now=house.now).public_id for name in ("VIP", "Press"))
    ids = {one.public_id: one.id for one in types_of(house.event)}
    later = house.now + timedelta(hours=2)
    gate = house.open(replace(MEAL, types={vip: Window(), press: Window(later, None)}))
    with transaction():
        guests = [
            make_attendee(house.event, now=house.now, ticket_type_id=ids[name]) for name in (vip, press)
        ]

    said = [house.scan(gate, guest) for guest in (*guests, house.guest)]

    assert [one.verdict for one in said] == [Verdict.ADMIT, Verdict.NOT_YET, Verdict.WRONG_TYPE]
    assert said[1].moment == later
    assert house.scan(gate, guests[1], hours=2).verdict is Verdict.ADMIT
    assert count_people(get_door(gate.public_id)).total == 2


def test_a_workshop_admits_who_has_booked_it_and_of_a_family_who_sits_in_it(house: House) -> None:
    now = house.now
    with transaction():
        workshop = make_session(house.event, starts_at=now, ends_at=now + timedelta(hours=2))
        booked, other = (make_attendee(house.event, now=now) for _ in range(2))
        family = make_family(house.event, now=now, names=("Ada Example", "Vera Example"))
        for one in (booked, family[0]):
            db.session.add(SessionChoice(registration_id=one.registration_id, session_id=workshop.id))
        db.session.add(Seat(attendee_id=family[1].id, session_id=workshop.id))
        assert add_points_of_sessions(house.event, by="test", now=now) == 1
    gate = db.session.scalars(
        select(Gate).join(CheckInPoint).where(CheckInPoint.kind == PointKind.SLOT)
    ).one()

    said = [house.scan(gate, one).verdict for one in (booked, other, *family)]

    assert said == [Verdict.ADMIT, Verdict.NOT_BOOKED, Verdict.NOT_BOOKED, Verdict.ADMIT]
    assert count_people(get_door(gate.public_id)).total == 2
    with transaction():
        assert add_points_of_sessions(house.event, by="test", now=now) == 0


def test_a_session_is_open_from_half_an_hour_before_it(house: House) -> None:
    with transaction():
        starts_at = house.now + timedelta(hours=4)
        talk = make_session(house.event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    gate = house.open(PointPlan(name={"en": "Talk"}, mode=Mode.REENTRY), kind=PointKind.SESSION, session=talk)

    assert house.said(gate, 3.4, 3.5, 5) == [Verdict.NOT_YET, Verdict.ADMIT, Verdict.OVER]


def test_who_owes_does_not_enter_where_all_must_have_paid(house: House) -> None:
    make_type(house.event, "Guest", now=house.now, price=100, paying=Paying.ON_SPOT)
    gate = house.open(replace(MEAL, paid_only=True))
    with transaction():
        owe(house.guest.registration_id, types_of(house.event))

    assert house.scan(gate).verdict is Verdict.UNPAID


def test_what_has_to_be_checked_is_asked_before_anything_is_stored(house: House) -> None:
    band = DoorQuestion(id="band", text={"en": "Wristband given"}, required=False)
    gate = house.open(replace(MEAL, questions=[PHOTO, band]))
    scan_id = str(uuid4())

    asked = house.scan(gate, scan_id=scan_id)
    assert (asked.verdict, db.session.scalars(select(Scan)).all()) == (Verdict.ASK, [])
    admitted = house.scan(gate, scan_id=scan_id, ticked=("photo",))

    assert (admitted.verdict, house.scan(gate, scan_id=scan_id)) == (Verdict.ADMIT, admitted)
    assert db.session.scalars(select(Scan.ticked)).all() == [["photo"]]


def test_a_scan_keeps_its_answer_and_the_version_of_the_rules_when_they_change(house: House) -> None:
    gate = house.open(MEAL)
    scan_id = str(uuid4())
    first = house.scan(gate, scan_id=scan_id)
    with transaction():
        late = replace(MEAL, opens_at=house.now + timedelta(days=1), name={"en": "Dinner"})
        change_point(gate.point, late, version=1, by="test", now=house.now)

    assert house.scan(gate, scan_id=scan_id, hours=1) == first
    assert house.scan(gate, hours=1).verdict is Verdict.NOT_YET
    versions = select(Scan.verdict, Scan.rules_version).order_by(Scan.id)
    assert [tuple(row) for row in db.session.execute(versions)] == [(Verdict.ADMIT, 1), (Verdict.NOT_YET, 2)]


def test_of_two_who_change_a_point_the_second_is_told(house: House) -> None:
    point = house.open(MEAL).point
    with transaction():
        change_point(point, replace(MEAL, mode=Mode.DAILY), version=1, by="test", now=house.now)

    with pytest.raises(PointChanged), transaction():
        change_point(point, replace(MEAL, mode=Mode.UNLIMITED), version=1, by="test", now=house.now)

    db.session.refresh(point)
    assert (point.mode, point.version) == (Mode.DAILY, 2)


def test_a_plan_is_stored_as_it_was_made(house: House) -> None:
    windows = {"type": Window(house.now, None), "other": Window()}
    plan = replace(MEAL, types=windows, opens_at=house.now, paid_only=True, questions=(PHOTO,))
    point = house.open(plan).point
    db.session.expire(point)

    assert plan_of(point) == plan
    with transaction():
        change_point(point, plan, version=1, by="test", now=house.now)
    assert point.version == 1


def test_an_event_has_one_point_of_its_own(house: House) -> None:
    with transaction():
        assert whole_event(house.event.id).id == whole_event(house.event.id).id

    with pytest.raises(HasWholeEvent):
        house.open(MEAL, kind=PointKind.EVENT)


def test_a_gate_that_checks_something_else_now_keeps_what_it_scanned(house: House) -> None:
    lunch, dinner = house.open(MEAL), house.open(replace(MEAL, name={"en": "Dinner"}))
    house.scan(lunch)
    with transaction():
        change_gate(lunch, name={"en": "Canteen"}, point=dinner.point, by="test", now=house.now)

    assert house.scan(lunch).verdict is Verdict.ADMIT
    assert len(set(db.session.scalars(select(Scan.point_id)))) == 2


def test_a_point_outlives_its_session_and_then_admits_nobody(house: House) -> None:
    with transaction():
        house.event.state, house.event.published_at = EventState.DRAFT, None
        talk = make_session(house.event)
    gate = house.open(
        PointPlan(name={"en": "Talk"}, mode=Mode.REENTRY, booked_only=True),
        kind=PointKind.SESSION,
        session=talk,
    )
    with transaction():
        remove_session(talk, by="test", now=house.now)

    assert house.scan(gate).verdict is Verdict.NOT_BOOKED


@pytest.mark.parametrize("mode", list(Mode))
def test_a_family_and_whoever_is_looked_up_may_go_in_as_often_as_the_point_says(
    house: House, mode: Mode
) -> None:
    """At a meal nobody leaves; what was used yesterday is no reason at a daily one."""
    gate = house.open(replace(MEAL, mode=mode))
    with transaction():
        family = make_family(house.event, now=house.now, names=("Ada Example", "Vera Example"))
    number = family[0].ticket.number

    def free(hours: float) -> tuple[int, bool]:
        now, door = house.now + timedelta(hours=hours), get_door(gate.public_id)
        found = next(one for one in search_people("vera", door, now=now))
        return len(get_party(number, door, now=now).going(Direction.ENTRY)), found.came_at is None

    before = free(0)
    for one in family:
        house.scan(gate, one)

    again = mode is Mode.UNLIMITED
    assert before == (2, True)
    assert free(1) == ((2, True) if again else (0, False))
    assert free(25) == ((2, True) if again or mode is Mode.DAILY else (0, False))
    assert get_party(number, get_door(gate.public_id), now=house.now).going(Direction.EXIT) == []


def test_two_who_add_points_for_all_sessions_at_once_add_each_once(both: Flask, house: House) -> None:
    with transaction():
        for _each in range(2):
            make_session(house.event)
    event_id = house.event.id

    def one(_number: int) -> int:
        with transaction():
            return add_points_of_sessions(db.session.get_one(Event, event_id), by="test", now=house.now)

    assert sorted(at_once(both, one, times=4)) == [0, 0, 0, 2]


def test_of_several_first_gates_at_once_all_are_of_one_point(both: Flask, house: House) -> None:
    event_id = house.event.id

    def one(number: int) -> int:
        with transaction():
            return add_gate(event_id=event_id, name={"en": f"{number}"}, by="test", now=house.now).point_id

    assert len(set(at_once(both, one, times=4))) == 1


def test_an_optional_question_is_asked_too(house: House) -> None:
    gate = house.open(replace(MEAL, questions=[replace(PHOTO, required=False)]))

    assert house.scan(gate).verdict is Verdict.ASK
    assert house.scan(gate, ticked=()).verdict is Verdict.ADMIT


def test_a_scan_of_one_gate_answers_for_no_other(house: House) -> None:
    lunch, dinner = house.open(MEAL), house.open(replace(MEAL, name={"en": "Dinner"}))
    scan_id = str(uuid4())
    house.scan(lunch, scan_id=scan_id)

    with pytest.raises(ScanIdTaken):
        house.scan(dinner, scan_id=scan_id)
