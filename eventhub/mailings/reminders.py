"""What an event sends by itself before it starts: a reminder, and the question whether people still come.

Each letter goes once to each registration, however many workers look at the same time: its row says so. Every
function here does one registration, so that a strange one stops nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.core.text import N_
from eventhub.core.translation import translator
from eventhub.db import connection, db, rows_changed
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.mailings.models import Reminder, ReminderPlan
from eventhub.mailings.rules import (
    FRESHLY_CONFIRMED,
    MOST_DAYS,
    TIME_TO_ANSWER,
    Answer,
    Plan,
    ReminderKind,
    check_plan,
)
from eventhub.registration.commands import cancel
from eventhub.registration.missing import last_due, latest_lacks, may_lack, tell_what_is_missing
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.reminder_letters import post_reconfirm, post_reminder, reconfirm_path
from eventhub.registration.rules import AlreadyEnded, RegistrationState

UNANSWERED = N_("We asked whether you are coming and heard nothing, so the place went to somebody else.")


def get_plan(event_id: int) -> Plan:
    """What this event sends by itself; all off when nobody said otherwise."""
    row = db.session.get(ReminderPlan, event_id)
    return Plan() if row is None else _plan_of(row)


def set_plan(event: Event, plan: Plan, *, by: str, now: datetime) -> None:
    """Say what goes out by itself from now on. Raises PlanUnclear."""
    check_plan(plan)
    old = get_plan(event.id)
    if old == plan:
        return
    values = {**asdict(plan), "revised_at": now, "revised_by": by}
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    new = dialect.insert(ReminderPlan).values(event_id=event.id, **values)
    connection().execute(new.on_conflict_do_update(index_elements=["event_id"], set_=values))
    db.session.expire_all()
    subject = ("event", str(event.id))
    audit.record("reminder_plan.changed", subject=subject, by=by, now=now, old=asdict(old), new=asdict(plan))


def list_due(*, now: datetime) -> list[tuple[str, ReminderKind]]:
    """Registrations, by public id, that should get a letter now and have not got it."""
    due: list[tuple[str, ReminderKind]] = []
    for event, row in _events_with_plans(now=now):
        plan = _plan_of(row)
        for kind, days in (
            (ReminderKind.REMINDER, plan.remind_days),
            (ReminderKind.RECONFIRM, plan.reconfirm_days),
        ):
            if days is not None and now >= event.starts_at - timedelta(days=days):
                due += [(one.public_id, kind) for one in _without(kind, event, now=now)]
        if plan.complete_days is not None:
            ahead = timedelta(days=plan.complete_days)
            due += [(public_id, ReminderKind.COMPLETE) for public_id in _lacking(event, ahead, now=now)]
    return due


def _lacking(event: Event, ahead: timedelta, *, now: datetime) -> list[str]:
    """Public ids of those who lack something that is due so soon, and for which no letter asked: the last one did for
    all that was due as soon then. Answers are read of those alone who have not given one."""
    by = now + ahead
    last = last_due(event, by=by, now=now)
    if last is None:
        return []
    asked = (Reminder.registration_id == Registration.id, Reminder.kind == ReminderKind.COMPLETE)
    settled = Registration.confirmed_at <= now - FRESHLY_CONFIRMED
    query = select(Registration.id, Registration.public_id, Reminder.posted_at)
    query = query.outerjoin(Reminder, and_(*asked)).where(*_confirmed(event), settled)
    query = query.where(or_(Reminder.posted_at.is_(None), Reminder.posted_at < last - ahead))
    query = query.where(may_lack(event, by=by, now=now)).order_by(Registration.id)
    rows = db.session.execute(query).all()
    latest = latest_lacks(event, [row.id for row in rows], by=by, now=now)
    return [
        row.public_id
        for row in rows
        if row.id in latest and (row.posted_at is None or row.posted_at + ahead < latest[row.id])
    ]


def remind(public_id: str, kind: ReminderKind, *, now: datetime) -> bool:
    """Post this letter unless it was posted before or is not due any more. Whether it was."""
    registration = get_registration(public_id)
    event = registration.event
    is_on = registration.state is RegistrationState.CONFIRMED and event.state is EventState.PUBLISHED
    if not is_on or now >= event.starts_at:
        return False
    if kind is ReminderKind.COMPLETE:
        return _ask_to_complete(registration, now=now)
    if not _first(registration.id, kind, now=now):
        return False
    if kind is ReminderKind.REMINDER:
        post_reminder(registration, event, now=now)
        return True
    until = get_plan(event.id).gives_back_at(event.starts_at)
    soon = now + TIME_TO_ANSWER
    post_reconfirm(
        registration, event, link=reconfirm_path(registration), until=until and max(until, soon), now=now
    )
    return True


def _ask_to_complete(registration: Registration, *, now: datetime) -> bool:
    """Once for each day on which something is due that this person lacks."""
    days = get_plan(registration.event_id).complete_days
    if days is None or registration.removed_at is not None:
        return False
    ahead, event = timedelta(days=days), registration.event
    due_at = latest_lacks(event, [registration.id], by=now + ahead, now=now).get(registration.id)
    if due_at is None or not _first_for(registration.id, before=due_at - ahead, now=now):
        return False
    tell_what_is_missing(registration, now=now)
    return True


def _first_for(registration_id: int, *, before: datetime, now: datetime) -> bool:
    """Whether no letter asked to complete since; of two workers one hears so."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {"registration_id": registration_id, "kind": ReminderKind.COMPLETE, "posted_at": now}
    new = (
        dialect.insert(Reminder)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["registration_id", "kind"],
            set_={"posted_at": now},
            where=Reminder.posted_at < before,
        )
    )
    return connection().execute(new.returning(Reminder.registration_id)).scalar_one_or_none() is not None


