"""A place goes to a colleague: another registration of its own holds it, and what the first person said stays with the
first person's registration, which ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from eventhub.core.errors import Refusal
from eventhub.core.ids import public_id, readable_number
from eventhub.core.names import email_key, search_key
from eventhub.db import connection, db
from eventhub.events.rules import EventCancelled, EventState
from eventhub.events.stamps import names_changed
from eventhub.mail.outbox import withdraw
from eventhub.privacy.commands import get_consents, record_consents
from eventhub.registration.asking import Ask, Submission
from eventhub.registration.choosing import store_choices, swap_sessions
from eventhub.registration.confirming import hand_out_tickets
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.delegations.queries import find_membership
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.forms.storing import store_answers
from eventhub.registration.forms.taking import take_first
from eventhub.registration.handover_letters import post_handed_over, post_take_over
from eventhub.registration.holding import let_go
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Attendee, Place, Registration
from eventhub.registration.moving import move
from eventhub.registration.participants import consent_context
from eventhub.registration.queries import find_live
from eventhub.registration.rules import (
    AlreadyEnded,
    AlreadyTakesPart,
    CoordinatorDecides,
    NotConfirmedYet,
    NotOffered,
    OfferOver,
    OrganisersDecide,
    RegistrationState,
    SeveralPeople,
    check_can_rename,
)
from eventhub.registration.session_lines.offering import end, given_up, list_in_line
from eventhub.registration.storing import insert_unless_there
from eventhub.registration.types.models import Payment
from eventhub.registration.types.queries import find_type, needs_answer
from eventhub.registration.types.rules import (
    OfferedType,
    TypeForOthers,
    TypeNotForColleague,
    check_age,
    check_is_for,
)
from eventhub.registration.types.taking import first_day
from eventhub.registration.waiting import lock_pools, offer_places
from eventhub.throttle import Limit
from eventhub.tickets.commands import void_ticket

# Whoever asks for address after address would learn who takes part.
HANDOVERS = Limit(name="registration-handover", tries=5, window=timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Who gets the place, as the first person says; the rest is asked of the colleague."""

    full_name: str
    email: str


def check_can_hand_over(registration: Registration, *, now: datetime) -> None:
    """Raises EventCancelled, TooLateToRename, NotConfirmedYet, AlreadyEnded, OrganisersDecide, CoordinatorDecides and
    SeveralPeople."""
    ticket_type = find_type(registration.event_id, registration.ticket_type_id)
    member = find_membership(registration.id)
    _check_can_hand_over(registration, ticket_type, member, now=now)


def can_hand_over(
    registration: Registration,
    *,
    ticket_type: OfferedType | None,
    member: DelegationMember | None,
    now: datetime,
) -> bool:
    """As check_can_hand_over, for who has read the type and the line of the delegation already."""
    try:
        _check_can_hand_over(registration, ticket_type, member, now=now)
    except Refusal:
        return False
    return True


def _check_can_hand_over(
    registration: Registration,
    ticket_type: OfferedType | None,
    member: DelegationMember | None,
    *,
    now: datetime,
) -> None:
    event = registration.event
    if event.state is EventState.CANCELLED:
        raise EventCancelled()
    check_can_rename(event.names_until, starts_at=event.starts_at, now=now)
    if registration.state is RegistrationState.PENDING:
        raise NotConfirmedYet()
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()
    if needs_answer(event, ticket_type):
        raise OrganisersDecide()
    if member is not None:
        raise CoordinatorDecides()
    if registration.size != 1:
        raise SeveralPeople()


def hand_over(registration: Registration, colleague: Colleague, *, now: datetime) -> Registration:
    """The colleague's own registration, to which the place is held until the event begins; this one ends, its ticket
    is void. Answers, consents and letters stay behind; chosen sessions and their places go along.

    Raises as check_can_hand_over, TypeNotForColleague, and AlreadyTakesPart when the colleague has a live
    registration at the event.
    """
    form = hold_form(registration.event_id)
    lock(registration)
    event = registration.event
    check_can_hand_over(registration, now=now)
    _check_ticket_is_for(registration, colleague.email)
    if find_live(event.id, email_key(colleague.email)) is not None:
        raise AlreadyTakesPart()
    heir = _store(registration, colleague, now=now)
    lock_pools(event)
    for wish in list_in_line(registration):
        end(wish, given_up(wish), now=now)
    _move_places(registration, heir, keeping_back=form.pools.values())
    offer_places(event, now=now)
    move(registration, RegistrationState.CONFIRMED, state=RegistrationState.CANCELLED, ended_at=now)
    ticket = registration.attendees[0].ticket
    if ticket is not None:
        void_ticket(ticket, reason="handed over", by="holder", now=now)
    withdraw(about=("registration", registration.public_id))
    post_handed_over(registration, event, colleague=colleague.full_name, now=now)
    post_take_over(heir, event, until=event.starts_at, now=now)
    _note_both(registration, heir, now=now)
    names_changed(event, now=now)
    return heir


