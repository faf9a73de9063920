"""Once a week, until the event begins, a coordinator hears how many people have not completed their data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.registration.delegations.letters import post_digest
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.rules import DelegationState
from eventhub.registration.models import Registration
from eventhub.registration.rules import LIVE

EVERY = timedelta(days=7)
MOST_A_DAY = 500


def list_due(*, now: datetime) -> Sequence[int]:
    """Ids of open delegations of events to come that were told nothing for a week, and where something is missing."""
    missing = _missing(Delegation.id)
    query = (
        select(Delegation.id)
        .join(Event, Event.id == Delegation.event_id)
        .where(
            Delegation.state == DelegationState.OPEN,
            Event.state == EventState.PUBLISHED,
            Event.starts_at > now,
            func.coalesce(Delegation.written_at, Delegation.opened_at) <= now - EVERY,
            missing > 0,
        )
    )
    return db.session.scalars(query.order_by(Delegation.id).limit(MOST_A_DAY)).all()


def _missing(delegation_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    return (
        select(func.count(DelegationMember.id))
        .outerjoin(Registration, Registration.id == DelegationMember.registration_id)
        .where(
            DelegationMember.delegation_id == delegation_id,
            DelegationMember.completed_at.is_(None),
            DelegationMember.declined_at.is_(None),
            or_(Registration.id.is_(None), Registration.state.in_(LIVE)),
        )
        .scalar_subquery()
    )


def write_digest(delegation_id: int, *, now: datetime) -> None:
    """One letter; of two workers one writes it."""
    last = func.coalesce(Delegation.written_at, Delegation.opened_at)
    due = update(Delegation).where(Delegation.id == delegation_id, last <= now - EVERY)
    if rows_changed(due.values(written_at=now)) != 1:
        return
    query = select(Delegation, _missing(Delegation.id)).where(Delegation.id == delegation_id)
    delegation, missing = db.session.execute(query.options(joinedload(Delegation.event))).one()
    if missing:
        post_digest(delegation, unfinished=missing, people=delegation.member_count, now=now)
