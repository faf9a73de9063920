"""A coordinator with a delegation, and what tests look at afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventhub.core.ids import public_id
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.delegations import answering, members
from eventhub.registration.delegations.answering import Agreement
from eventhub.registration.delegations.commands import NOTHING_WISHED, Start, open_delegation, start
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.rules import Entry
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.types.rules import TypeWish
from tests.commands.registration.asking import look_again

COORDINATOR = "coordinator@example.org"


def an_entry(email: str = "one@example.org", **changes: Any) -> Entry:
    said = {
        "full_name": "Test Delegate",
        "email": email,
        "organisation": "Example University",
        "country": "CN",
        "language": "en",
        **changes,
    }
    return Entry(**said)


@dataclass(frozen=True)
class Led:
    """A delegation by what all threads may share of it."""

    id: int
    slug: str
    pool_id: int | None


def begin(
    event: Event | Led,
    *,
    now: datetime,
    email: str = COORDINATOR,
    key: str | None = None,
    ticket: TypeWish = NOTHING_WISHED,
) -> None:
    coordinator = an_entry(email, full_name="Test Coordinator")
    with transaction():
        start(Start(coordinator=coordinator, key=key or public_id(), ticket=ticket), slug=event.slug, now=now)


def lead(
    event: Event | Led,
    *,
    now: datetime,
    email: str = COORDINATOR,
    most: int | None = None,
    ticket: TypeWish = NOTHING_WISHED,
) -> Led:
    """An open delegation."""
    begin(event, now=now, email=email, ticket=ticket)
    with transaction():
        delegation = newest()
        if most is not None:
            delegation.most_members = most
        open_delegation(delegation, now=now)
        return Led(delegation.id, delegation.event.slug, delegation.event.pool_id)


def newest() -> Delegation:
    return db.session.scalars(select(Delegation).order_by(Delegation.id.desc()).limit(1)).one()


def again(delegation: Delegation | Led) -> Delegation:
    return db.session.get_one(Delegation, delegation.id)


def add(
    delegation: Delegation | Led, email: str = "one@example.org", *, now: datetime, **changes: Any
) -> None:
    with transaction():
        members.add(again(delegation), an_entry(email, **changes), now=now)


def member_of(delegation: Delegation | Led, email: str = "one@example.org") -> DelegationMember:
    look_again()
    query = select(DelegationMember).where(
        DelegationMember.delegation_id == delegation.id, DelegationMember.email == email
    )
    return db.session.scalars(query).one()


def registration_of(delegation: Delegation | Led, email: str = "one@example.org") -> Registration:
    number = member_of(delegation, email).registration_id
    return get_registration(db.session.get_one(Registration, number).public_id)


def agree(registration: Registration, *, now: datetime, consents: tuple[int, ...] = ()) -> None:
    agreement = Agreement(consents=consents, address="192.0.2.7")
    with transaction():
        answering.agree(get_registration(registration.public_id), agreement, now=now)


def decline(registration: Registration, *, now: datetime) -> None:
    with transaction():
        answering.decline(get_registration(registration.public_id), now=now)


def emails_of(delegation: Delegation | Led) -> list[str]:
    look_again()
    query = select(DelegationMember.email).where(DelegationMember.delegation_id == delegation.id)
    return list(db.session.scalars(query.order_by(DelegationMember.id)))


def seats_of(delegation: Delegation | Led) -> int:
    look_again()
    return again(delegation).member_count
