"""Delegations as their coordinator and the organisers see them: the list with a status each, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from eventhub.checkin.models import Presence
from eventhub.db import db
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.rules import MemberFacts, MemberStatus, status_of
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.rules import RegistrationState

MOST_DELEGATIONS = 300
_HAS_COME = (
    exists()
    .where(Attendee.registration_id == Registration.id, Presence.ticket_id == Attendee.ticket_id)
    .correlate(Registration)
)
_FACTS = (
    Registration.state,
    DelegationMember.seems_to_wait,
    DelegationMember.completed_at.is_not(None).label("has_completed"),
    DelegationMember.declined_at.is_not(None).label("has_declined"),
    _HAS_COME.label("has_come"),
)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A line of the coordinator's list; `ticket_type_id` is that of the registration, where it has one."""

    member: DelegationMember
    status: MemberStatus
    ticket_type_id: int | None


def list_members(delegation: Delegation) -> list[Listed]:
    """By name, in one statement."""
    query = (
        select(DelegationMember, Registration.ticket_type_id, *_FACTS)
        .outerjoin(Registration, Registration.id == DelegationMember.registration_id)
        .where(DelegationMember.delegation_id == delegation.id)
        .order_by(DelegationMember.full_name, DelegationMember.id)
    )
    return [
        Listed(member=row[0], ticket_type_id=row[1], status=_status(*row[2:]))
        for row in db.session.execute(query)
    ]


def counted(members: Iterable[Listed]) -> Mapping[MemberStatus, int]:
    """How many of each status."""
    counts = Counter(one.status for one in members)
    return {status: counts[status] for status in MemberStatus}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A delegation with how many of its people have each status."""

    delegation: Delegation
    counts: Mapping[MemberStatus, int]


def list_delegations(event_id: int) -> Sequence[Counted]:
    """Of an event, by organisation, in two statements."""
    ours = select(Delegation).where(Delegation.event_id == event_id)
    found = db.session.scalars(
        ours.order_by(Delegation.organisation, Delegation.id).limit(MOST_DELEGATIONS)
    ).all()
    counts: dict[int, Counter[MemberStatus]] = {one.id: Counter() for one in found}
    for delegation_id, *facts, number in db.session.execute(_counts(event_id)):
        if delegation_id in counts:
            counts[delegation_id][_status(*facts)] += number
    return [
        Counted(delegation=one, counts={status: counts[one.id][status] for status in MemberStatus})
        for one in found
    ]


def _counts(event_id: int) -> Select[*tuple[Any, ...]]:
    """Grouped by what a status follows from."""
    facts = (
        select(DelegationMember.delegation_id, *_FACTS)
        .join(Delegation, Delegation.id == DelegationMember.delegation_id)
        .outerjoin(Registration, Registration.id == DelegationMember.registration_id)
        .where(Delegation.event_id == event_id)
        .subquery()
    )
    return select(*facts.c, func.count()).group_by(*facts.c)


def came_with(delegation: str, event_id: int) -> ColumnElement[bool]:
    """That the registration was made by this delegation, by its public id."""
    its_own = Delegation.public_id == delegation, Delegation.event_id == event_id
    line = exists().where(
        DelegationMember.registration_id == Registration.id,
        Delegation.id == DelegationMember.delegation_id,
        *its_own,
    )
    return line.correlate(Registration)


def delegations_by_registration(event_id: int, registrations: Iterable[int] | None = None) -> dict[int, str]:
    """The organisations that registered these registrations, or all of the event."""
    query = (
        select(DelegationMember.registration_id, Delegation.organisation)
        .join(Delegation, Delegation.id == DelegationMember.delegation_id)
        .where(Delegation.event_id == event_id, DelegationMember.registration_id.is_not(None))
    )
    if registrations is not None:
        query = query.where(DelegationMember.registration_id.in_(list(registrations)))
    return {number: organisation for number, organisation in db.session.execute(query) if number}


def list_names(event_id: int) -> list[tuple[str, str]]:
    """(public id, organisation) of the event's delegations, by organisation."""
    query = (
        select(Delegation.public_id, Delegation.organisation)
        .where(Delegation.event_id == event_id, Delegation.opened_at.is_not(None))
        .order_by(Delegation.organisation, Delegation.id)
        .limit(MOST_DELEGATIONS)
    )
    return [(row.public_id, row.organisation) for row in db.session.execute(query)]


def _status(
    state: RegistrationState | None,
    seems_to_wait: bool,
    has_completed: bool,
    has_declined: bool,
    has_come: bool,
) -> MemberStatus:
    return status_of(
        MemberFacts(
            state=state,
            seems_to_wait=bool(seems_to_wait),
            has_completed=bool(has_completed),
            has_declined=bool(has_declined),
            has_come=bool(has_come),
        )
    )
