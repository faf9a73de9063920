"""Reads about people who come together: the party of a registration, and each of its people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from eventhub.db import db
from eventhub.events.models import Session
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Child, Party, Seat
from eventhub.registration.parties.rules import PartyKind


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of a party: `child` is None for the adult, `sessions` are those that this person takes."""

    attendee: Attendee
    child: Child | None
    sessions: tuple[Session, ...]


def find_party(registration: Registration) -> Party | None:
    """The party of a registration; whoever comes alone costs no statement."""
    return db.session.get(Party, registration.id) if len(registration.attendees) > 1 else None


def list_answering(registration: Registration) -> dict[str, str]:
    """Who answers for themselves beside the first: the names by the keys (forms/each)."""
    party = find_party(registration)
    is_family = party is not None and party.kind is PartyKind.FAMILY
    return {str(one.id): one.full_name for one in registration.attendees[1:]} if is_family else {}


def list_answering_of(registration_ids: Sequence[int]) -> dict[int, list[str]]:
    """As list_answering, of many in one statement, by the registration's id; no key of those with nobody."""
    families = select(Party.registration_id).where(
        Party.registration_id.in_(registration_ids), Party.kind == PartyKind.FAMILY
    )
    query = select(Attendee.registration_id, Attendee.id).where(Attendee.registration_id.in_(families))
    found: dict[int, list[str]] = {}
    for row in db.session.execute(query.order_by(Attendee.id)):
        found.setdefault(row.registration_id, []).append(str(row.id))
    return {one: keys[1:] for one, keys in found.items()}


def list_names_with(attendee: Attendee) -> list[str]:
    """Whom this attendee's ticket stands for, in one statement: the whole party for its first, else nobody else."""
    names = db.session.execute(_NAMES, {"registration": attendee.registration_id}).all()
    return [row.full_name for row in names] if names and names[0].id == attendee.id else []


_NAMES = (
    select(Attendee.id, Attendee.full_name)
    .join(Party, Party.registration_id == Attendee.registration_id)
    .where(Attendee.registration_id == bindparam("registration"))
    .order_by(Attendee.id)
)


def list_members(registration: Registration) -> list[Member]:
    """The adult first, in two statements; attendees and choices have to be loaded."""
    ids = [one.id for one in registration.attendees]
    of_these = select(Child).where(Child.attendee_id.in_(ids))
    children = {one.attendee_id: one for one in db.session.scalars(of_these)}
    seats = list(db.session.scalars(select(Seat).where(Seat.attendee_id.in_(ids))))
    sessions = sorted((choice.session for choice in registration.choices), key=lambda one: one.starts_at)
    taken = {(seat.attendee_id, seat.session_id) for seat in seats}
    return [
        Member(
            attendee=one,
            child=children.get(one.id),
            sessions=tuple(session for session in sessions if (one.id, session.id) in taken),
        )
        for one in registration.attendees
    ]
