"""A party changes: somebody comes along after all, somebody stays at home, and each may take other sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from eventhub.core.names import search_key
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.events.stamps import names_changed
from eventhub.privacy.queries import list_wordings_in_force
from eventhub.registration import letters
from eventhub.registration.asking import Ask
from eventhub.registration.choosing import get_offered, store_choices
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.forms.storing import forget_answers_of, store_answers
from eventhub.registration.forms.taking import Given, take_again
from eventhub.registration.holding import expire_overdue, hold
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.parties.fares import fares_of, owed_together, renew_fares
from eventhub.registration.parties.models import Child, Fare, Party
from eventhub.registration.parties.people import add_child, drop_seats, record_guardian, store_seats
from eventhub.registration.parties.plans import PartyPlan, PersonPlan
from eventhub.registration.parties.rules import PartyKind, check_named_once
from eventhub.registration.parties.seating import Seating, check_party, seated
from eventhub.registration.reviewing import ask_for_review
from eventhub.registration.rules import (
    AlreadyEnded,
    NotConfirmedYet,
    RegistrationState,
    check_can_change,
    check_can_rename,
)
from eventhub.registration.session_lines.for_parties import trim_wishes
from eventhub.registration.session_lines.offering import seats_on_offer
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import check_size
from eventhub.registration.types.taking import owe_now, renew_debt
from eventhub.registration.waiting import give_on, offer_places
from eventhub.tickets.commands import issue_ticket, void_ticket

STAYS_AT_HOME = "does not come along"


def change_party(registration: Registration, ask: Ask, *, now: datetime) -> None:
    """Store the party as it is asked for: all of the change or none of it.

    Who is named by a ticket stays, who is not named any more goes and its ticket is void, the others are new.
    The same form again changes nothing.
    Raises TooLateToChange, AlreadyEnded, SamePersonTwice, EventFull, SessionFull, and as `register` of a party.
    """
    event, plan = registration.event, ask.party
    check_can_change(ends_at=event.ends_at, now=now)
    form = hold_form(event.id)
    lock(registration)
    _check_confirmed(registration)
    if plan is None:
        raise AlreadyEnded()
    if _is_changed_by(plan.form_key, registration):
        return
    check_named_once([person.ticket for person in plan.people])
    before, names = _facts(registration), [one.full_name for one in registration.attendees]
    keys = plan.keys(_known(registration))
    given = take_again(form, registration.id, ask.sheet, people=keys, now=now)
    if not fares_of(registration):
        check_size(find_in(given.types, registration.ticket_type_id), len(plan.people) + 1)
    seating = _seat_again(registration, event, ask, plan, now=now)
    give_on(event, expire_overdue(now=now, event_id=event.id), now=now)
    _trim_wishes(registration, plan, seating, now=now)
    people = _renew_people(registration, ask, plan, now=now)
    _check_names(names, registration, now=now)
    _renew_debt(registration, people, plan, old=len(names), now=now)
    registration.companions = given.companions
    _take_places(registration, people, seating, given)
    new = {key: one.id for key, one in zip(keys, people[1:], strict=False)}
    store_answers(registration.id, given, new=new, now=now)
    ask_for_review(registration, form, given.changes, now=now)
    offer_places(event, now=now)  # what became free
    _tell(registration, before, given, now=now)


def _is_changed_by(form_key: str, registration: Registration) -> bool:
    """Whether this form was carried out already: sent twice, its new children must not come twice."""
    party = db.session.get_one(Party, registration.id, populate_existing=True)
    return bool(form_key) and party.changed_by == form_key


def _known(registration: Registration) -> dict[str, int]:
    """The ids of those who come along with the first, by their tickets' numbers."""
    return {one.ticket.number: one.id for one in registration.attendees[1:] if one.ticket is not None}


def _trim_wishes(registration: Registration, plan: PartyPlan, seating: Seating, *, now: datetime) -> None:
    """Of those who are there already; who is new waits for nothing yet. A group that grows waits anew, as it waits
    whole."""
    first, *others = registration.attendees
    known = _known(registration)
    ids = [first.id, *(known.get(person.ticket) for person in plan.people)]
    seats = {
        one: {session.id for session in taken}
        for one, taken in zip(ids, seating.by_person, strict=True)
        if one is not None
    }
    grows = plan.kind is PartyKind.SCHOOL_GROUP and len(plan.people) > len(others)
    trim_wishes(registration, staying=() if grows else seats.keys(), seats=seats, now=now)


def _renew_debt(
    registration: Registration, people: Sequence[Attendee], plan: PartyPlan, *, old: int, now: datetime
) -> None:
    """By the prices that were shown. Raises PaidFor, and what the ticket of somebody new does."""
    tickets = renew_fares(registration, people, plan, now=now)
    if tickets is None:
        renew_debt(registration.id, old=old, new=len(registration.attendees))
    else:
        owe_now(registration.id, tickets, amount=owed_together(registration))


