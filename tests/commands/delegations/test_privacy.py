"""What delegations hold about people: told, forgotten when asked, and gone with the event's data."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from eventhub.core.subjects import DataSubject
from eventhub.db import Base, db, transaction
from eventhub.events.models import Event
from eventhub.handlers import purge_what_is_due
from eventhub.mail.models import Message
from eventhub.registration.delegations.keeping import keep_sheet
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.personal import export_delegations, forget_delegations
from eventhub.registration.delegations.rules import DelegationState
from eventhub.subjects.erasing import forget
from eventhub.subjects.queries import subject_of_address, subject_of_registration
from tests.commands.delegations.leading import COORDINATOR, Led, add, again, decline, lead, registration_of
from tests.commands.registration.asking import look_again, registered
from tests.factories import make_event

NAME = "Quillon Canary"


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="rush", capacity=9)


@pytest.fixture
def delegation(event: Event, now: datetime) -> Led:
    led = lead(event, now=now)
    add(led, "canary@example.org", now=now, full_name=NAME, organisation="Canary Works")
    return led


def traces_of(*words: str) -> list[str]:
    """Tables in which one of these words stands."""
    look_again()
    found = []
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(select(table)).all()
        found += [table.name for row in rows if any(word in repr(tuple(row)) for word in words)]
    return sorted(set(found))


def test_a_member_is_told_by_whom_they_are_listed(delegation: Led, now: datetime) -> None:
    told = export_delegations(subject_of_registration(registration_of(delegation, "canary@example.org")))

    assert told["coordinates"] == []
    assert [(line["by"], line["full_name"], line["completed_at"]) for line in told["listed_by"]] == [
        ("Example University", NAME, None)
    ]


def test_a_coordinator_is_told_what_they_lead(delegation: Led) -> None:
    told = export_delegations(subject_of_address(COORDINATOR, email=COORDINATOR))

    assert [(one["email"], one["people"], one["state"]) for one in told["coordinates"]] == [
        (COORDINATOR, 1, DelegationState.OPEN)
    ]


def test_who_has_only_a_link_is_told_nothing_under_its_address(event: Event, now: datetime) -> None:
    own = registered("rush", COORDINATOR, now=now)
    lead(event, now=now)

    assert export_delegations(subject_of_registration(own)) == {"coordinates": [], "listed_by": []}


def test_somebody_listed_who_takes_part_by_other_ways_is_told_and_forgotten_too(
    event: Event, now: datetime
) -> None:
    registered("rush", "canary@example.org", now=now)
    led = lead(event, now=now)
    add(led, "canary@example.org", now=now, full_name=NAME)
    subject = subject_of_address("canary@example.org", email="canary@example.org")
    assert len(export_delegations(subject)["listed_by"]) == 1

    with transaction():
        forget_delegations(subject, now=now)

    assert "delegation_members" not in traces_of(NAME, "canary@example.org")


def test_a_member_who_is_forgotten_leaves_a_line_that_counts(delegation: Led, now: datetime) -> None:
    subject = subject_of_registration(registration_of(delegation, "canary@example.org"))

    with transaction():
        forget(subject, now=now)

    assert traces_of(NAME, "canary@example.org", "Canary Works") == []
    assert again(delegation).member_count == len(db.session.scalars(select(DelegationMember.id)).all()) == 1


def test_the_coordinator_s_letter_does_not_name_a_member_who_declined_and_is_forgotten(
    delegation: Led, now: datetime
) -> None:
    add(delegation, "other@example.org", now=now, full_name="Other O'Hara.example")
    for one in ("canary@example.org", "other@example.org"):
        decline(registration_of(delegation, one), now=now)

    with transaction():
        forget(subject_of_registration(registration_of(delegation, "other@example.org")), now=now)

    look_again()
    told = select(Message).where(Message.letter == "delegation_declined").order_by(Message.id)
    words = [letter.text + letter.html for letter in db.session.scalars(told)]
    assert [(NAME in one, "O'Hara" in one or "O&#39;" in one) for one in words] == [
        (True, False),
        (False, False),
    ]


def test_a_coordinator_who_is_forgotten_leaves_a_closed_delegation(delegation: Led, now: datetime) -> None:
    with transaction():
        keep_sheet(
            again(delegation), [(1, ["Name", "E-mail"]), (2, ["Sheet Canary", "s@example.org"])], now=now
        )
    with transaction():
        forget(subject_of_address(COORDINATOR, email=COORDINATOR), now=now)

    assert traces_of(COORDINATOR, "Sheet Canary", "Test Coordinator") == []
    gone = again(delegation)
    assert (gone.state, gone.link_generation, gone.member_count) == (DelegationState.ENDED, 2, 1)
    subject = DataSubject(email_key="", addresses=("",), registrations=(), is_whole=False)
    assert export_delegations(subject) == {"coordinates": [], "listed_by": []}


def test_a_delegation_goes_with_its_event(delegation: Led, now: datetime) -> None:
    late = now + timedelta(days=4 * 366)

    for _ in range(2):
        purge_what_is_due(late)

    assert traces_of(NAME, COORDINATOR, "canary@example.org", "Test Coordinator") == []
    assert db.session.scalars(select(Delegation.removed_at)).all() == [late]
    assert db.session.scalar(text("SELECT count(*) FROM delegation_members")) == 1