def _first(registration_id: int, kind: ReminderKind, *, now: datetime) -> bool:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {"registration_id": registration_id, "kind": kind, "posted_at": now}
    new = dialect.insert(Reminder).values(**row).on_conflict_do_nothing().returning(Reminder.registration_id)
    return connection().execute(new).scalar_one_or_none() is not None


def find_question(registration: Registration) -> Reminder | None:
    """The question to this registration whether its people come, with its answer."""
    return db.session.get(Reminder, (registration.id, ReminderKind.RECONFIRM))


def answer_question(registration: Registration, *, comes: bool, now: datetime) -> None:
    """I come, or: take my place back. A "yes" may become a "no" later, and a "no" is final.

    Raises AlreadyEnded when the place is gone, and TooLateToChange once the event is over.
    """
    if not comes:
        _answer(registration, Answer.GIVES_BACK, now=now, instead_of=(Answer.COMES,))
        cancel(registration, by="holder", now=now)
        return
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()
    if _answer(registration, Answer.COMES, now=now):
        subject = ("registration", registration.public_id)
        audit.record("registration.reconfirmed", subject=subject, by="holder", now=now)
    elif _answer_of(registration) is not Answer.COMES:
        raise AlreadyEnded()


def list_silent(*, now: datetime) -> list[str]:
    """Registrations, by public id, whose time to answer is over and whose letter did leave in good time."""
    silent: list[str] = []
    for event, row in _events_with_plans(now=now):
        gives_back_at = _plan_of(row).gives_back_at(event.starts_at)
        if gives_back_at is not None and now >= gives_back_at:
            silent += db.session.scalars(
                select(Registration.public_id)
                .join(Reminder, and_(*_asked(Registration.id), Reminder.answer.is_(None)))
                .where(*_confirmed(event), _letter_left(before=now - TIME_TO_ANSWER))
                .order_by(Registration.id)
            )
    return silent


def take_silent_place(public_id: str, *, now: datetime) -> bool:
    """Give the place of somebody who did not answer to others, unless the answer came meanwhile. Whether it went."""
    registration = get_registration(public_id)
    if registration.state is not RegistrationState.CONFIRMED:
        return False
    if not _answer(registration, Answer.SILENT, now=now):
        return False
    cancel(registration, by="system", reason=translator(registration.language)(UNANSWERED), now=now)
    return True


def count_answers(event_id: int) -> dict[Answer | None, int]:
    """How many were asked, by answer; None are those who have not answered."""
    query = (
        select(Reminder.answer, func.count())
        .join(Registration, and_(*_asked(Registration.id)))
        .where(Registration.event_id == event_id)
        .group_by(Reminder.answer)
    )
    counted = {row[0]: row[1] for row in db.session.execute(query)}
    return {answer: counted.get(answer, 0) for answer in (None, *Answer)}


def _answer(
    registration: Registration, answer: Answer, *, now: datetime, instead_of: tuple[Answer, ...] = ()
) -> bool:
    """Of two answers at once the first one stands."""
    open_ones = Reminder.answer.is_(None) | Reminder.answer.in_(instead_of)
    statement = update(Reminder).where(*_asked(registration.id), open_ones)
    changed = rows_changed(statement.values(answer=answer, answered_at=now)) == 1
    db.session.expire_all()
    return changed


def _answer_of(registration: Registration) -> Answer | None:
    question = find_question(registration)
    return None if question is None else question.answer


def _asked(registration_id: object) -> tuple[ColumnElement[bool], ...]:
    return (Reminder.registration_id == registration_id, Reminder.kind == ReminderKind.RECONFIRM)


def _events_with_plans(*, now: datetime) -> Sequence[tuple[Event, ReminderPlan]]:
    # Answers may be due long before the event begins.
    is_near = or_(Event.starts_at <= now + timedelta(days=MOST_DAYS), ReminderPlan.complete_days.is_not(None))
    soon = (Event.starts_at > now, is_near)
    query = select(Event, ReminderPlan).join(ReminderPlan, ReminderPlan.event_id == Event.id)
    query = query.where(Event.state == EventState.PUBLISHED, *soon).order_by(Event.id)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _without(kind: ReminderKind, event: Event, *, now: datetime) -> Sequence[Row[int, str]]:
    """(id, public_id) of those who take part and have not got this letter."""
    got_it = exists().where(Reminder.registration_id == Registration.id, Reminder.kind == kind)
    settled = Registration.confirmed_at <= now - FRESHLY_CONFIRMED
    query = select(Registration.id, Registration.public_id).where(*_confirmed(event), settled, ~got_it)
    return db.session.execute(query.order_by(Registration.id)).all()


def _confirmed(event: Event) -> tuple[ColumnElement[bool], ...]:
    return (Registration.event_id == event.id, Registration.state == RegistrationState.CONFIRMED)


def _letter_left(*, before: datetime) -> ColumnElement[bool]:
    """Who never got the question keeps the place."""
    return exists().where(
        Message.subject_kind == "registration",
        Message.subject_id == Registration.public_id,
        Message.letter == "reconfirm",
        Message.state == MessageState.SENT,
        Message.sent_at <= before,
    )


def _plan_of(row: ReminderPlan) -> Plan:
    return Plan(**{one.name: getattr(row, one.name) for one in fields(Plan)})
