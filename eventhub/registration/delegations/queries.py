"""Reads of delegations: by their secret link, by the person who is in one, by the coordinator's address."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Load, joinedload

from eventhub.core.errors import NotFound
from eventhub.core.keys import token_matches
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.events.queries import without_long_texts
from eventhub.registration import rules
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.rules import DelegationState
from eventhub.registration.models import Registration
from eventhub.registration.queries import link_subject

LIVE = (DelegationState.INVITED, DelegationState.PENDING, DelegationState.OPEN)


def get_delegation(public_id: str, secret: str, *, purpose: str) -> Delegation:
    """The delegation whose letter carried this link, with its event. Raises NotFound for every other secret."""
    delegation = db.session.scalars(_with_event(), {"delegation": public_id}).one_or_none()
    if delegation is None or not token_matches(purpose, link_subject(delegation), secret):
        raise NotFound()
    return delegation


def _with_event() -> Select[Delegation]:
    event = joinedload(Delegation.event).options(joinedload(Event.venue), *without_long_texts(Load(Event)))
    return select(Delegation).where(Delegation.public_id == bindparam("delegation")).options(event)


def find_live_delegation(event_id: int, email_key: str) -> Delegation | None:
    """The one live delegation of this coordinator at this event."""
    query = select(Delegation).where(
        Delegation.event_id == event_id, Delegation.email_key == email_key, Delegation.state.in_(LIVE)
    )
    return db.session.scalars(query.options(joinedload(Delegation.event))).one_or_none()


def get_member(delegation: Delegation, public_id: str) -> DelegationMember:
    """Raises NotFound, for those of other delegations too."""
    query = select(DelegationMember).where(
        DelegationMember.delegation_id == delegation.id, DelegationMember.public_id == public_id
    )
    member = db.session.scalars(query).one_or_none()
    if member is None:
        raise NotFound()
    return member


def find_by_address(delegation: Delegation, email_key: str) -> DelegationMember | None:
    query = select(DelegationMember).where(
        DelegationMember.delegation_id == delegation.id, DelegationMember.email_key == email_key
    )
    return db.session.scalars(query).one_or_none()


def find_membership(registration_id: int) -> DelegationMember | None:
    """The line by which somebody was registered, with its delegation; None for who registered themselves."""
    return db.session.scalars(_membership(), {"registration": registration_id}).one_or_none()


@cache
def _membership() -> Select[DelegationMember]:
    ours = DelegationMember.registration_id == bindparam("registration")
    return select(DelegationMember).where(ours).options(joinedload(DelegationMember.delegation))


def list_of_coordinator(email_key: str) -> Sequence[Delegation]:
    """The open delegations of one address, the soonest event first."""
    query = (
        select(Delegation)
        .join(Event, Event.id == Delegation.event_id)
        .where(Delegation.email_key == email_key, Delegation.state == DelegationState.OPEN)
        .options(joinedload(Delegation.event))
    )
    return db.session.scalars(query.order_by(Event.starts_at, Delegation.id)).all()


def silent_members(event_id: int) -> Select[int]:
    """Ids of the registrations of this event whose people neither agreed to a coordinator's doing nor declined."""
    return (
        select(Registration.id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(
            Registration.event_id == event_id,
            DelegationMember.completed_at.is_(None),
            DelegationMember.declined_at.is_(None),
        )
    )


def find_unanswered(registration: Registration) -> DelegationMember | None:
    """The line of somebody who was registered and has neither agreed nor declined, while that can be done."""
    if registration.state not in rules.LIVE:
        return None
    return while_unanswered(find_membership(registration.id))


def while_unanswered(member: DelegationMember | None) -> DelegationMember | None:
    """The line, while its person has neither agreed nor declined."""
    return member if member is not None and member.completed_at is None else None