def _check_names(before: Sequence[str], registration: Registration, *, now: datetime) -> None:
    """Nobody is renamed after the day for that; who comes along besides is somebody new."""
    event = registration.event
    names = [one.full_name for one in registration.attendees]
    if event.names_until is not None and set(before) - set(names) and len(names) >= len(before):
        check_can_rename(event.names_until, starts_at=event.starts_at, now=now)


def _check_confirmed(registration: Registration) -> None:
    if registration.state is RegistrationState.PENDING:
        raise NotConfirmedYet()
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()


def _seat_again(
    registration: Registration, event: Event, ask: Ask, plan: PartyPlan, *, now: datetime
) -> Seating:
    """What the party has may be kept although it is not offered to others any more."""
    check_party(event, plan)
    kept = {choice.session.public_id: choice.session for choice in registration.choices}
    asked = {*ask.sessions, *(name for person in plan.people for name in person.sessions)}
    fresh = get_offered(event, sorted(asked - kept.keys()))
    return seated(event, ask.sessions, plan, [*kept.values(), *fresh], now=now)


def _renew_people(registration: Registration, ask: Ask, plan: PartyPlan, *, now: datetime) -> list[Attendee]:
    """The adult, and those who come along in the order of the plan."""
    first, *others = registration.attendees
    _rename(first, ask.full_name)
    registration.organisation, registration.country = ask.organisation, ask.country
    registration.language = ask.language
    _renew_party(registration, plan)
    there = {one.ticket.number: one for one in others if one.ticket is not None}
    named = {person.ticket for person in plan.people}
    _let_go([one for number, one in there.items() if number not in named], now=now)
    people = [
        _keep(there[one.ticket], one) if one.ticket in there else _add(registration, one, now=now)
        for one in plan.people
    ]
    new = [one for one in people if one not in others]
    consents = list_wordings_in_force() if new else []
    record_guardian(registration, plan, new, consents, address="", method="page", now=now)
    db.session.flush()
    db.session.expire(registration, ["attendees"])
    return [first, *people]


def _renew_party(registration: Registration, plan: PartyPlan) -> None:
    party = db.session.get_one(Party, registration.id)
    party.phone, party.relation, party.grade = plan.phone, plan.relation, plan.grade
    party.youngest, party.oldest = plan.youngest, plan.oldest
    party.changed_by = plan.form_key or None


def _rename(person: Attendee, full_name: str) -> None:
    person.full_name, person.search_key = full_name, search_key(full_name)


def _keep(person: Attendee, plan: PersonPlan) -> Attendee:
    _rename(person, plan.full_name)
    child = db.session.get(Child, person.id)
    if child is not None:
        child.born_on = plan.born_on
        child.may_leave_alone, child.may_be_photographed = plan.may_leave_alone, plan.may_be_photographed
    return person


def _add(registration: Registration, plan: PersonPlan, *, now: datetime) -> Attendee:
    person = add_child(registration, plan)
    person.ticket = issue_ticket(event_id=registration.event_id, now=now)
    return person


def _let_go(leaving: Sequence[Attendee], *, now: datetime) -> None:
    """Nothing is kept of who stays at home but the void ticket, which names nobody."""
    ids = [one.id for one in leaving]
    for one in leaving:
        if one.ticket is not None:
            void_ticket(one.ticket, reason=STAYS_AT_HOME, by="holder", now=now)
    drop_seats(ids)
    if leaving:
        forget_answers_of(leaving[0].registration_id, ids, now=now)
    db.session.execute(delete(Fare).where(Fare.attendee_id.in_(ids)))
    db.session.execute(delete(Child).where(Child.attendee_id.in_(ids)))
    db.session.execute(delete(Attendee).where(Attendee.id.in_(ids)))


def _take_places(
    registration: Registration, people: Sequence[Attendee], seating: Seating, given: Given
) -> None:
    needed = [*seating.chosen, *seats_on_offer(registration)]
    hold(registration, needed, leaving=[registration.id], pools=given.pools)
    drop_seats(one.id for one in people)
    db.session.execute(delete(SessionChoice).where(SessionChoice.registration_id == registration.id))
    db.session.expire(registration, ["choices", "places"])
    store_choices(registration, seating.chosen)
    store_seats(people, seating)


def _facts(registration: Registration) -> dict[str, object]:
    """What the audit keeps of a party: numbers, and of its people the adult alone."""
    return {
        "full_name": registration.attendees[0].full_name,
        "organisation": registration.organisation,
        "country": registration.country,
        "language": registration.language,
        "people": len(registration.attendees),
        "sessions": sorted(choice.session.public_id for choice in registration.choices),
    }


def _tell(registration: Registration, before: dict[str, object], given: Given, *, now: datetime) -> None:
    """The same code stays good, so the letter brings no new ticket."""
    facts = {"old": before, "new": _facts(registration), "answers": given.changes}
    letters.post_changed(registration, registration.event, now=now)
    note("registration.changed", registration, by="holder", now=now, **facts)
    names_changed(registration.event, now=now)
