"""A delegation is started and confirmed; its people are added, corrected, replaced, removed, agree and decline."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.core.errors import NotFound
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import EventFull, RegistrationClosed
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentRecord, SubjectRequest
from eventhub.privacy.rules import ConsentMissing
from eventhub.registration.delegations import members
from eventhub.registration.delegations.commands import (
    Start,
    accept_invitation,
    invite_partner,
    open_delegation,
)
from eventhub.registration.delegations.digests import list_due, write_digest
from eventhub.registration.delegations.limits import INVITATIONS
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.delegations.queries import get_member
from eventhub.registration.delegations.rules import (
    AlreadyStarted,
    DelegationFull,
    DelegationOver,
    DelegationState,
    HasCompleted,
    InvitedAlready,
    RemindedToday,
)
from eventhub.registration.limits import TooManyLetters
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import AlreadyEnded, RegistrationState
from eventhub.tickets.models import TicketState
from tests.commands.delegations.leading import (
    COORDINATOR,
    Led,
    add,
    again,
    agree,
    an_entry,
    begin,
    decline,
    emails_of,
    lead,
    member_of,
    newest,
    registration_of,
    seats_of,
)
from tests.commands.registration.asking import (
    cancel,
    letters,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.factories import both_languages, make_event

pytestmark = pytest.mark.usefixtures("books")

S = RegistrationState


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="rush", capacity=3)


def change(delegation: Led, email: str, entry, *, now: datetime) -> None:
    with transaction():
        members.correct(again(delegation), member_of(delegation, email), entry, now=now)


def replace(delegation: Led, email: str, entry, *, now: datetime) -> None:
    with transaction():
        members.replace(again(delegation), member_of(delegation, email), entry, now=now)


def remove(delegation: Led, email: str = "one@example.org", *, now: datetime) -> None:
    with transaction():
        members.remove(again(delegation), member_of(delegation, email), now=now)


def test_a_delegation_waits_for_its_coordinator_and_then_opens_once(event: Event, now: datetime) -> None:
    begin(event, now=now)
    with pytest.raises(DelegationOver):
        add(newest(), now=now)
    for _ in range(2):
        with transaction():
            open_delegation(newest(), now=now)

    assert (newest().state, letters()) == (DelegationState.OPEN, ["delegation_confirm", "delegation_open"])


def test_one_form_twice_is_one_delegation_and_another_of_the_same_address_is_answered_by_mail(
    event: Event, now: datetime
) -> None:
    begin(event, now=now, key="the-form")
    begin(event, now=now, key="the-form")
    begin(event, now=now, email=COORDINATOR.upper())
    with transaction():
        open_delegation(newest(), now=now)
    for _ in range(9):
        begin(event, now=now)

    assert db.session.scalars(select(Delegation.id)).all() == [newest().id]
    assert letters() == ["delegation_confirm"] * 2 + ["delegation_open"] * 3


def test_nothing_begins_when_registration_is_closed(event: Event, now: datetime) -> None:
    with pytest.raises(RegistrationClosed):
        begin(event, now=event.ends_at)

    delegation = lead(event, now=now)
    with pytest.raises(RegistrationClosed):
        add(delegation, now=event.ends_at)


def test_somebody_added_has_a_place_and_a_ticket_at_once_and_one_letter(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)

    add(delegation, now=now)

    registration = registration_of(delegation)
    assert (registration.state, registration.attendees[0].full_name) == (S.CONFIRMED, "Test Delegate")
    assert (taken(event.pool_id), seats_of(delegation)) == (1, 1)
    assert letters(registration) == ["delegation_member"]
    assert tickets(event) == [TicketState.VALID]
    with pytest.raises(InvitedAlready):
        add(delegation, "ONE@example.org", now=now)
    assert seats_of(delegation) == 1


def test_a_full_event_without_a_line_has_no_place_and_leaves_nothing(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    for number in range(3):
        add(delegation, f"{number}@example.org", now=now)

    with pytest.raises(EventFull):
        add(delegation, "late@example.org", now=now)

    assert (len(emails_of(delegation)), seats_of(delegation), taken(event.pool_id)) == (3, 3, 3)


def test_a_full_event_with_a_line_gives_a_place_in_it(event: Event, now: datetime) -> None:
    with transaction():
        again_event = db.session.get_one(Event, event.id)
        again_event.has_waiting_list = True
        again_event.pool.capacity = 1
    delegation = lead(event, now=now)

    add(delegation, "first@example.org", now=now)
    add(delegation, "second@example.org", now=now)
    assert state_of(registration_of(delegation, "second@example.org")) is S.WAITLISTED
    remove(delegation, "first@example.org", now=now)

    second = registration_of(delegation, "second@example.org")
    assert second.state is S.OFFERED
    assert letters(second) == ["delegation_member", "waiting", "offer"]


def test_where_the_organiser_approves_it_is_a_request(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="asked", capacity=1, needs_approval=True)
    delegation = lead(event, now=now)

    for number in range(2):
        add(delegation, f"{number}@example.org", now=now)

    assert [registration_of(delegation, f"{number}@example.org").state for number in range(2)] == [
        S.REQUESTED
    ] * 2
    assert taken(event.pool_id) == 0


def test_who_takes_part_already_gets_their_own_link_and_the_list_looks_as_of_anybody(
    event: Event, now: datetime
) -> None:
    own = registered("rush", "one@example.org", now=now)
    delegation = lead(event, now=now)

    add(delegation, now=now)

    member = member_of(delegation)
    assert (member.registration_id, member.seems_to_wait, seats_of(delegation)) == (None, False, 1)
    assert letters(own)[-1] == "registration_already"
    assert (state_of(own), taken(event.pool_id)) == (S.CONFIRMED, 1)
    change(delegation, "one@example.org", an_entry(full_name="Another Name"), now=now)
    assert get_registration(own.public_id).attendees[0].full_name == "Test Guest"
    remove(delegation, now=now)
    assert (state_of(own), seats_of(delegation)) == (S.CONFIRMED, 0)


def test_in_a_full_event_who_takes_part_already_is_refused_as_anybody(event: Event, now: datetime) -> None:
    for number in range(3):
        registered("rush", f"{number}@example.org", now=now)
    delegation = lead(event, now=now)

    for email in ("0@example.org", "stranger@example.org"):
        with pytest.raises(EventFull):
            add(delegation, email, now=now)

    assert emails_of(delegation) == []


def test_with_a_line_who_takes_part_already_seems_to_wait_as_anybody(event: Event, now: datetime) -> None:
    with transaction():
        db.session.get_one(Event, event.id).has_waiting_list = True
    for number in range(3):
        registered("rush", f"{number}@example.org", now=now)
    delegation = lead(event, now=now)

    add(delegation, "0@example.org", now=now)

    assert member_of(delegation, "0@example.org").seems_to_wait


def test_a_name_is_corrected_until_its_bearer_completed_it(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    add(delegation, now=now)

    change(delegation, "one@example.org", an_entry(full_name="Right Name", country="DE"), now=now)
    registration = registration_of(delegation)
    assert (registration.attendees[0].full_name, registration.country) == ("Right Name", "DE")
    assert letters(registration) == ["delegation_member"]

    agree(registration, now=now)
    with pytest.raises(HasCompleted):
        change(delegation, "one@example.org", an_entry(), now=now)
    assert registration_of(delegation).attendees[0].full_name == "Right Name"


def test_another_address_is_another_registration_in_the_same_place(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    for number in range(3):
        add(delegation, f"{number}@example.org", now=now)
    wrong = registration_of(delegation, "0@example.org")

    change(delegation, "0@example.org", an_entry("right@example.org"), now=now)

    right = registration_of(delegation, "right@example.org")
    assert (state_of(wrong), right.state) == (S.CANCELLED, S.CONFIRMED)
    assert (taken(event.pool_id), seats_of(delegation)) == (3, 3)
    assert letters(right) == ["delegation_member"]
    assert sorted(tickets(event)) == ["valid", "valid", "valid", "void"]


def test_a_person_is_replaced_by_another_even_after_they_completed(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    add(delegation, now=now)
    agree(registration_of(delegation), now=now)

    replace(delegation, "one@example.org", an_entry("two@example.org", full_name="Second"), now=now)

    assert emails_of(delegation) == ["two@example.org"]
    assert (seats_of(delegation), taken(event.pool_id)) == (1, 1)
    with pytest.raises(InvitedAlready):
        add(delegation, "three@example.org", now=now)
        replace(delegation, "two@example.org", an_entry("three@example.org"), now=now)


def test_replaced_under_the_same_address_begins_anew(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    add(delegation, now=now)
    first = registration_of(delegation)

    replace(delegation, "one@example.org", an_entry(full_name="Colleague"), now=now)

    assert state_of(first) is S.CANCELLED
    assert registration_of(delegation).attendees[0].full_name == "Colleague"
    assert (seats_of(delegation), taken(event.pool_id)) == (1, 1)


def test_removed_gives_place_and_seat_back(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    add(delegation, now=now)
    registration = registration_of(delegation)

    remove(delegation, now=now)

    assert (emails_of(delegation), seats_of(delegation), taken(event.pool_id)) == ([], 0, 0)
    assert letters(registration)[-1] == "registration_cancelled"
    add(delegation, now=now)
    assert seats_of(delegation) == 1


def test_one_who_left_by_their_own_link_is_removed_without_another_letter(
    event: Event, now: datetime
) -> None:
    delegation = lead(event, now=now)
    add(delegation, now=now)
    registration = registration_of(delegation)
    cancel(registration, now=now)
    before = letters(registration)

    remove(delegation, now=now)

    assert (letters(registration), seats_of(delegation)) == (before, 0)


def test_the_limit_is_kept(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now, most=1)
    add(delegation, now=now)

    with pytest.raises(DelegationFull):
        add(delegation, "two@example.org", now=now)

    assert (emails_of(delegation), taken(event.pool_id)) == (["one@example.org"], 1)


def test_agreeing_records_the_persons_own_consents_and_brings_the_ticket(event: Event, now: datetime) -> None:
    with transaction():
        document = publish_consent(
            purpose="processing",
            title=both_languages("Processing"),
            body=both_languages("We keep your name."),
            is_required=True,
            now=now,
        )
    delegation = lead(event, now=now)
    add(delegation, now=now)
    registration = registration_of(delegation)
    assert db.session.scalars(select(ConsentRecord.id)).all() == []

    with pytest.raises(ConsentMissing):
        agree(registration, now=now)
    for _ in range(2):
        agree(registration, now=now, consents=(document.id,))

    line = db.session.scalars(select(ConsentRecord)).one()
    assert (line.method, line.context, line.address) == (
        "delegation",
        f"registration:{registration.public_id}",
        "192.0.2.7",
    )
    assert member_of(delegation).completed_at == now
    assert letters(registration) == ["delegation_member", "registration_confirmed"]


def test_declining_ends_it_and_tells_the_coordinator(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    add(delegation, now=now)
    registration = registration_of(delegation)

    decline(registration, now=now)

    assert (state_of(registration), taken(event.pool_id), seats_of(delegation)) == (S.CANCELLED, 0, 0)
    assert member_of(delegation).declined_at == now
    assert "delegation_declined" in letters()
    assert db.session.scalars(select(SubjectRequest.registration)).all() == [registration.public_id]
    with pytest.raises(AlreadyEnded):
        decline(registration, now=now)
    with pytest.raises(AlreadyEnded):
        agree(registration, now=now)
    with pytest.raises(InvitedAlready):
        add(delegation, now=now)
    replace(delegation, "one@example.org", an_entry("two@example.org"), now=now)
    assert seats_of(delegation) == 1


def test_who_registered_by_themselves_was_invited_by_nobody(event: Event, now: datetime) -> None:
    registration = registered("rush", now=now)

    for deed in (agree, decline):
        with pytest.raises(NotFound):
            deed(registration, now=now)


def test_reminders_go_to_those_who_have_not_answered_and_once_a_day(event: Event, now: datetime) -> None:
    registered("rush", "own@example.org", now=now)
    delegation = lead(event, now=now)
    for email in ("one@example.org", "own@example.org", "two@example.org"):
        add(delegation, email, now=now)
    agree(registration_of(delegation), now=now)

    with transaction():
        assert members.remind(again(delegation), now=now) == 2
    with pytest.raises(RemindedToday), transaction():
        members.remind(again(delegation), now=now)

    assert letters(registration_of(delegation, "two@example.org")) == ["delegation_member"] * 2
    assert letters().count("registration_already") == 2


def test_one_mailbox_and_one_delegation_write_only_so_often(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    for _ in range(10):
        add(delegation, now=now)
        remove(delegation, now=now)

    with pytest.raises(TooManyLetters):
        add(delegation, now=now)

    assert (seats_of(delegation), INVITATIONS.tries) == (0, 600)


def test_members_of_another_delegation_are_not_found(event: Event, now: datetime) -> None:
    delegation = lead(event, now=now)
    add(delegation, now=now)
    other = lead(event, now=now, email="other@example.org")

    with pytest.raises(NotFound):
        get_member(other, member_of(delegation).public_id)


def test_a_partner_is_invited_and_begins_by_the_link(event: Event, now: datetime) -> None:
    ask = Start(coordinator=an_entry(COORDINATOR, full_name="", organisation="", country=""), key="k" * 16)
    with transaction():
        delegation = invite_partner(db.session.get_one(Event, event.id), ask, most=2, by="staff", now=now)
    with pytest.raises(AlreadyStarted), transaction():
        other = Start(coordinator=ask.coordinator, key="l" * 16)
        invite_partner(db.session.get_one(Event, event.id), other, most=2, by="staff", now=now)

    for _ in range(2):
        with transaction():
            accept_invitation(again(delegation), an_entry(full_name="Real Coordinator"), now=now)

    opened = again(delegation)
    assert (opened.state, opened.full_name, opened.email) == (
        DelegationState.OPEN,
        "Real Coordinator",
        COORDINATOR,
    )
    assert letters() == ["delegation_invited", "delegation_open"]
    for number in range(2):
        add(delegation, f"{number}@example.org", now=now)
    with pytest.raises(DelegationFull):
        add(delegation, now=now)


def test_the_coordinator_hears_weekly_what_is_missing_and_nothing_else(event: Event, now: datetime) -> None:
    with transaction():
        db.session.get_one(Event, event.id).starts_at = now + timedelta(days=30)
        db.session.get_one(Event, event.id).ends_at = now + timedelta(days=31)
    delegation = lead(event, now=now)
    add(delegation, now=now)
    week = now + timedelta(days=7)

    assert (list_due(now=now + timedelta(days=6)), list_due(now=week)) == ([], [delegation.id])
    for _ in range(2):
        with transaction():
            write_digest(delegation.id, now=week)
    assert letters().count("delegation_digest") == 1
    assert list_due(now=week) == []
    assert list_due(now=now + timedelta(days=30)) == []
    agree(registration_of(delegation), now=now)
    assert list_due(now=week + timedelta(days=8)) == []
