"""One deed for many registrations: the rows are stored at once, and the worker does them one by one.

Each row is a transaction of its own, so one that is refused or broken never stops the others, and a worker that is
killed leaves the rest waiting: the next one goes on. This is a job of the worker, so do_rows opens its transactions.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, null, select, update
from sqlalchemy.exc import OperationalError

from eventhub import audit
from eventhub.core import clock
from eventhub.core.errors import Busy, Refusal
from eventhub.core.ids import public_id
from eventhub.core.refusals import ReasonMissing
from eventhub.core.states import sources
from eventhub.db import after_commit, connection, db, is_outage, rows_changed, transaction
from eventhub.events.models import Event
from eventhub.jobs import queue
from eventhub.people.commands import add_tag, remove_tag
from eventhub.people.models import BulkJob, BulkRow
from eventhub.people.queries import list_registration_ids
from eventhub.people.rules import ROW_MOVES, BulkAction, NobodyChosen, PeopleWish, RowState, TagMissing
from eventhub.registration.commands import cancel
from eventhub.registration.desk import write_again
from eventhub.registration.missing import remind_to_complete
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import MOVES, AlreadyEnded, RegistrationState

log = logging.getLogger(__name__)
DO_BULK = "do_bulk"
# A run ends after this long and asks for the next: a worker that is told to end does not wait for 20,000 rows.
RUN_LASTS = 10.0


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Whom a deed is for: public ids of registrations, or, when `wish` is given, all whom it fits."""

    registrations: tuple[str, ...] = ()
    wish: PeopleWish | None = None


@dataclass(frozen=True, kw_only=True)
class BulkAsk:
    """What is done: `word` is the tag or the reason. `key` is the form's own: the same form twice makes one job."""

    key: str
    action: BulkAction
    word: str


def start_bulk(event: Event, chosen: Chosen, ask: BulkAsk, *, by: str, now: datetime) -> BulkJob:
    """Store the deed with a row for each registration, and nudge the worker.

    Raises NobodyChosen, and TagMissing or ReasonMissing when the word is not there.
    """
    _check_word(ask)
    again = db.session.scalars(select(BulkJob).where(BulkJob.submission_key == ask.key)).one_or_none()
    if again is not None and again.event_id == event.id:
        return again
    job = BulkJob(
        public_id=public_id(),
        submission_key=ask.key,
        event_id=event.id,
        action=ask.action,
        word=ask.word,
        started_by=by,
        created_at=now,
        finished_at=None,
    )
    db.session.add(job)
    db.session.flush()
    people = _store_rows(job, event, chosen)
    if not people:
        raise NobodyChosen()
    audit.record(
        "bulk.started", subject=("bulk_job", job.public_id), by=by, now=now, deed=ask.action, rows=people
    )
    after_commit(nudge)
    return job


def count_chosen(event: Event, chosen: Chosen) -> int:
    """How many registrations the deed would be for, were it begun now."""
    return db.session.scalar(select(func.count()).where(*_those(event, chosen))) or 0


def _those(event: Event, chosen: Chosen) -> tuple[ColumnElement[bool], ...]:
    """Whatever was typed into the address, of this event alone."""
    of_event = Registration.event_id == event.id
    if chosen.wish is not None:
        return of_event, Registration.id.in_(list_registration_ids(chosen.wish))
    return of_event, Registration.public_id.in_(chosen.registrations)


def nudge() -> None:
    queue.nudge(DO_BULK)


def _check_word(ask: BulkAsk) -> None:
    refusal = _WORD_MISSING.get(ask.action)
    if refusal is not None and not ask.word.strip():
        raise refusal()


_WORD_MISSING: dict[BulkAction, type[Refusal]] = {
    BulkAction.ADD_TAG: TagMissing,
    BulkAction.REMOVE_TAG: TagMissing,
    BulkAction.CANCEL: ReasonMissing,
}


def _store_rows(job: BulkJob, event: Event, chosen: Chosen) -> int:
    """One statement, however many they are."""
    waiting = literal(RowState.WAITING, BulkRow.state.type)
    empty = (null(), null(), null())
    rows = select(literal(job.id), Registration.id, waiting, *empty).where(*_those(event, chosen))
    columns = ["job_id", "registration_id", "state", "reason", "facts", "done_at"]
    connection().execute(insert(BulkRow).from_select(columns, rows))
    return db.session.scalar(select(func.count()).where(BulkRow.job_id == job.id)) or 0


