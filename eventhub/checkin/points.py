"""Check-in points as organisers set them up: what is checked, for whom, when and how often.

A rule that changes is another version; scans remember the one by which they were judged. Points and gates are never
removed, since scans remember them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from eventhub import audit
from eventhub.checkin.judging import Mode, PointKind, Window
from eventhub.checkin.models import CheckInPoint, Gate
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.ids import public_id
from eventhub.core.text import N_
from eventhub.db import db, refuses
from eventhub.events.models import Event, Session
from eventhub.events.rules import SessionKind, SessionState

WHOLE_EVENT = {"en": "Entrance", "ru": "Вход"}
MOST_QUESTIONS = 3
LONGEST_NAME = 80
_POINT_OF = {SessionKind.WORKSHOP: PointKind.SLOT, SessionKind.STAND: PointKind.STAND}


class PointChanged(Refusal):
    sentence = N_("Somebody else has changed this point meanwhile. Look at it again.")


class HasWholeEvent(Refusal):
    sentence = N_("The event has this point already. Change that one.")
    field = "kind"


refuses("uq_check_in_points_whole_event", HasWholeEvent)


@dataclass(frozen=True, kw_only=True)
class DoorQuestion:
    """What the crew ticks when it admits somebody; `text` is per language."""

    id: str
    text: Mapping[str, str]
    required: bool


@dataclass(frozen=True, kw_only=True)
class PointPlan:
    """A point as an organiser wants it, but for its kind and session; see CheckInPoint."""

    name: Mapping[str, str]
    mode: Mode
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    types: Mapping[str, Window] | None = None
    booked_only: bool = False
    paid_only: bool = False
    most_inside: int | None = None
    questions: Sequence[DoorQuestion] = field(default_factory=tuple)


def add_point(
    *,
    event_id: int,
    kind: PointKind,
    plan: PointPlan,
    session: Session | None = None,
    by: str,
    now: datetime,
) -> CheckInPoint:
    """A point with one gate of its name. Raises HasWholeEvent for a second one of that kind."""
    point = add_point_without_gates(event_id, plan, kind=kind, session=session, by=by, now=now)
    add_gate(event_id=event_id, name=dict(plan.name), point=point, by=by, now=now)
    return point


def add_point_without_gates(
    event_id: int, plan: PointPlan, *, kind: PointKind, session: Session | None, by: str, now: datetime
) -> CheckInPoint:
    """As add_point, for who opens its gates by other names."""
    plan = replace(plan, booked_only=plan.booked_only and session is not None)
    point = CheckInPoint(
        public_id=public_id(), event_id=event_id, kind=kind, session=session, version=1, **_values(plan)
    )
    db.session.add(point)
    db.session.flush()
    audit.record("point.added", subject=subject_of(point), by=by, now=now, kind=kind, **_told(plan))
    return point


def add_points_of_sessions(event: Event, *, by: str, now: datetime) -> int:
    """A point for each bookable session that is held and has none, for those who have booked it; how many."""
    _lock(event.id)
    missing = list_sessions_without(event)
    for session in missing:
        name = {each: text[:LONGEST_NAME] for each, text in session.title.items()}
        plan = PointPlan(name=name, mode=Mode.REENTRY, booked_only=True)
        kind = _POINT_OF.get(session.kind, PointKind.SESSION)
        add_point(event_id=event.id, kind=kind, plan=plan, session=session, by=by, now=now)
    return len(missing)


def change_point(point: CheckInPoint, plan: PointPlan, *, version: int, by: str, now: datetime) -> None:
    """Raises PointChanged when it is not this version any more."""
    old = plan_of(point)
    if plan == old:
        return
    changed = update(CheckInPoint).where(CheckInPoint.id == point.id, CheckInPoint.version == version)
    done = db.session.execute(
        changed.values(**_values(plan), version=version + 1).returning(CheckInPoint.id),
        execution_options={"synchronize_session": False},
    )
    if done.first() is None:
        raise PointChanged()
    db.session.refresh(point)
    changes = {
        name: [_told(old)[name], value] for name, value in _told(plan).items() if _told(old)[name] != value
    }
    audit.record("point.changed", subject=subject_of(point), by=by, now=now, changes=changes)


def whole_event(event_id: int) -> CheckInPoint:
    """The point at which people enter the event itself; made when it is first asked for, by one of several."""
    _lock(event_id)
    found = db.session.scalars(
        select(CheckInPoint).where(CheckInPoint.event_id == event_id, CheckInPoint.kind == PointKind.EVENT)
    ).one_or_none()
    if found is None:
        plan = PointPlan(name=WHOLE_EVENT, mode=Mode.REENTRY)
        found = CheckInPoint(
            public_id=public_id(), event_id=event_id, kind=PointKind.EVENT, version=1, **_values(plan)
        )
        db.session.add(found)
        db.session.flush()
    return found


def add_gate(
    *, event_id: int, name: dict[str, str], point: CheckInPoint | None = None, by: str, now: datetime
) -> Gate:
    """Open a door to a point, without one to the event; `name` is per language."""
    gate = Gate(public_id=public_id(), event_id=event_id, point=point or whole_event(event_id), name=name)
    db.session.add(gate)
    db.session.flush()
    audit.record("gate.added", subject=("gate", gate.public_id), by=by, now=now, event=event_id, name=name)
    return gate


def change_gate(gate: Gate, *, name: dict[str, str], point: CheckInPoint, by: str, now: datetime) -> None:
    """Call it something else, also in scans that were made before; from now on `point` is checked there."""
    old, gate.name = (gate.name, gate.point.public_id), name
    gate.point = point
    told = {"name": [old[0], name], "point": [old[1], point.public_id]}
    audit.record("gate.changed", subject=("gate", gate.public_id), by=by, now=now, **told)


def list_points(event_id: int) -> Sequence[CheckInPoint]:
    """The event itself first, then as they were added."""
    query = select(CheckInPoint).where(CheckInPoint.event_id == event_id)
    return db.session.scalars(query.order_by(CheckInPoint.kind != PointKind.EVENT, CheckInPoint.id)).all()


def list_sessions_without(event: Event) -> list[Session]:
    """Bookable sessions that are held and have no point."""
    own = CheckInPoint.event_id == event.id, CheckInPoint.session_id.is_not(None)
    having = set(db.session.scalars(select(CheckInPoint.session_id).where(*own)))
    held = (one for one in event.sessions if one.state is SessionState.SCHEDULED)
    return [one for one in held if one.is_bookable and one.id not in having]


def get_point(event_id: int, public_id: str) -> CheckInPoint:
    """A point of this event. Raises NotFound."""
    query = select(CheckInPoint).where(CheckInPoint.event_id == event_id, CheckInPoint.public_id == public_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def plan_of(point: CheckInPoint) -> PointPlan:
    """The point as it is set up now."""
    return PointPlan(
        name=point.name,
        mode=point.mode,
        opens_at=point.opens_at,
        closes_at=point.closes_at,
        types=windows_of(point.types),
        booked_only=point.booked_only,
        paid_only=point.paid_only,
        most_inside=point.most_inside,
        questions=questions_of(point.questions),
    )


def windows_of(types: Mapping[str, Sequence[str | None]] | None) -> dict[str, Window] | None:
    """What is stored of ticket types, as moments."""
    if types is None:
        return None
    moments = {name: [text and datetime.fromisoformat(text) for text in pair] for name, pair in types.items()}
    return {name: Window(opens or None, closes or None) for name, (opens, closes) in moments.items()}


def questions_of(stored: Sequence[Mapping[str, Any]]) -> tuple[DoorQuestion, ...]:
    """What is stored of questions."""
    return tuple(DoorQuestion(**one) for one in stored)


def _lock(event_id: int) -> None:
    """Nobody else adds a point to this event meanwhile."""
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update())


def subject_of(point: CheckInPoint) -> tuple[str, str]:
    """How the audit names a point."""
    return ("point", point.public_id)


def _values(plan: PointPlan) -> dict[str, Any]:
    return {**vars(plan), "name": dict(plan.name), "types": _stored(plan.types), "questions": _asked(plan)}


def _stored(types: Mapping[str, Window] | None) -> dict[str, list[str | None]] | None:
    if types is None:
        return None
    return {name: [_text(window.opens_at), _text(window.closes_at)] for name, window in types.items()}


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _asked(plan: PointPlan) -> list[dict[str, Any]]:
    return [{"id": one.id, "text": dict(one.text), "required": one.required} for one in plan.questions]


def _told(plan: PointPlan) -> dict[str, Any]:
    """For the audit, as JSON."""
    hours = {"opens_at": _text(plan.opens_at), "closes_at": _text(plan.closes_at)}
    return {**_values(plan), **hours}
