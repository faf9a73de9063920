"""What somebody answers who was registered by a coordinator: I agree, or I know nothing of this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.events.stamps import names_changed
from eventhub.privacy.commands import get_consents, record_consents
from eventhub.privacy.requests import ask, find_waiting
from eventhub.privacy.rules import RequestKind
from eventhub.registration.commands import cancel
from eventhub.registration.consents import asker_of
from eventhub.registration.delegations import letters
from eventhub.registration.delegations.members import give_seat_back, lock_list
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.delegations.queries import find_membership
from eventhub.registration.letters import post_confirmed
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Registration
from eventhub.registration.participants import consent_context
from eventhub.registration.rules import LIVE, AlreadyEnded, RegistrationState


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Ids of the consents that were ticked, and from where."""

    consents: tuple[int, ...]
    address: str


def agree(registration: Registration, agreement: Agreement, *, now: datetime) -> None:
    """Record the person's own consents; whoever has a place gets the ticket by mail. Asked again, it does nothing.

    Raises NotFound for who was registered by nobody else, AlreadyEnded and ConsentMissing.
    """
    member = _membership(registration)
    lock(registration)
    if member.completed_at is not None:
        return
    if registration.state not in LIVE:
        raise AlreadyEnded()
    consents = get_consents(agreement.consents)
    record_consents(
        consents,
        subject_key=registration.email_key,
        context=consent_context(registration.public_id),
        address=agreement.address,
        method="delegation",
        now=now,
    )
    member.completed_at = now
    db.session.flush()
    note("registration.agreed", registration, by="holder", now=now)
    if registration.state is RegistrationState.CONFIRMED:
        post_confirmed(registration, registration.event, now=now)
    names_changed(registration.event, now=now)


def decline(registration: Registration, *, now: datetime) -> None:
    """End the registration and take the person out of the delegation; the coordinator hears that, and not why.

    Nobody agreed to anything, so what is held of them is asked to be erased (152-FZ, article 21, part 3).
    Raises NotFound, AlreadyEnded, TooLateToChange.
    """
    member = _membership(registration)
    if member.completed_at is not None or registration.state not in LIVE:
        raise AlreadyEnded()
    give_seat_back(member.delegation_id)
    cancel(registration, by="holder", now=now)
    member.declined_at = now
    db.session.flush()
    letters.post_declined(member.delegation, person=member.full_name, now=now)
    if find_waiting(registration.email, RequestKind.ERASURE, registration.public_id) is None:
        ask(asker_of(registration), kind=RequestKind.ERASURE, text="", by="holder", now=now)


def _membership(registration: Registration) -> DelegationMember:
    """The line, as it is now and until the end: the list is locked before the registration, as its coordinator does it.

    Raises NotFound when there is none, or not any more.
    """
    member = find_membership(registration.id)
    if member is None:
        raise NotFound()
    lock_list(member.delegation_id)
    still = find_membership(registration.id)
    if still is None:
        raise NotFound()
    return still