def do_rows() -> int:
    """Go on with every open job, the oldest first, for a while. Returns how many rows were done."""
    ends_at, done = time.monotonic() + RUN_LASTS, 0
    for job in _list_open():
        while (registration_id := _next_row(job)) is not None:
            if time.monotonic() > ends_at:
                nudge()
                return done
            _do_row(job, registration_id)
            done += 1
        _finish(job)
    return done


def _list_open() -> Sequence[BulkJob]:
    query = select(BulkJob).where(BulkJob.finished_at.is_(None)).order_by(BulkJob.id)
    jobs = db.session.scalars(query).all()
    db.session.expunge_all()  # each row's transaction would read them anew
    db.session.rollback()
    return jobs


def _next_row(job: BulkJob) -> int | None:
    query = (
        select(BulkRow.registration_id)
        .where(BulkRow.job_id == job.id, BulkRow.state == RowState.WAITING)
        .order_by(BulkRow.registration_id)
        .limit(1)
    )
    found = db.session.scalar(query)
    db.session.rollback()
    return found


def _do_row(job: BulkJob, registration_id: int) -> None:
    """The row and its deed are stored together, or neither is and the row says why."""
    try:
        with transaction():
            if _mark(job, registration_id, state=RowState.DONE):
                _deed(job, registration_id)
    except Exception as error:  # whatever it is, the others must not wait for it
        if _is_outage(error):
            raise
        with transaction():
            _mark(job, registration_id, **_outcome_of(error, job))


def _is_outage(error: Exception) -> bool:
    """It is nobody's fault, and the row waits for the next run."""
    return isinstance(error, Busy) or (isinstance(error, OperationalError) and is_outage(error))


def _outcome_of(error: Exception, job: BulkJob) -> dict[str, Any]:
    if isinstance(error, Refusal):
        return {"state": RowState.SKIPPED, "reason": error.sentence, "facts": _plain(error.facts)}
    log.error("bulk row failed", extra={"job": job.public_id}, exc_info=error)
    return {"state": RowState.FAILED}


def _mark(job: BulkJob, registration_id: int, *, state: RowState, **why: object) -> bool:
    """Only while it waits: of two workers one does it."""
    its_row = (
        BulkRow.job_id == job.id,
        BulkRow.registration_id == registration_id,
        BulkRow.state.in_(sources(ROW_MOVES, state)),
    )
    return rows_changed(update(BulkRow).where(*its_row).values(state=state, done_at=clock.now(), **why)) == 1


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """What JSON can keep."""
    return {name: value if isinstance(value, dict | int) else str(value) for name, value in facts.items()}


def _deed(job: BulkJob, registration_id: int) -> None:
    public = db.session.scalar(select(Registration.public_id).where(Registration.id == registration_id))
    registration = get_registration(public or "")
    DEEDS[job.action](registration, job, clock.now())


def _cancel(registration: Registration, job: BulkJob, now: datetime) -> None:
    if RegistrationState.CANCELLED not in MOVES[registration.state]:
        raise AlreadyEnded()
    cancel(registration, by=job.started_by, now=now, reason=job.word)


DEEDS: dict[BulkAction, Callable[[Registration, BulkJob, datetime], None]] = {
    BulkAction.ADD_TAG: lambda it, job, now: add_tag(it, job.word, by=job.started_by, now=now),
    BulkAction.REMOVE_TAG: lambda it, job, now: remove_tag(it, job.word, by=job.started_by, now=now),
    BulkAction.CANCEL: _cancel,
    BulkAction.RESEND: lambda it, job, now: write_again(it, by=job.started_by, now=now),
    BulkAction.COMPLETE: lambda it, job, now: remind_to_complete(it, by=job.started_by, now=now),
}


def _finish(job: BulkJob) -> None:
    open_still = BulkJob.id == job.id, BulkJob.finished_at.is_(None)
    with transaction():
        rows_changed(update(BulkJob).where(*open_still).values(finished_at=clock.now()))
