"""Reads of deeds done for many: how far one is, and what became of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.people.models import BulkJob, BulkRow
from eventhub.people.rules import RowState
from eventhub.registration.models import Attendee, Registration

MOST_LISTED = 200
MOST_JOBS = 20
_TROUBLE_FIRST = case({RowState.FAILED: 0, RowState.SKIPPED: 1}, value=BulkRow.state, else_=2)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One row as its readers see it: `reason` is an English source sentence with gaps for `facts`."""

    full_name: str
    registration: str
    state: RowState
    reason: str | None
    facts: dict[str, Any]


def get_job(event_id: int, public_id: str) -> BulkJob:
    """A job of this event. Raises NotFound."""
    query = select(BulkJob).where(BulkJob.event_id == event_id, BulkJob.public_id == public_id)
    job = db.session.scalars(query).one_or_none()
    if job is None:
        raise NotFound()
    return job


def list_jobs(event_id: int) -> Sequence[BulkJob]:
    """The newest first, at most 20."""
    query = select(BulkJob).where(BulkJob.event_id == event_id).order_by(BulkJob.id.desc()).limit(MOST_JOBS)
    return db.session.scalars(query).all()


def count_rows(job: BulkJob) -> dict[RowState, int]:
    """How many rows stand in each state."""
    query = select(BulkRow.state, func.count()).where(BulkRow.job_id == job.id).group_by(BulkRow.state)
    counted = {row[0]: row[1] for row in db.session.execute(query)}
    return {state: counted.get(state, 0) for state in RowState}


def list_outcomes(job: BulkJob) -> list[Outcome]:
    """Rows that do not wait any more, those with trouble first, at most 200."""
    name = (
        select(func.min(Attendee.full_name))
        .where(Attendee.registration_id == BulkRow.registration_id)
        .scalar_subquery()
    )
    query = (
        select(name, Registration.public_id, BulkRow.state, BulkRow.reason, BulkRow.facts)
        .join(Registration, Registration.id == BulkRow.registration_id)
        .where(BulkRow.job_id == job.id, BulkRow.state != RowState.WAITING)
        .order_by(_TROUBLE_FIRST, BulkRow.registration_id)
        .limit(MOST_LISTED)
    )
    return [
        Outcome(full_name=who, registration=which, state=state, reason=reason, facts=facts or {})
        for who, which, state, reason, facts in db.session.execute(query)
    ]
