"""Writing down who comes along, what is told of each child, and to what its guardian agreed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm.attributes import set_committed_value

from eventhub.core.names import search_key
from eventhub.db import as_stored, connection, db
from eventhub.privacy.commands import Guardian, record_consents
from eventhub.privacy.queries import Wording
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.participants import consent_context
from eventhub.registration.parties.models import Child, Party, Seat
from eventhub.registration.parties.plans import PartyPlan, PersonPlan
from eventhub.registration.parties.rules import PartyKind
from eventhub.registration.parties.seating import Seating

_PERSON = insert(Attendee).returning(Attendee.id)


def add_party(registration: Registration, party: PartyPlan) -> None:
    """The party and its people, behind the adult who is there already."""
    row = {
        "registration_id": registration.id,
        "kind": party.kind,
        "phone": party.phone,
        "relation": party.relation,
        "grade": party.grade,
        "youngest": party.youngest,
        "oldest": party.oldest,
    }
    connection().execute(insert(Party), row)
    people = [add_child(registration, person) for person in party.people]
    set_committed_value(registration, "attendees", [*registration.attendees, *people])


def add_child(registration: Registration, person: PersonPlan) -> Attendee:
    """A child of the party; it takes no place yet."""
    row = {
        "registration_id": registration.id,
        "ticket_id": None,
        "full_name": person.full_name,
        "search_key": search_key(person.full_name),
    }
    child = as_stored(Attendee(**row, id=connection().execute(_PERSON, row).scalar_one()))
    about = {
        "attendee_id": child.id,
        "born_on": person.born_on,
        "may_leave_alone": person.may_leave_alone,
        "may_be_photographed": person.may_be_photographed,
    }
    connection().execute(insert(Child), about)
    return child


def store_seats(people: Sequence[Attendee], seating: Seating) -> None:
    """Who takes what; for one person alone the registration's choice says it."""
    if seating.size == 1:
        return
    rows = [
        {"attendee_id": person.id, "session_id": session.id}
        for person, taken in zip(people, seating.by_person, strict=True)
        for session in taken
    ]
    if rows:
        connection().execute(insert(Seat), rows)


def drop_seats(attendee_ids: Iterable[int]) -> None:
    db.session.execute(delete(Seat).where(Seat.attendee_id.in_(list(attendee_ids))))


def record_guardian(
    registration: Registration,
    party: PartyPlan,
    children: Sequence[Attendee],
    consents: Sequence[Wording],
    *,
    address: str,
    method: str,
    now: datetime,
) -> None:
    """A line of the ledger for each child and each text without which nobody registers: the guardian agreed to it.

    Of a school group the school has the consents of the parents.
    """
    if party.kind is not PartyKind.FAMILY:
        return
    guardian = Guardian(full_name=registration.attendees[0].full_name, relation=party.relation)
    for child in children:
        record_consents(
            [one for one in consents if one.is_required],
            subject_key=registration.email_key,
            context=child_context(registration, child),
            address=address,
            method=method,
            guardian=guardian,
            now=now,
        )


def child_context(registration: Registration, child: Attendee) -> str:
    """How the ledger names what was agreed to for a child."""
    return f"{consent_context(registration.public_id)}/child/{child.id}"
