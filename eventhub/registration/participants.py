"""The public list: who is confirmed and agreed to be named, and nobody else."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import aliased

from eventhub.db import db
from eventhub.privacy.models import ConsentDocument, ConsentRecord
from eventhub.privacy.rules import PUBLICATION, Act
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.rules import RegistrationState

CONTEXT = "registration:"


class Published(NamedTuple):
    """A person as the public sees them."""

    full_name: str
    organisation: str


def consent_context(public_id: str) -> str:
    """How the ledger names what a consent was given for."""
    return f"{CONTEXT}{public_id}"


def list_published(event_id: int) -> list[Published]:
    """By name. Who registered agreed for themselves alone, so of a group there is the first."""
    rows = db.session.execute(_published(), {"event": event_id, "purpose": PUBLICATION})
    return [Published(*row) for row in rows]


def count_published(event_id: int) -> int:
    """How many the list would name."""
    counted = select(func.count()).select_from(_published().order_by(None).subquery())
    return db.session.scalar(counted, {"event": event_id, "purpose": PUBLICATION}) or 0


@cache
def _published() -> Select[str, str]:
    line, other = ConsentRecord, aliased(Attendee)
    newest = (
        select(func.max(line.id))
        .join(ConsentDocument, ConsentDocument.id == line.document_id)
        .where(
            line.subject_key == Registration.email_key,
            line.context == literal(CONTEXT) + Registration.public_id,
            ConsentDocument.purpose == bindparam("purpose"),
        )
        .correlate(Registration)
        .scalar_subquery()
    )
    first = select(func.min(other.id)).where(other.registration_id == Registration.id).scalar_subquery()
    return (
        select(Attendee.full_name, Registration.organisation)
        .join(Registration, Registration.id == Attendee.registration_id)
        .join(line, line.id == newest)
        .where(
            Registration.event_id == bindparam("event"),
            Registration.state == RegistrationState.CONFIRMED,
            Registration.removed_at.is_(None),
            Attendee.id == first,
            line.act == Act.GIVEN.value,
        )
        .order_by(Attendee.search_key, Attendee.id)
    )
