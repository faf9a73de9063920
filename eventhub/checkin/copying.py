"""The doors of an event in its copy: points with their rules, on the copy's days, and their gates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from eventhub.checkin.judging import PointKind
from eventhub.checkin.models import CheckInPoint, Gate
from eventhub.checkin.offline.settings import change_offline_settings, offline_settings
from eventhub.checkin.points import (
    PointPlan,
    add_gate,
    add_point_without_gates,
    change_point,
    list_points,
    plan_of,
    whole_event,
)
from eventhub.core.zones import moved, wall_clock
from eventhub.db import db
from eventhub.events.cloning import list_copied
from eventhub.events.models import Event, Session


def copy_doors(source: Event, copy: Event, *, by: str, now: datetime) -> None:
    """Points that name ticket types stay behind, as the types do: in the copy they would admit nobody. So do points of
    sessions that stay behind."""
    zone = source.timezone
    days = (wall_clock(copy.starts_at, zone).date() - wall_clock(source.starts_at, zone).date()).days
    sessions = {old.id: new for old, new in list_copied(source, copy)}
    for point in list_points(source.id):
        if point.types is None and (point.session_id is None or point.session_id in sessions):
            plan = _shifted(plan_of(point), days=days, zone=zone)
            made = _copied(point, copy, plan, sessions.get(point.session_id or 0), by=by, now=now)
            _copy_gates(point, made, by=by, now=now)
    _copy_offline(source, copy, by=by, now=now)


def _copy_offline(source: Event, copy: Event, *, by: str, now: datetime) -> None:
    """What is admitted without network, not the PIN: whoever knew it last year need not know it now."""
    settings = offline_settings(source.id)
    change_offline_settings(copy.id, admits_unlisted=settings.admits_unlisted, by=by, now=now)


def _shifted(plan: PointPlan, *, days: int, zone: str) -> PointPlan:
    opens_at, closes_at = (
        moment and moved(moment, days=days, zone=zone) for moment in (plan.opens_at, plan.closes_at)
    )
    return replace(plan, opens_at=opens_at, closes_at=closes_at)


def _copied(
    point: CheckInPoint, copy: Event, plan: PointPlan, session: Session | None, *, by: str, now: datetime
) -> CheckInPoint:
    if point.kind is not PointKind.EVENT:
        return add_point_without_gates(copy.id, plan, kind=point.kind, session=session, by=by, now=now)
    entrance = whole_event(copy.id)
    change_point(entrance, plan, version=entrance.version, by=by, now=now)
    return entrance


def _copy_gates(point: CheckInPoint, made: CheckInPoint, *, by: str, now: datetime) -> None:
    for gate in db.session.scalars(select(Gate).where(Gate.point_id == point.id).order_by(Gate.id)).all():
        add_gate(event_id=made.event_id, name=dict(gate.name), point=made, by=by, now=now)
