"""Starting a delegation and proving its address; an organiser's invitation to send one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.core.errors import TooMany
from eventhub.core.ids import public_id
from eventhub.core.names import email_key
from eventhub.core.states import check_move
from eventhub.db import connection, db, rows_changed
from eventhub.events.models import Event
from eventhub.events.rules import check_takes_registrations
from eventhub.registration.delegations import letters
from eventhub.registration.delegations.limits import LETTERS_AGAIN
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.delegations.queries import find_live_delegation
from eventhub.registration.delegations.rules import (
    MOST_MEMBERS,
    MOVES,
    AlreadyStarted,
    DelegationOver,
    DelegationState,
    Entry,
)
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.queries import get_event_to_register
from eventhub.registration.types.rules import OfferedType, TypeNotOffered, TypeWish
from eventhub.registration.types.taking import check_for_group
from eventhub.throttle import count_try


@dataclass(frozen=True, kw_only=True)
class Start:
    """A coordinator's form. `key` is the form's own: the same form twice makes one delegation. `ticket` is the type for
    all of its people."""

    coordinator: Entry
    key: str
    ticket: TypeWish = TypeWish()


NOTHING_WISHED = TypeWish()


def start(ask: Start, *, slug: str, now: datetime) -> None:
    """Store the delegation and send the letter that asks to confirm the address.

    A coordinator who has one at this event already gets its link by mail and nothing else happens: the answer on the
    page is the same. Raises NotFound, RegistrationClosed and its kin, and what check_for_group says.
    """
    event, _ = get_event_to_register(slug, now=now)
    check_takes_registrations(event.window, now=now)
    ticket_type = _chosen(event, ask.ticket, email=ask.coordinator.email, now=now)
    new = _store(ask, event, ticket_type, state=DelegationState.PENDING, most=MOST_MEMBERS, now=now)
    if new is not None:
        _note("started", new, by="guest", now=now)
        letters.post_confirm(new, now=now)
        return
    there = find_live_delegation(event.id, email_key(ask.coordinator.email))
    if there is not None and there.submission_key != ask.key:
        _send_link_again(there, now=now)


def invite_partner(event: Event, ask: Start, *, most: int, by: str, now: datetime) -> Delegation:
    """Write to a partner with the link by which a delegation of at most so many people begins, whose ticket is
    `ask.ticket`: any that the event has, or what the partner chooses.

    Raises AlreadyStarted when this address has one at the event.
    """
    types = hold_form(event.id).types
    ticket_type = next((one for one in types if one.public_id == ask.ticket.public_id), None)
    if ask.ticket.public_id and ticket_type is None:
        raise TypeNotOffered()
    most = min(most, MOST_MEMBERS)
    new = _store(ask, event, ticket_type, state=DelegationState.INVITED, most=most, now=now)
    if new is None:
        raise AlreadyStarted()
    _note("partner_invited", new, by=by, now=now)
    letters.post_invited(new, now=now)
    return new


def _store(
    ask: Start,
    event: Event,
    ticket_type: OfferedType | None,
    *,
    state: DelegationState,
    most: int,
    now: datetime,
) -> Delegation | None:
    """None when this form or this address made one before; the database says so, also of two at once."""
    asked = ask.coordinator
    row = {
        "public_id": public_id(),
        "submission_key": ask.key,
        "event_id": event.id,
        "state": state,
        "full_name": asked.full_name,
        "email": asked.email,
        "email_key": email_key(asked.email),
        "organisation": asked.organisation,
        "country": asked.country,
        "language": asked.language,
        "link_generation": 1,
        "most_members": most,
        "member_count": 0,
        "created_at": now,
        "ticket_type_id": ticket_type.id if ticket_type else None,
    }
    of_dialect = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = of_dialect(Delegation).on_conflict_do_nothing().returning(Delegation.id)
    new_id = connection().execute(statement, row).scalar_one_or_none()
    return None if new_id is None else db.session.get_one(Delegation, new_id)


def _chosen(event: Event, wish: TypeWish, *, email: str, now: datetime) -> OfferedType | None:
    return check_for_group(hold_form(event.id).types, wish, event=event, email=email, now=now)


def choose_ticket(delegation: Delegation, wish: TypeWish, *, now: datetime) -> None:
    """The ticket for all who are added from now on. Raises DelegationOver, and what check_for_group says."""
    if delegation.state is not DelegationState.OPEN:
        raise DelegationOver()
    chosen = _chosen(delegation.event, wish, email=delegation.email, now=now)
    delegation.ticket_type_id = chosen.id if chosen else None
    db.session.flush()
    _note("ticket_chosen", delegation, by="holder", now=now)


def _send_link_again(delegation: Delegation, *, now: datetime) -> None:
    try:
        count_try(LETTERS_AGAIN, delegation.public_id, now=now)
    except TooMany:
        return  # the page says the same, so that nobody learns anything
    again = {
        DelegationState.INVITED: letters.post_invited,
        DelegationState.PENDING: letters.post_confirm,
        DelegationState.OPEN: letters.post_open,
    }
    again[delegation.state](delegation, now=now)


def open_delegation(delegation: Delegation, *, now: datetime) -> None:
    """The address is proven. Asked again, it does nothing. Raises DelegationOver."""
    _open(delegation, DelegationState.PENDING, now=now)


def accept_invitation(
    delegation: Delegation, coordinator: Entry, *, ticket: TypeWish = NOTHING_WISHED, now: datetime
) -> None:
    """The partner whom an organiser wrote to says who they are; the link in the letter has proven the address.

    Where the organiser chose no ticket the partner does. Asked again, it does nothing. Raises DelegationOver, and what
    check_for_group says.
    """
    chosen: dict[str, object] = {}
    if delegation.ticket_type_id is None and delegation.state is DelegationState.INVITED:
        found = _chosen(delegation.event, ticket, email=delegation.email, now=now)
        chosen = {"ticket_type_id": found.id if found else None}
    _open(
        delegation,
        DelegationState.INVITED,
        now=now,
        full_name=coordinator.full_name,
        organisation=coordinator.organisation,
        country=coordinator.country,
        language=coordinator.language,
        **chosen,
    )


def _open(delegation: Delegation, old: DelegationState, *, now: datetime, **values: object) -> None:
    """Only from this state: of two at once one opens it, and one letter goes."""
    check_move(MOVES, old, DelegationState.OPEN)
    only = update(Delegation).where(Delegation.id == delegation.id, Delegation.state == old)
    is_done = rows_changed(only.values(state=DelegationState.OPEN, opened_at=now, **values)) == 1
    db.session.refresh(delegation)
    if is_done:
        _note("opened", delegation, by="holder", now=now)
        letters.post_open(delegation, now=now)
    elif delegation.state is not DelegationState.OPEN:
        raise DelegationOver()


def _note(deed: str, delegation: Delegation, *, by: str, now: datetime) -> None:
    audit.record(f"delegation.{deed}", subject=("delegation", delegation.public_id), by=by, now=now)
