"""A deed for many, row by row, on both databases: one bad row never stops the others, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.errors import Busy, NotFound
from eventhub.core.refusals import ReasonMissing
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.handlers import HANDLERS
from eventhub.mail.models import Message
from eventhub.people import bulk
from eventhub.people.bulk import BulkAsk, Chosen, count_chosen, do_rows, start_bulk
from eventhub.people.models import BulkJob, BulkRow
from eventhub.people.progress import count_rows, get_job, list_jobs, list_outcomes
from eventhub.people.queries import tags_by_registration
from eventhub.people.rules import BulkAction, NobodyChosen, PeopleWish, RowState, TagMissing
from eventhub.registration.models import Registration
from eventhub.registration.rules import AlreadyEnded, RegistrationState
from tests.factories import make_attendee, make_event
from tests.people import at_once

TAG = BulkAsk(key="one", action=BulkAction.ADD_TAG, word="VIP")
CANCEL = BulkAsk(key="two", action=BulkAction.CANCEL, word="The hall is closed.")
RESEND = BulkAsk(key="three", action=BulkAction.RESEND, word="")


@pytest.fixture(autouse=True)
def at_this_moment(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    """Three people who take part, one who cancelled, and one at another event."""
    with transaction():
        event = make_event(now=now)
        for name in ("Ada", "Borys", "Chen"):
            make_attendee(event, now=now, full_name=name)
        make_attendee(event, now=now, full_name="Dana", state=RegistrationState.CANCELLED)
        make_attendee(make_event(now=now), now=now, full_name="Stranger")
    return event


def everybody(event: Event) -> Chosen:
    return Chosen(wish=PeopleWish(event_id=event.id))


def start(event: Event, chosen: Chosen, ask: BulkAsk, *, now: datetime) -> BulkJob:
    with transaction():
        return start_bulk(db.session.get_one(Event, event.id), chosen, ask, by="somebody", now=now)


def results(event: Event) -> dict[str, tuple[RowState, str | None]]:
    db.session.rollback()
    db.session.expire_all()
    (job,) = list_jobs(event.id)
    return {one.full_name: (one.state, one.reason) for one in list_outcomes(job)}


def states(event: Event) -> list[RegistrationState]:
    query = select(Registration.state).where(Registration.event_id == event.id).order_by(Registration.id)
    return list(db.session.scalars(query))


def test_a_tag_is_put_on_all_who_match(event: Event, now: datetime) -> None:
    start(event, everybody(event), TAG, now=now)

    assert do_rows() == 4

    assert sorted(tags_by_registration(event.id).values()) == [["VIP"]] * 4
    assert results(event) == dict.fromkeys(("Ada", "Borys", "Chen", "Dana"), (RowState.DONE, None))


def test_cancelling_leaves_out_who_has_cancelled_and_says_why(event: Event, now: datetime) -> None:
    start(event, everybody(event), CANCEL, now=now)

    do_rows()

    done = (RowState.DONE, None)
    ended = (RowState.SKIPPED, AlreadyEnded.sentence)
    assert results(event) == {"Ada": done, "Borys": done, "Chen": done, "Dana": ended}
    assert states(event) == [RegistrationState.CANCELLED] * 4
    letters = db.session.scalars(select(Message)).all()
    assert [letter.letter for letter in letters] == ["registration_cancelled"] * 3
    assert all("The hall is closed." in letter.text for letter in letters)


def test_letters_are_sent_again_to_those_who_get_any(event: Event, now: datetime) -> None:
    start(event, everybody(event), RESEND, now=now)

    do_rows()

    assert list(db.session.scalars(select(Message.letter))) == ["registration_confirmed"] * 3
    assert results(event)["Dana"] == (RowState.SKIPPED, AlreadyEnded.sentence)


def test_only_the_ticked_ones_of_this_event_are_meant(event: Event, now: datetime) -> None:
    ids = db.session.scalars(select(Registration.public_id).order_by(Registration.id)).all()
    chosen = Chosen(registrations=(ids[1], ids[4], "nonsense"))

    start(event, chosen, TAG, now=now)
    do_rows()

    assert count_chosen(event, chosen) == 1
    assert set(results(event)) == {"Borys"}


@pytest.mark.parametrize(
    ("chosen", "ask", "refusal"),
    [
        (Chosen(), TAG, NobodyChosen),
        (Chosen(registrations=("nonsense",)), TAG, NobodyChosen),
        (None, BulkAsk(key="k", action=BulkAction.ADD_TAG, word=" "), TagMissing),
        (None, BulkAsk(key="k", action=BulkAction.REMOVE_TAG, word=""), TagMissing),
        (None, BulkAsk(key="k", action=BulkAction.CANCEL, word=""), ReasonMissing),
    ],
)
def test_a_refused_deed_leaves_no_job(
    event: Event, now: datetime, chosen: Chosen | None, ask: BulkAsk, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        start(event, chosen or everybody(event), ask, now=now)

    db.session.rollback()
    assert (list_jobs(event.id), db.session.scalars(select(BulkRow)).all()) == ([], [])


def test_the_same_form_twice_is_one_job(event: Event, now: datetime) -> None:
    first, second = (start(event, everybody(event), TAG, now=now).public_id for _ in range(2))

    assert first == second
    assert len(list_jobs(event.id)) == 1


def test_a_row_that_breaks_does_not_stop_the_others(
    event: Event, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_for_borys(registration: Registration, job: BulkJob, now: datetime) -> None:
        if registration.attendees[0].full_name == "Borys":
            raise ZeroDivisionError
        deed(registration, job, now)

    deed = bulk.DEEDS[BulkAction.ADD_TAG]
    monkeypatch.setitem(bulk.DEEDS, BulkAction.ADD_TAG, break_for_borys)
    start(event, everybody(event), TAG, now=now)

    do_rows()

    assert results(event)["Borys"] == (RowState.FAILED, None)
    assert len(tags_by_registration(event.id)) == 3
    assert [job.finished_at for job in list_jobs(event.id)] == [now]


def test_a_locked_database_is_nobodys_fault_and_the_next_run_goes_on(
    event: Event, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_registration: Registration, _job: BulkJob, _now: datetime) -> None:
        raise Busy

    job = start(event, everybody(event), TAG, now=now)
    with monkeypatch.context() as patch:
        patch.setitem(bulk.DEEDS, BulkAction.ADD_TAG, refuse)
        with pytest.raises(Busy):
            do_rows()
    waiting = count_rows(job)[RowState.WAITING]
    HANDLERS["do_bulk"](now)

    db.session.rollback()
    assert (waiting, count_rows(job)[RowState.DONE]) == (4, 4)


def test_a_run_ends_after_its_time_and_the_next_goes_on(
    event: Event, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(event, everybody(event), TAG, now=now)
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "RUN_LASTS", -1.0)
        first = do_rows()
    second = do_rows()

    db.session.rollback()
    assert (first, second, count_rows(job)[RowState.DONE]) == (0, 4, 4)


def test_several_workers_do_each_row_once(event: Event, app: Flask, now: datetime) -> None:
    start(event, everybody(event), RESEND, now=now)

    at_once(app, lambda _number: do_rows(), times=3)

    db.session.rollback()
    assert list(db.session.scalars(select(Message.letter))) == ["registration_confirmed"] * 3
    assert len(results(event)) == 4


def test_the_audit_names_who_began_it_in_every_row(event: Event, now: datetime) -> None:
    start(event, everybody(event), TAG, now=now)
    do_rows()

    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("bulk.started", "somebody"),
        *[("tag.added", "somebody")] * 4,
    ]
    assert entries[0].detail == {"deed": "add_tag", "rows": 4}


def test_a_job_of_another_event_is_not_found(event: Event, now: datetime) -> None:
    job = start(event, everybody(event), TAG, now=now)

    with pytest.raises(NotFound):
        get_job(event.id + 1, job.public_id)
