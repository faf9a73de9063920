"""Families and groups that tests of registration ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from eventhub.db import db
from eventhub.events.models import Session
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.parties.models import Seat
from eventhub.registration.parties.plans import PartyPlan, PersonPlan
from eventhub.registration.parties.rules import PartyKind
from tests.commands.registration.asking import look_again

SIX, NINE, THIRTEEN = date(2020, 6, 1), date(2017, 6, 1), date(2013, 6, 1)


def a_child(
    full_name: str = "Vera Example", born_on: date = NINE, *sessions: Session, **more: Any
) -> PersonPlan:
    names = tuple(session.public_id for session in sessions)
    return PersonPlan(full_name=full_name, born_on=born_on, sessions=names, **more)


def a_family(*children: PersonPlan, **changes: Any) -> PartyPlan:
    plain = {"kind": PartyKind.FAMILY, "phone": "+7 812 000-00-00", "relation": "mother"}
    return PartyPlan(**{**plain, "people": children or (a_child(),), **changes})


def a_group(heads: int, **changes: Any) -> PartyPlan:
    pupils = tuple(PersonPlan(full_name=f"Pupil {number}") for number in range(1, heads + 1))
    return PartyPlan(**{"kind": PartyKind.SCHOOL_GROUP, "grade": "5A", "people": pupils, **changes})


def names(registration: Registration) -> list[str]:
    look_again()
    query = select(Attendee.full_name).where(Attendee.registration_id == registration.id)
    return list(db.session.scalars(query.order_by(Attendee.id)))


def seats(registration: Registration) -> dict[str, list[int]]:
    """Who takes which sessions, by their ids."""
    look_again()
    query = (
        select(Attendee.full_name, Seat.session_id)
        .join(Seat, Seat.attendee_id == Attendee.id)
        .where(Attendee.registration_id == registration.id)
        .order_by(Attendee.id, Seat.session_id)
    )
    found: dict[str, list[int]] = {}
    for name, session in db.session.execute(query):
        found.setdefault(name, []).append(session)
    return found


def counts(registration: Registration) -> dict[int, int]:
    """How many of the registration take each session, by its id."""
    look_again()
    query = select(SessionChoice.session_id, SessionChoice.count)
    rows: Iterable[Any] = db.session.execute(query.where(SessionChoice.registration_id == registration.id))
    return {row.session_id: row.count for row in rows}
