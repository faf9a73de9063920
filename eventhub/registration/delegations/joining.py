"""How somebody whom a coordinator names comes to a registration: as everybody, but the address need not be proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from eventhub.core.errors import TooMany
from eventhub.core.ids import public_id
from eventhub.core.names import email_key
from eventhub.db import savepoint
from eventhub.events.places import first_full
from eventhub.events.rules import EventFull
from eventhub.events.stamps import names_changed
from eventhub.registration.asking import Ask
from eventhub.registration.commands import LETTERS_AGAIN
from eventhub.registration.confirming import hand_out_tickets
from eventhub.registration.delegations.letters import post_member
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.delegations.rules import Entry
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.holding import check_room, hold
from eventhub.registration.letters import post_already
from eventhub.registration.locking import note
from eventhub.registration.models import Registration
from eventhub.registration.moving import move
from eventhub.registration.needs import needs
from eventhub.registration.queries import find_live
from eventhub.registration.rules import RegistrationState
from eventhub.registration.storing import store
from eventhub.registration.types.queries import needs_answer
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import OfferedType, TypeNotOffered
from eventhub.registration.types.taking import check_own_of_group, take_debt_over, take_of_group
from eventhub.registration.waiting import join_line, lock_pools
from eventhub.throttle import count_try

BY = "coordinator"


@dataclass(frozen=True, kw_only=True)
class Entered:
    """The registration; None for somebody who takes part by other ways, whose line then `seems_to_wait` or not."""

    registration: Registration | None
    seems_to_wait: bool = False


def enter(
    delegation: Delegation,
    entry: Entry,
    *,
    leaving: Registration | None,
    before: Registration | None = None,
    now: datetime,
) -> Entered:
    """A place, a request or a place in the line, with the letter; the place of `leaving`, who is locked, is taken over,
    and so are the ticket and what is paid of `before`, whose line this was.

    Raises EventFull where there is no line.
    """
    event = delegation.event
    ask = Ask(
        full_name=entry.full_name,
        email=entry.email,
        organisation=entry.organisation,
        country=entry.country,
        language=entry.language,
    )
    ticket_type = _type_for(delegation, before, entry.ticket, now=now)
    tickets = (ticket_type,) if ticket_type else ()
    registration = store(ask, key=public_id(), event=event, tickets=tickets, now=now)
    if registration is None:
        return _already_there(delegation, entry, takes_over=leaving is not None, now=now)
    if leaving is not None:
        lock_pools(event)  # nobody else has the place meanwhile
    detail = {"delegation": delegation.public_id}
    if before is not None:
        take_debt_over(before.id, registration.id)
    note("registration.received", registration, by=BY, now=now, **detail)
    _admit(registration, ticket_type, delegation, leaving=leaving, now=now)
    return Entered(registration=registration)


def _admit(
    registration: Registration,
    ticket_type: OfferedType | None,
    delegation: Delegation,
    *,
    leaving: Registration | None,
    now: datetime,
) -> None:
    event, say = delegation.event, partial(post_member, delegation=delegation)
    if needs_answer(event, ticket_type):
        move(registration, RegistrationState.PENDING, state=RegistrationState.REQUESTED, held_until=None)
        say(registration, event, now=now)
    elif _is_held(registration, leaving):
        move(
            registration,
            RegistrationState.PENDING,
            state=RegistrationState.CONFIRMED,
            held_until=None,
            confirmed_at=now,
        )
        hand_out_tickets(registration, letter=say, now=now)
        names_changed(event, now=now)
    else:
        say(registration, event, now=now)
        join_line(registration, old=RegistrationState.PENDING, now=now, by=BY)


def _is_held(registration: Registration, leaving: Registration | None) -> bool:
    """False: the event is full, and there is a line to stand in. Raises EventFull where there is none."""
    gone = [leaving.id] if leaving is not None else []
    try:
        with savepoint():  # as in registering: what was taken before the full pool goes back
            hold(registration, (), leaving=gone)
    except EventFull:
        if not registration.event.has_waiting_list:
            raise
        return False
    return True


def _already_there(delegation: Delegation, entry: Entry, *, takes_over: bool, now: datetime) -> Entered:
    """The person gets their own link; the coordinator is told what would be told of somebody new.

    Raises EventFull as for them.
    """
    event, ticket_type = delegation.event, _type_for(delegation, None, entry.ticket, now=now)
    if not takes_over:
        check_room(event, (), tickets=(ticket_type,) if ticket_type else ())
    tell(delegation, email_key(entry.email), None, now=now)
    is_full = first_full(needs(event, (), size=1, ticket_type=ticket_type).counts) is not None
    waits = is_full and not takes_over and not needs_answer(event, ticket_type)
    return Entered(registration=None, seems_to_wait=waits)


def _type_for(
    delegation: Delegation, before: Registration | None, own: str, *, now: datetime
) -> OfferedType | None:
    """Whoever comes in place of another has that one's, the others their `own` by its public id, or what was chosen for
    all."""
    types = hold_form(delegation.event_id).types
    if before is not None and (kept := find_in(types, before.ticket_type_id)) is not None:
        return kept
    chosen = delegation.ticket_type_id
    if own:
        found = next((one for one in types if one.public_id == own), None)
        if found is None:
            raise TypeNotOffered()
        is_chosen = found.id == chosen
        check_own_of_group(found, is_chosen=is_chosen, email=delegation.email, now=now)
        return found
    return take_of_group(types, chosen, event=delegation.event, email=delegation.email, now=now)


def tell(delegation: Delegation, key: str, registration: Registration | None, *, now: datetime) -> None:
    """Write to a member again, or to who takes part by other ways, as if they had registered once more."""
    if registration is not None:
        post_member(registration, delegation.event, delegation=delegation, again=True, now=now)
        return
    there = find_live(delegation.event_id, key)
    if there is None:
        return
    try:
        count_try(LETTERS_AGAIN, there.public_id, now=now)
    except TooMany:
        return  # the coordinator's page says the same
    post_already(there, delegation.event, now=now)
