"""Delegations as data about somebody: whom a coordinator registered, and what a coordinator said of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import joinedload

from eventhub.core.subjects import DataSubject
from eventhub.core.tombstones import tombstone
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.mail.personal import strike_name
from eventhub.registration.delegations.models import Delegation, DelegationMember, KeptSheet
from eventhub.registration.delegations.rules import DelegationState
from eventhub.registration.models import Registration


def export_delegations(subject: DataSubject) -> dict[str, Any]:
    """What the person leads, and in which lists they stand."""
    lines = db.session.scalars(
        select(DelegationMember)
        .where(_lines_of(subject))
        .order_by(DelegationMember.id)
        .options(joinedload(DelegationMember.delegation).joinedload(Delegation.event))
    )
    return {"coordinates": _coordinated(subject), "listed_by": [_line(one) for one in lines]}


def _coordinated(subject: DataSubject) -> list[dict[str, Any]]:
    """By an address that is proven; who has one registration's link leads nothing by it."""
    if not subject.is_whole:
        return []
    query = select(Delegation).where(Delegation.email_key == subject.email_key).order_by(Delegation.id)
    return [
        {
            "event": one.event.title,
            "state": one.state,
            "full_name": one.full_name,
            "email": one.email,
            "organisation": one.organisation,
            "country": one.country,
            "language": one.language,
            "people": one.member_count,
            "started_at": one.created_at,
        }
        for one in db.session.scalars(query.options(joinedload(Delegation.event)))
    ]


def _line(member: DelegationMember) -> dict[str, Any]:
    return {
        "event": member.delegation.event.title,
        "by": member.delegation.organisation,
        "full_name": member.full_name,
        "email": member.email,
        "organisation": member.organisation,
        "country": member.country,
        "listed_at": member.added_at,
        "completed_at": member.completed_at,
        "declined_at": member.declined_at,
    }


def forget_delegations(subject: DataSubject, *, now: datetime) -> None:
    """A tombstone instead of each name. The line stays, so the delegation's count stays what it was."""
    for member in db.session.scalars(select(DelegationMember).where(_lines_of(subject))):
        _forget_line(member, now=now)
    if subject.is_whole:
        led = select(Delegation).where(
            Delegation.email_key == subject.email_key, Delegation.removed_at.is_(None)
        )
        for delegation in db.session.scalars(led):
            _forget(delegation, now=now)
    db.session.flush()


def _lines_of(subject: DataSubject) -> ColumnElement[bool]:
    ids = select(Registration.id).where(Registration.public_id.in_(subject.registrations))
    by_link = DelegationMember.registration_id.in_(ids)
    return or_(by_link, DelegationMember.email_key == subject.email_key) if subject.is_whole else by_link


def _forget_line(member: DelegationMember, *, now: datetime) -> None:
    """Also in the letter which told the coordinator that this person is not in the list any more."""
    about = ("delegation", member.delegation.public_id)
    strike_name(member.full_name, letter="delegation_declined", abouts=[about], now=now)
    member.email = member.email_key = _address(member.public_id)
    member.full_name, member.organisation = tombstone(now), ""


def _forget(delegation: Delegation, *, now: datetime) -> None:
    """Also in the letters by which the members heard who registered them."""
    abouts = [("registration", one) for one in _members_of(delegation)]
    strike_name(delegation.full_name, letter="delegation_member", abouts=abouts, now=now)
    delegation.email = delegation.email_key = _address(delegation.public_id)
    delegation.full_name, delegation.organisation = tombstone(now), ""
    delegation.link_generation += 1
    delegation.state = DelegationState.ENDED
    delegation.removed_at = now
    db.session.execute(delete(KeptSheet).where(KeptSheet.delegation_id == delegation.id))


def _members_of(delegation: Delegation) -> Sequence[str]:
    """Public ids of their registrations."""
    query = select(Registration.public_id).join(
        DelegationMember, DelegationMember.registration_id == Registration.id
    )
    return db.session.scalars(query.where(DelegationMember.delegation_id == delegation.id)).all()


def _address(public_id: str) -> str:
    return f"removed-{public_id}@removed.invalid"


def list_forgettable_delegations(*, ended_before: datetime, limit: int) -> Sequence[int]:
    """Delegations whose event ended at this moment or before and that still name somebody."""
    query = (
        select(Delegation.id)
        .join(Event, Event.id == Delegation.event_id)
        .where(Event.ends_at <= ended_before, Delegation.removed_at.is_(None))
    )
    return db.session.scalars(query.order_by(Event.ends_at, Delegation.id).limit(limit)).all()


def forget_delegation(number: int, *, now: datetime) -> None:
    """The coordinator and the whole list, as one of list_forgettable_delegations."""
    delegation = db.session.get_one(Delegation, number, with_for_update=True)
    _forget(delegation, now=now)
    for member in db.session.scalars(
        select(DelegationMember).where(DelegationMember.delegation_id == number)
    ):
        _forget_line(member, now=now)
    db.session.flush()
