"""What tests of registration ask for, and what they look at afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from eventhub.core.ids import public_id
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.events.queries import get_event
from eventhub.mail.models import Message
from eventhub.registration import changing, commands
from eventhub.registration.asking import Ask, Submission
from eventhub.registration.confirming import confirm as confirm_registration
from eventhub.registration.models import Registration
from eventhub.registration.proof import list_miscounts, list_misheld
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import LIVE, RegistrationState
from eventhub.registration.walking_in import WalkIn, walk_in
from eventhub.tickets.models import Ticket, TicketState

GUEST = "guest@example.org"
CREW = "crew"


def an_ask(email: str = GUEST, **changes: Any) -> Ask:
    answers = {
        "full_name": "Test Guest",
        "email": email,
        "organisation": "Example University",
        "country": "DE",
        "language": "en",
        **changes,
    }
    return Ask(**answers)


def a_submission(key: str | None = None, *, consents: tuple[int, ...] = ()) -> Submission:
    return Submission(key=key or public_id(), consents=consents, address="192.0.2.1")


def register(
    slug: str, email: str = GUEST, *, now: datetime, key: str | None = None, **changes: Any
) -> Registration:
    consents = changes.pop("consents", ())
    with transaction():
        return commands.register(
            an_ask(email, **changes), a_submission(key, consents=consents), slug=slug, now=now
        )


@dataclass(frozen=True)
class Known:
    """A registration by what all threads may share of it."""

    public_id: str


def confirm(registration: Registration | Known, *, now: datetime) -> None:
    with transaction():
        confirm_registration(get_registration(registration.public_id), now=now)


def cancel(registration: Registration | Known, *, now: datetime) -> None:
    with transaction():
        commands.cancel(get_registration(registration.public_id), by="holder", now=now)


def change(registration: Registration | Known, *, now: datetime, **changes: Any) -> None:
    with transaction():
        changing.change(get_registration(registration.public_id), an_ask(**changes), now=now)


def registered(slug: str, email: str = GUEST, *, now: datetime, **changes: Any) -> Registration:
    """Registered and confirmed."""
    registration = register(slug, email, now=now, **changes)
    confirm(registration, now=now)
    return registration


def here(slug: str, email: str = "", *, now: datetime, **changes: Any) -> Registration:
    plain = {
        "key": public_id(),
        "full_name": "Ada Example",
        "organisation": "Example School",
        "language": "en",
        "consents": (),
        "said": "paper",
        "address": "192.0.2.9",
    }
    with transaction():
        return walk_in(
            WalkIn(**{**plain, "email": email, **changes}), event=get_event(slug), by=CREW, now=now
        )


def look_again() -> None:
    """Forget what this test has read before."""
    db.session.rollback()
    db.session.expire_all()


def state_of(registration: Registration | Known) -> RegistrationState:
    look_again()
    return get_registration(registration.public_id).state


def taken(pool_id: int | None) -> int | None:
    look_again()
    return db.session.scalar(select(CapacityPool.taken).where(CapacityPool.id == pool_id))


def count(model: type) -> int | None:
    look_again()
    return db.session.scalar(select(func.count()).select_from(model))


def letters(about: Registration | None = None) -> list[str]:
    """The kinds of the letters posted, in order."""
    look_again()
    query = select(Message.letter).order_by(Message.id)
    if about is not None:
        query = query.where(Message.subject_id == about.public_id)
    return list(db.session.scalars(query))


def tickets(event: Event) -> list[TicketState]:
    look_again()
    query = select(Ticket.state).where(Ticket.event_id == event.id).order_by(Ticket.id)
    return list(db.session.scalars(query))


def check_the_books() -> None:
    """Counters are what registrations hold and never more than fits; one live registration an address and event."""
    look_again()
    assert list_miscounts() == []
    assert list_misheld() == []
    pools = db.session.execute(select(CapacityPool.taken, CapacityPool.capacity)).all()
    assert [pool for pool in pools if not 0 <= pool.taken <= pool.capacity] == []
    live = (
        select(Registration.event_id, Registration.email_key)
        .where(Registration.state.in_(LIVE))
        .group_by(Registration.event_id, Registration.email_key)
        .having(func.count() > 1)
    )
    assert db.session.execute(live).all() == []
