"""What tests of privacy need: consents in force, somebody who took part with everything that may be held of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentDocument
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from tests.commands.registration.asking import registered
from tests.factories import both_languages, make_event, make_user

EMAIL = "canary@example.org"
NAME = "Canary Example-Bird"
HOME = "Canary University"


def open_consent(purpose: str, *, now: datetime, is_required: bool = False) -> ConsentDocument:
    with transaction():
        return publish_consent(
            purpose=purpose,
            title=both_languages(f"Text about {purpose}"),
            body=both_languages(f"I agree to {purpose}."),
            is_required=is_required,
            now=now,
        )


def an_event(now: datetime, **changes: Any) -> Event:
    with transaction():
        return make_event(now=now, **changes)


def takes_part(
    event: Event, *, now: datetime, consents: tuple[int, ...] = (), **changes: Any
) -> Registration:
    """Registered and confirmed, under the name and the address that tests look for."""
    answers = {"email": EMAIL, "full_name": NAME, "organisation": HOME, **changes}
    email = answers.pop("email")
    registration = registered(event.slug, email, now=now, consents=consents, **answers)
    return get_registration(registration.public_id)


def an_account(now: datetime, email: str = EMAIL) -> str:
    """The public id of the account that somebody has besides."""
    with transaction():
        return make_user(email, now=now, full_name=NAME).public_id


def over(event: Event) -> datetime:
    """A day after the event's end."""
    return event.ends_at + timedelta(days=1)


def fresh(registration: Registration) -> Registration:
    db.session.rollback()
    db.session.expire_all()
    return get_registration(registration.public_id)


def letters_to(email: str = EMAIL) -> list[str]:
    db.session.rollback()
    query = select(Message.letter).where(Message.to_email == email).order_by(Message.id)
    return list(db.session.scalars(query))
