"""What a supervisor sees on both databases, and taking people out who left without a scan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventhub.accounts.models import User
from eventhub.checkin.commands import redeem, undo
from eventhub.checkin.corrections import bring_back, find_last_taken_out, take_out
from eventhub.checkin.devices.models import Device
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.live import (
    STEPS,
    count_arrivals,
    list_inside,
    list_lanes,
    list_phones_now,
    list_points_now,
    list_refused,
)
from eventhub.checkin.models import CheckInPoint, Gate, Scan
from eventhub.checkin.offline.conflicts import MOST_CONFLICTS, Admission, Conflict, list_conflicts
from eventhub.checkin.offline.models import ScanConflict
from eventhub.checkin.points import PointPlan, add_point, change_point, plan_of
from eventhub.checkin.queries import Door, get_door
from eventhub.checkin.rules import Direction, NobodyInside, ScanSource, Verdict
from eventhub.checkin.showing import ScanRecord, Showing, Shown
from eventhub.core.refusals import ReasonMissing
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from tests.factories import make_attendee, make_event, make_gate, make_phone, make_scan, make_user
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both")


@dataclass
class Site:
    event: Event
    gate: Gate
    crew: User
    guests: list[Attendee]
    now: datetime

    @property
    def door(self) -> Door:
        return get_door(self.gate.public_id)

    def scan(self, number: int, *, minutes: float = 0, gate: Gate | None = None) -> ScanRecord:
        showing = Showing(
            scan_id=str(uuid4()),
            gate_id=(gate or self.gate).id,
            event_id=self.event.id,
            shown=Shown(number=self.guests[number].ticket.number),
            direction=Direction.ENTRY,
            source=ScanSource.CAMERA,
            crew_id=self.crew.id,
        )
        with transaction():
            return redeem(showing, now=self.now + timedelta(minutes=minutes))

    def take_out(
        self,
        *numbers: int,
        key: str = "",
        reason: str = "Counted out",
        everybody: bool = False,
        minutes: float = 60,
    ) -> int:
        tickets = [self.guests[number].ticket.number for number in numbers]
        with transaction():
            return take_out(
                self.gate.point,
                tickets=None if everybody else tickets,
                key=key or str(uuid4()),
                reason=reason,
                crew_id=self.crew.id,
                device_id=None,
                now=self.now + timedelta(minutes=minutes),
            )

    def bring_back(self, key: str) -> int:
        with transaction():
            return bring_back(
                self.gate.point,
                key=key,
                crew_id=self.crew.id,
                device_id=None,
                now=self.now + timedelta(hours=2),
            )


@pytest.fixture
def site(app: Flask, now: datetime) -> Site:
    start = now.replace(minute=2, second=0, microsecond=0)
    with transaction():
        event = make_event(now=now, starts_at=start - timedelta(hours=1), ends_at=start + timedelta(hours=8))
        names = ("Ada Example", "Bo Example", "Чен Пример")
        guests = [make_attendee(event, now=now, full_name=name) for name in names]
        return Site(event, make_gate(event, "Gate A"), make_user(now=now), guests, start)


def test_arrivals_are_counted_in_steps_without_those_taken_back(site: Site) -> None:
    site.scan(0, minutes=1)
    site.scan(1, minutes=4)
    wrong = site.scan(2, minutes=4)
    with transaction():
        undo(
            undone_id=wrong.scan_id,
            scan_id=str(uuid4()),
            door=site.door,
            reason="Wrong person",
            crew_id=site.crew.id,
            now=site.now,
        )

    arrivals = count_arrivals(site.event.id, now=site.now + timedelta(minutes=9))

    assert len(arrivals) == STEPS
    assert [number for _when, number in arrivals[-3:]] == [1, 1, 0]
    assert arrivals[-1][0] == site.now.replace(minute=10)


def test_points_lanes_and_refusals_are_told_apart(site: Site) -> None:
    with transaction():
        plan = PointPlan(name={"en": "Lunch"}, mode=Mode.ONCE)
        add_point(event_id=site.event.id, kind=PointKind.MEAL, plan=plan, by="test", now=site.now)
        whole = site.gate.point
        crowded = replace(plan_of(whole), most_inside=2)
        change_point(whole, crowded, version=1, by="test", now=site.now)
    lunch = db.session.scalars(select(Gate).where(Gate.id != site.gate.id)).one()
    for number in (0, 1, 0):
        site.scan(number)
    site.scan(0, gate=lunch)

    points = [
        (one.name["en"], one.inside, one.admitted, one.is_crowded) for one in list_points_now(site.event.id)
    ]
    lanes = [(one.name["en"], one.last_at, one.recent) for one in list_lanes(site.event.id, now=site.now)]
    refused = [(one.verdict, one.full_name, one.gate) for one in list_refused(site.event.id)]

    assert points == [("Entrance", 2, 2, True), ("Lunch", 1, 1, False)]
    assert lanes == [("Gate A", site.now, 3), ("Lunch", site.now, 1)]
    assert refused == [(Verdict.ALREADY_IN, "Ada Example", site.gate.name)]


def test_both_admissions_of_a_conflict_are_told_with_gate_time_and_who_made_them(site: Site) -> None:
    with transaction():
        phone = make_phone(site.event, now=site.now)
        ticket = site.guests[0].ticket_id
        north = make_gate(site.event, "North")
        first = make_scan(site.gate, now=site.now, ticket_id=ticket, crew_id=site.crew.id)
        later = site.now + timedelta(minutes=3)
        for _each in range(MOST_CONFLICTS + 1):
            second = make_scan(north, now=later, ticket_id=ticket, device_id=phone.id, is_time_trusted=False)
            db.session.add(
                ScanConflict(
                    ticket_id=ticket, point_id=north.point_id, first_id=first.id, second_id=second.id
                )
            )
        other = make_event(now=site.now, slug="other")

    conflicts, in_all = list_conflicts(site.event.id)

    assert (len(conflicts), in_all) == (MOST_CONFLICTS, MOST_CONFLICTS + 1)
    assert conflicts[0] == Conflict(
        full_name="Ada Example",
        point={"en": "Entrance", "ru": "Вход"},
        first=Admission(
            scan_id=first.scan_id,
            at=site.now,
            is_time_trusted=True,
            gate=(site.gate.public_id, site.gate.name),
            who=site.crew.full_name,
        ),
        second=Admission(
            scan_id=second.scan_id,
            at=later,
            is_time_trusted=False,
            gate=(north.public_id, north.name),
            who="Phone 1",
        ),
    )
    assert list_conflicts(other.id) == ([], 0)


def test_a_phone_is_known_by_the_gate_at_which_it_scanned_last(app: Flask, site: Site) -> None:
    with transaction():
        north = make_gate(site.event, "North")
        for name, battery in (("Never", None), ("Low", 19), ("Full", 20)):
            facts = {"token_hash": name, "pairing_until": None, "battery": battery, "seen_at": site.now}
            phone = make_phone(site.event, now=site.now, name=name)
            db.session.execute(update(Device).where(Device.id == phone.id).values(facts))
            for gate in (site.gate, north) if battery else ():
                make_scan(gate, now=site.now, device_id=phone.id)

    phones = list_phones_now(site.event.id, now=site.now)

    assert [(one.name, one.gate_id, one.is_low) for one in phones] == [
        ("Never", None, False),
        ("Low", north.public_id, True),
        ("Full", north.public_id, False),
    ]


def test_who_is_inside_is_listed_by_name_and_taken_out_with_a_reason(site: Site) -> None:
    for number in range(3):
        site.scan(number)
    assert [one.full_name for one in list_inside(site.event.id)] == [
        "Ada Example",
        "Bo Example",
        "Чен Пример",
    ]

    assert site.take_out(0, 2) == 2

    assert [one.full_name for one in list_inside(site.event.id)] == ["Bo Example"]
    last = db.session.scalars(select(Scan).order_by(Scan.id.desc()).limit(1)).one()
    assert (last.verdict, last.source, last.reason) == (Verdict.LEFT, ScanSource.CORRECTION, "Counted out")
    assert site.take_out(everybody=True) == 1
    assert site.scan(1, minutes=61).verdict is Verdict.ADMIT


def test_a_correction_is_undone_like_any_scan(site: Site) -> None:
    admitted = site.scan(0)
    site.take_out(0)
    last = db.session.scalars(select(Scan.scan_id).order_by(Scan.id.desc()).limit(1)).one()

    with transaction():
        undo(
            undone_id=last,
            scan_id=str(uuid4()),
            door=site.door,
            reason="Still here",
            crew_id=site.crew.id,
            now=site.now + timedelta(hours=2),
        )

    assert [(one.ticket, one.since) for one in list_inside(site.event.id)] == [
        (site.guests[0].ticket.number, admitted.scanned_at)
    ]


def test_nobody_is_taken_out_without_a_reason_or_twice(site: Site) -> None:
    site.scan(0)
    with pytest.raises(ReasonMissing):
        site.take_out(0, reason="")
    site.take_out(0)
    with pytest.raises(NobodyInside):
        site.take_out(0)
    with pytest.raises(NobodyInside):
        site.take_out(1)


def test_of_eight_supervisors_at_once_one_takes_somebody_out(both: Flask, site: Site) -> None:
    site.scan(0)
    number, point_id, crew = site.guests[0].ticket.number, site.gate.point_id, site.crew.id

    def one(_number: int) -> int:
        facts = {"reason": "Counted", "crew_id": crew, "device_id": None, "now": site.now}
        try:
            with transaction():
                point = db.session.get_one(CheckInPoint, point_id)
                return take_out(point, tickets=[number], key=str(uuid4()), **facts)
        except NobodyInside:
            return 0

    assert sorted(at_once(both, one, times=8)) == [0] * 7 + [1]
    assert len(db.session.scalars(select(Scan).where(Scan.verdict == Verdict.LEFT)).all()) == 1


def test_the_same_form_takes_nobody_out_twice(site: Site) -> None:
    for number in range(3):
        site.scan(number)
    key = str(uuid4())
    first = site.take_out(key=key, everybody=True)
    site.scan(0, minutes=70)

    again = site.take_out(key=key, everybody=True)

    assert (first, again) == (3, 3)
    assert [one.full_name for one in list_inside(site.event.id)] == ["Ada Example"]


def test_who_was_taken_out_of_a_family_since_is_still_on_the_list(site: Site) -> None:
    site.scan(0)
    number = site.guests[0].ticket.number
    with transaction():
        db.session.delete(db.session.get_one(Attendee, site.guests[0].id))

    (inside,) = list_inside(site.event.id)

    assert (inside.ticket, inside.full_name) == (number, "")


def test_all_who_were_taken_out_together_come_back_together_once(site: Site) -> None:
    for number in range(3):
        site.scan(number)
    site.take_out(0, reason="Went home", minutes=50)
    key = str(uuid4())
    site.take_out(1, 2, key=key, reason="Counted wrong")
    site.scan(1, minutes=90)
    told = find_last_taken_out(site.event.id)

    back = [site.bring_back(key), site.bring_back(key)]

    assert told is not None
    assert (told.key, told.number, told.reason) == (key, 2, "Counted wrong")
    assert back == [2, 0]
    inside = {one.full_name: one.since for one in list_inside(site.event.id)}
    assert inside == {"Bo Example": site.now + timedelta(minutes=90), "Чен Пример": site.now}
    earlier = find_last_taken_out(site.event.id)
    assert earlier is not None
    assert (earlier.number, earlier.reason) == (1, "Went home")


def test_of_many_who_bring_the_same_back_one_does(both: Flask, site: Site) -> None:
    site.scan(0)
    key = str(uuid4())
    site.take_out(0, key=key)

    point = site.gate.point

    def one(_number: int) -> int:
        with transaction():
            return bring_back(point, key=key, crew_id=None, device_id=None, now=site.now + timedelta(hours=2))

    assert sorted(at_once(both, one, times=4)) == [0, 0, 0, 1]
