"""The people of a delegation: added, corrected, replaced, removed and reminded by its coordinator.

The coordinator's proven address vouches for them, so each is registered at once by the same command as everybody and
takes a place by the same statement. Locks are taken in one order: the delegation, then as a registration does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from eventhub.core.errors import TooMany
from eventhub.core.ids import public_id
from eventhub.core.names import email_key, search_key
from eventhub.db import db, rows_changed
from eventhub.events.rules import check_takes_registrations
from eventhub.events.stamps import names_changed
from eventhub.registration.commands import cancel
from eventhub.registration.delegations.joining import enter, tell
from eventhub.registration.delegations.limits import count_invitation, count_reminders
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.queries import find_by_address, get_member
from eventhub.registration.delegations.rules import (
    DelegationFull,
    DelegationOver,
    DelegationState,
    Entry,
    HasCompleted,
    InvitedAlready,
)
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import LIVE, WaitingState, check_can_change
from eventhub.registration.waiting import end_in_line

COORDINATOR = "coordinator"


def add(delegation: Delegation, entry: Entry, *, now: datetime) -> DelegationMember:
    """Register the person and write to them.

    Somebody who takes part by other ways already gets their own link by mail, and the coordinator's list looks as if
    they were new. Raises InvitedAlready, DelegationFull, DelegationOver, EventFull, TooMany, and RegistrationClosed
    and its kin.
    """
    _check_is_open(delegation, now=now)
    take_seat(delegation)
    if find_by_address(delegation, email_key(entry.email)) is not None:
        raise InvitedAlready()
    return _enter(delegation, entry, leaving=None, now=now)


def _check_is_open(delegation: Delegation, *, now: datetime) -> None:
    if delegation.state is not DelegationState.OPEN:
        raise DelegationOver()
    check_takes_registrations(delegation.event.window, now=now)


def _enter(
    delegation: Delegation,
    entry: Entry,
    *,
    leaving: Registration | None,
    before: Registration | None = None,
    now: datetime,
) -> DelegationMember:
    count_invitation(delegation.public_id, email=entry.email, now=now)
    found = enter(delegation, entry, leaving=leaving, before=before, now=now)
    member = DelegationMember(
        public_id=public_id(),
        delegation_id=delegation.id,
        registration_id=found.registration and found.registration.id,
        full_name=entry.full_name,
        email=entry.email,
        email_key=email_key(entry.email),
        organisation=entry.organisation,
        country=entry.country,
        language=entry.language,
        seems_to_wait=found.seems_to_wait,
        added_at=now,
        completed_at=None,
        declined_at=None,
    )
    db.session.add(member)
    db.session.flush()
    return member


def take_seat(delegation: Delegation) -> None:
    """One more member, if there is room: the database decides. Raises DelegationFull."""
    has_room = Delegation.member_count < Delegation.most_members
    ours = update(Delegation).where(Delegation.id == delegation.id, has_room)
    if rows_changed(ours.values(member_count=Delegation.member_count + 1)) != 1:
        raise DelegationFull()


def give_seat_back(delegation_id: int) -> None:
    ours = update(Delegation).where(Delegation.id == delegation_id)
    rows_changed(ours.values(member_count=Delegation.member_count - 1))


def correct(delegation: Delegation, member: DelegationMember, entry: Entry, *, now: datetime) -> None:
    """Change what the coordinator wrote, until the person completed it; with another address the old one is gone and
    the new one is written to. The same again changes nothing. Raises HasCompleted and as add.
    """
    member = _locked(delegation, member)
    if member.completed_at or member.declined_at:
        raise HasCompleted()
    if email_key(entry.email) != member.email_key:
        replace(delegation, member, entry, now=now)
    elif entry != entry_of(member):
        _rewrite(delegation, member, entry, now=now)


def entry_of(member: DelegationMember) -> Entry:
    """What the coordinator wrote."""
    return Entry(
        full_name=member.full_name,
        email=member.email,
        organisation=member.organisation,
        country=member.country,
        language=member.language,
    )


def _rewrite(delegation: Delegation, member: DelegationMember, entry: Entry, *, now: datetime) -> None:
    registration = _registration_of(member)
    if registration is not None and registration.state in LIVE:
        check_can_change(ends_at=registration.event.ends_at, now=now)
        lock(registration)
        attendee = registration.attendees[0]
        attendee.full_name, attendee.search_key = entry.full_name, search_key(entry.full_name)
        registration.organisation, registration.country = entry.organisation, entry.country
        registration.language = entry.language
        note("registration.corrected", registration, by=COORDINATOR, now=now)
        names_changed(registration.event, now=now)
    member.full_name, member.organisation = entry.full_name, entry.organisation
    member.country, member.language = entry.country, entry.language
    db.session.flush()


def replace(
    delegation: Delegation, member: DelegationMember, entry: Entry, *, now: datetime
) -> DelegationMember:
    """Another person in place of this one: with the same place, the same ticket, and nothing paid twice.

    Raises as add.
    """
    _check_is_open(delegation, now=now)
    member = _locked(delegation, member)
    there = find_by_address(delegation, email_key(entry.email))
    if there is not None and there.id != member.id:
        raise InvitedAlready()
    if member.declined_at is not None:
        take_seat(delegation)
    old = before = _lock_registration(member, now=now)
    _strike(member)
    if old is not None and old.email_key == email_key(entry.email):
        _cancel(old, now=now)  # the same address for another person begins anew
        old = None
    new = _enter(delegation, entry, leaving=old, before=before, now=now)
    if old is not None:
        _cancel(old, now=now)
    return new


def remove(delegation: Delegation, member: DelegationMember, *, now: datetime) -> None:
    """Take the person out of the list; a registration that stands ends. Raises TooLateToChange."""
    member = _locked(delegation, member)
    registration = _registration_of(member)
    if member.declined_at is None:
        give_seat_back(delegation.id)
    _strike(member)
    if registration is not None and registration.state in LIVE:
        _cancel(registration, now=now)


def _cancel(registration: Registration, *, now: datetime) -> None:
    cancel(registration, by=COORDINATOR, now=now)


def _locked(delegation: Delegation, member: DelegationMember) -> DelegationMember:
    """The line as it is now; from here on nobody else changes the list. Raises NotFound when it is gone."""
    lock_list(delegation.id)
    return get_member(delegation, member.public_id)


def lock_list(delegation_id: int) -> None:
    """From here on nobody else changes the list. What was read of its lines before is read anew."""
    query = select(Delegation.id).where(Delegation.id == delegation_id)
    db.session.execute(query.with_for_update()).one()
    for one in list(db.session):
        if isinstance(one, DelegationMember):
            db.session.expire(one)


def _strike(member: DelegationMember) -> None:
    db.session.delete(member)
    db.session.flush()


def _lock_registration(member: DelegationMember, *, now: datetime) -> Registration | None:
    """The member's registration while it stands, in the order in which everybody locks."""
    registration = _registration_of(member)
    if registration is None or registration.state not in LIVE:
        return None
    end_in_line(registration, WaitingState.LEFT, now=now)
    lock(registration)
    return registration if registration.state in LIVE else None


def _registration_of(member: DelegationMember) -> Registration | None:
    if member.registration_id is None:
        return None
    public = db.session.scalar(
        select(Registration.public_id).where(Registration.id == member.registration_id)
    )
    return get_registration(public or "")


def remind(delegation: Delegation, *, now: datetime) -> int:
    """Write once more to all who have not completed their data; how many they are. Raises RemindedToday."""
    count_reminders(delegation.public_id, now=now)
    query = select(DelegationMember).where(
        DelegationMember.delegation_id == delegation.id,
        DelegationMember.completed_at.is_(None),
        DelegationMember.declined_at.is_(None),
    )
    return sum(_is_reminded(delegation, one, now=now) for one in db.session.scalars(query).all())


def _is_reminded(delegation: Delegation, member: DelegationMember, *, now: datetime) -> bool:
    """Whether it counts as written to; whoever got too many letters within the hour is left out, and not told of."""
    registration = _registration_of(member)
    if registration is not None and registration.state not in LIVE:
        return False
    try:
        count_invitation(delegation.public_id, email=member.email, now=now)
    except TooMany:
        return True
    tell(delegation, member.email_key, registration, now=now)
    return True
