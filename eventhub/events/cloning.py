"""Next year's event from this year's: the same by the clocks of its zone, on other days, without people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from eventhub import audit
from eventhub.core.zones import moved, wall_clock
from eventhub.events.commands import create_event, subject_of
from eventhub.events.models import Event, Section, Session
from eventhub.events.plans import EventPlan, SessionPlan, plan_of_event, plan_of_session
from eventhub.events.programme import add_session
from eventhub.events.rules import SessionState
from eventhub.events.sections import add_section


def clone_event(event: Event, *, starts_on: date, by: str, now: datetime) -> Event:
    """A draft that starts on this day in the event's zone, with its sections, sessions, rooms and numbers of
    places. Cancelled sessions, speakers and participants stay behind."""
    days = (starts_on - wall_clock(event.starts_at, event.timezone).date()).days
    copy = create_event(kind=event.kind, plan=_event_plan(event, days), by=by, now=now)
    sections = _copy_sections(event, copy, by=by, now=now)
    for session in event.sessions:
        if session.state is SessionState.SCHEDULED:
            plan = shifted_session(_plan_of(session), days=days, zone=event.timezone)
            section = sections.get(session.section_id)
            plan = replace(plan, section_id=section.id if section else None)
            add_session(copy, plan=plan, by=by, now=now)
    audit.record("event.cloned", subject=subject_of(copy), by=by, now=now, source=event.id, days=days)
    return copy


def list_copied(event: Event, copy: Event) -> list[tuple[Session, Session]]:
    """Each scheduled session with its copy, just after cloning: they were added in this order."""
    scheduled = [one for one in event.sessions if one.state is SessionState.SCHEDULED]
    return list(zip(scheduled, sorted(copy.sessions, key=lambda one: one.id), strict=True))


def _plan_of(session: Session) -> SessionPlan:
    """Places that were counted with those of others become a number of the copy's own, the least of its chain, until
    who knows of named pools counts them together again (registration/types/copying)."""
    pools = [session.pool, *session.above] if session.pool else []
    return replace(plan_of_session(session), capacity=min((one.seats for one in pools), default=None))


def shifted_session(plan: SessionPlan, *, days: int, zone: str) -> SessionPlan:
    """The same session on another day, without its speakers."""
    starts_at, ends_at = _span(plan.starts_at, plan.ends_at, days=days, zone=zone)
    return replace(plan, starts_at=starts_at, ends_at=ends_at, speakers=())


def shifted_event(plan: EventPlan, *, days: int) -> EventPlan:
    """The same event on other days; its registration window moves with it, its private link stays behind."""
    zone = plan.timezone
    starts_at, ends_at = _span(plan.starts_at, plan.ends_at, days=days, zone=zone)
    opens_at, closes_at, names_until = (
        moment and moved(moment, days=days, zone=zone)
        for moment in (plan.opens_at, plan.closes_at, plan.names_until)
    )
    return replace(
        plan,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=opens_at,
        closes_at=closes_at,
        names_until=names_until,
        online_link=None,
    )


def _event_plan(event: Event, days: int) -> EventPlan:
    return shifted_event(plan_of_event(event), days=days)


def _span(starts_at: datetime, ends_at: datetime, *, days: int, zone: str) -> tuple[datetime, datetime]:
    """Both moved by the clock; where clocks jump over the end, the length is kept instead."""
    start, end = (moved(moment, days=days, zone=zone) for moment in (starts_at, ends_at))
    return start, end if end > start else start + (ends_at - starts_at)


def _copy_sections(event: Event, copy: Event, *, by: str, now: datetime) -> dict[int | None, Section]:
    """Old section id to new section; parents come first, as they were made first."""
    made: dict[int | None, Section] = {}
    for section in sorted(event.sections, key=lambda section: section.id):
        parent = made.get(section.parent_id)
        made[section.id] = add_section(copy, title=section.title, by=by, now=now, parent=parent)
    return made
