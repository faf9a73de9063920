"""Children as data about somebody: told to their guardian, and gone a month after the event (class M)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from eventhub.core.names import search_key
from eventhub.core.tombstones import tombstone
from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.fares import fares_of, named_fares
from eventhub.registration.parties.models import Child, Party
from eventhub.registration.parties.queries import find_party, list_members


def export_party(registration: Registration) -> dict[str, Any] | None:
    """Who comes together, with what was told of each child; None for who comes alone."""
    party = find_party(registration)
    if party is None:
        return None
    names = named_fares(registration)
    return {
        "kind": party.kind,
        "phone": party.phone,
        "relation": party.relation,
        "grade": party.grade,
        "ages": [party.youngest, party.oldest],
        "children": [
            {
                "full_name": one.attendee.full_name,
                "born_on": one.child.born_on,
                "may_leave_alone": one.child.may_leave_alone,
                "may_be_photographed": one.child.may_be_photographed,
                "sessions": [session.title for session in one.sessions],
            }
            for one in list_members(registration)
            if one.child is not None
        ],
        "tickets": [
            {"ticket_type": names[one.attendee_id], "price": one.price}
            for one in fares_of(registration).values()
        ],
    }


def forget_party(registration: Registration) -> None:
    """What was told of the children and of their guardian goes; how many they were stays."""
    people = select(Attendee.id).where(Attendee.registration_id == registration.id)
    db.session.execute(delete(Child).where(Child.attendee_id.in_(people)))
    nothing = {"phone": "", "relation": "", "grade": "", "youngest": None, "oldest": None}
    rows_changed(update(Party).where(Party.registration_id == registration.id).values(**nothing))
    db.session.expire_all()


def list_forgettable_children(*, ended_before: datetime, limit: int) -> Sequence[int]:
    """Ids of attendees who are children and whose event ended at this moment or before."""
    query = (
        select(Child.attendee_id)
        .join(Attendee, Attendee.id == Child.attendee_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Event.ends_at <= ended_before)
    )
    return db.session.scalars(query.order_by(Event.ends_at, Child.attendee_id).limit(limit)).all()


def forget_child(attendee_id: int, *, now: datetime) -> None:
    """A tombstone instead of the name; the guardian's own registration stays for its time."""
    child = db.session.get_one(Attendee, attendee_id, with_for_update=True)
    child.full_name = tombstone(now)
    child.search_key = search_key(child.full_name)
    db.session.execute(delete(Child).where(Child.attendee_id == attendee_id))
    db.session.flush()
