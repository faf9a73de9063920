"""The doors of the demo's events, and who came in already."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from eventhub.checkin.commands import redeem
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.points import DoorQuestion, PointPlan, add_gate, add_point, add_points_of_sessions
from eventhub.checkin.queries import find_door_of_event
from eventhub.checkin.rules import USUAL_REASONS, Direction, ScanSource
from eventhub.checkin.showing import Showing, Shown
from eventhub.db import db
from eventhub.demo.shapes import DemoEvent
from eventhub.events.models import Event
from eventhub.tickets.models import Ticket

BADGE = DoorQuestion(id="badge", text={"en": "The badge is worn", "ru": "Бейдж надет"}, required=True)


def open_doors(event: Event, each: DemoEvent, *, by: str, now: datetime) -> None:
    """Its gates, its meals, and a point for each session where it has them."""
    for name in each.gates:
        add_gate(event_id=event.id, name=name, by=by, now=now)
    for meal in each.meals:
        plan = PointPlan(name=meal, mode=Mode.DAILY, questions=[BADGE])
        add_point(event_id=event.id, kind=PointKind.MEAL, plan=plan, by=by, now=now)
    if each.checks_sessions:
        add_points_of_sessions(event, by=by, now=now)


def let_some_in(event: Event, *, now: datetime) -> None:
    """Every second guest of what goes on came in the last hours, one every few minutes."""
    door = find_door_of_event(event.id)
    if door is None:
        return
    tickets = select(Ticket.number).where(Ticket.event_id == event.id).order_by(Ticket.id)
    for minutes, number in enumerate(db.session.scalars(tickets).all()[::2], start=1):
        showing = Showing(
            scan_id=str(uuid4()),
            gate_id=door.gate_id,
            event_id=event.id,
            shown=Shown(number=number),
            direction=Direction.ENTRY,
            source=ScanSource.SEARCH,
            crew_id=None,
            reason=USUAL_REASONS[minutes % len(USUAL_REASONS)],
        )
        redeem(showing, now=max(now - timedelta(minutes=7 * minutes), event.starts_at))