def _check_ticket_is_for(registration: Registration, email: str) -> None:
    try:
        check_is_for(find_type(registration.event_id, registration.ticket_type_id), email=email)
    except TypeForOthers:
        raise TypeNotForColleague() from None


def _store(registration: Registration, colleague: Colleague, *, now: datetime) -> Registration:
    row = {
        "public_id": public_id(),
        "number": readable_number(),
        "submission_key": public_id(),
        "event_id": registration.event_id,
        "state": RegistrationState.OFFERED,
        "email": colleague.email,
        "email_key": email_key(colleague.email),
        "organisation": registration.organisation,
        "country": registration.country,
        "language": registration.language,
        "link_generation": 1,
        "created_at": now,
        "held_until": registration.event.starts_at,
        "handed_from_id": registration.id,
        "ticket_type_id": registration.ticket_type_id,
    }
    new_id = insert_unless_there(row)
    if new_id is None:
        raise AlreadyTakesPart()
    heir = db.session.get_one(Registration, new_id)
    person = {"full_name": colleague.full_name, "search_key": search_key(colleague.full_name)}
    connection().execute(insert(Attendee), {"registration_id": heir.id, **person})
    store_choices(heir, [choice.session for choice in registration.choices])
    return heir


def _move_places(registration: Registration, heir: Registration, *, keeping_back: Collection[int]) -> None:
    """All but those of options, since what was answered is not the colleague's answer."""
    ours = (Place.registration_id == registration.id, Place.pool_id.not_in(keeping_back))
    connection().execute(update(Place).where(*ours).values(registration_id=heir.id))
    let_go([registration.id])
    owed = update(Payment).where(Payment.registration_id == registration.id)
    connection().execute(owed.values(registration_id=heir.id))
    db.session.expire(registration, ["places"])


def _note_both(registration: Registration, heir: Registration, *, now: datetime) -> None:
    """Old and new in the history of the first; the colleague's says nothing of the first person but the number."""
    people = {"old": {"full_name": registration.attendees[0].full_name}}
    people["new"] = {"full_name": heir.attendees[0].full_name}
    note("registration.handed_over", registration, by="holder", now=now, **people, number=heir.number)
    note("registration.received_from", heir, by="holder", now=now, number=registration.number)


def take_over(registration: Registration, ask: Ask, submission: Submission, *, now: datetime) -> None:
    """The colleague agrees and answers: the place is theirs, with a ticket. Asked again, it does nothing.

    Raises ConsentMissing, NotOffered, OfferOver, EventCancelled, BirthMissing and WrongAge of the ticket, and of the
    event's own questions as register().
    """
    event = registration.event
    if event.state is EventState.CANCELLED:
        raise EventCancelled()
    given = take_first(event.id, ask.sheet, now=now)
    consents = get_consents(submission.consents)
    lock(registration)
    if registration.state is RegistrationState.CONFIRMED:
        return
    _check_is_held(registration, now=now)
    ticket_type = find_type(event.id, registration.ticket_type_id)
    if ticket_type is not None:
        check_age(ticket_type.content, ask.ticket.born_on, first_day(event))
    record_consents(
        consents,
        subject_key=registration.email_key,
        context=consent_context(registration.public_id),
        address=submission.address,
        method=submission.method,
        now=now,
    )
    registration.companions = given.companions
    swap_sessions(registration, [one.session for one in registration.choices], pools=given.pools, now=now)
    store_answers(registration.id, given, now=now)
    _tell(registration, ask)
    confirmed = {"state": RegistrationState.CONFIRMED, "held_until": None, "confirmed_at": now}
    move(registration, RegistrationState.OFFERED, **confirmed)  # type: ignore[arg-type]  # its values by name
    hand_out_tickets(registration, now=now)
    note("registration.confirmed", registration, by="holder", now=now)
    names_changed(event, now=now)


def _tell(registration: Registration, ask: Ask) -> None:
    person = registration.attendees[0]
    person.full_name, person.search_key = ask.full_name, search_key(ask.full_name)
    registration.organisation, registration.country = ask.organisation, ask.country
    registration.language = ask.language
    db.session.flush()


def _check_is_held(registration: Registration, *, now: datetime) -> None:
    if registration.state is RegistrationState.EXPIRED:
        raise OfferOver()
    if registration.state is not RegistrationState.OFFERED or registration.handed_from_id is None:
        raise NotOffered()
    if registration.held_until is None or registration.held_until <= now:
        raise OfferOver()
