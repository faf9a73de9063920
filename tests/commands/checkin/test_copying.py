"""The doors of an event in its copy, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from eventhub.checkin.copying import copy_doors
from eventhub.checkin.desk import list_gates
from eventhub.checkin.judging import Mode, PointKind, Window
from eventhub.checkin.offline.settings import OfflineSettings, change_offline_settings, offline_settings
from eventhub.checkin.points import (
    PointPlan,
    add_gate,
    add_point,
    change_point,
    list_points,
    plan_of,
    whole_event,
)
from eventhub.core.zones import wall_clock
from eventhub.db import transaction
from eventhub.events.cloning import clone_event
from tests.factories import make_event, make_session

pytestmark = pytest.mark.usefixtures("both")


def test_a_copy_has_the_same_doors_on_its_own_days(app: Flask, now: datetime) -> None:
    facts = {"by": "test", "now": now}
    with transaction():
        event = make_event(now=now)
        workshop = make_session(event)
        entrance = whole_event(event.id)
        change_point(
            entrance, PointPlan(name={"en": "Doors"}, mode=Mode.DAILY, most_inside=90), version=1, **facts
        )
        for name in ("North", "South"):
            add_gate(event_id=event.id, name={"en": name}, **facts)
        hours = {"opens_at": event.starts_at, "closes_at": event.starts_at + timedelta(hours=1)}
        lunch = PointPlan(name={"en": "Lunch"}, mode=Mode.ONCE, **hours)
        add_point(event_id=event.id, kind=PointKind.MEAL, plan=lunch, **facts)
        slot = PointPlan(name={"en": "Slot"}, mode=Mode.REENTRY, booked_only=True)
        add_point(event_id=event.id, kind=PointKind.SLOT, plan=slot, session=workshop, **facts)
        lounge = PointPlan(name={"en": "Lounge"}, mode=Mode.REENTRY, types={"vip": Window()})
        add_point(event_id=event.id, kind=PointKind.DAY, plan=lounge, **facts)
        change_offline_settings(event.id, admits_unlisted=False, new_pin_hash="a hash", **facts)
        later = wall_clock(event.starts_at, event.timezone).date() + timedelta(days=7)
        copy = clone_event(event, starts_on=later, **facts)
        copy_doors(event, copy, **facts)

    doors, meal, booked = list_points(copy.id)
    assert offline_settings(copy.id) == OfflineSettings(admits_unlisted=False, pin_hash=None)
    assert (doors.mode, doors.most_inside, doors.name) == (Mode.DAILY, 90, {"en": "Doors"})
    assert plan_of(meal).opens_at == event.starts_at + timedelta(days=7)
    assert (booked.booked_only, booked.session) == (True, copy.sessions[0])
    assert [gate.name["en"] for gate in list_gates(copy.id)] == ["North", "South", "Lunch", "Slot"]
