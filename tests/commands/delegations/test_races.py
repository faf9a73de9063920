"""Many at once: the last seats of a delegation, one person twice, both ends of one membership. And a control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.registration.delegations import members
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.rules import DelegationFull
from tests.commands.delegations.leading import (
    Led,
    add,
    again,
    decline,
    emails_of,
    lead,
    member_of,
    registration_of,
    seats_of,
)
from tests.commands.registration.asking import check_the_books, count, taken
from tests.factories import make_event
from tests.people import at_once


def outcome(deed: Callable[[], object]) -> str:
    """`done`, or the name of the refusal; anything else is an error of ours."""
    try:
        deed()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def a_delegation(now: datetime, *, most: int, capacity: int = 50) -> Led:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=capacity)
    return lead(event, now=now, most=most)


def test_of_twenty_at_once_as_many_are_members_as_may(both: Flask, app: Flask, now: datetime) -> None:
    delegation = a_delegation(now, most=5)

    results = at_once(
        both, lambda number: outcome(lambda: add(delegation, f"{number}@example.org", now=now)), times=20
    )

    assert Counter(results) == {"done": 5, "DelegationFull": 15}
    assert (len(emails_of(delegation)), seats_of(delegation)) == (5, 5)
    check_the_books()


def test_counting_first_and_adding_then_would_be_too_many(
    postgresql_app: Flask, both: Flask, app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: on a database with many writers the same race oversells; where one writes, it can't."""
    delegation = a_delegation(now, most=5)

    def look_and_take(there: Delegation) -> None:
        counted = select(DelegationMember.id).where(DelegationMember.delegation_id == there.id)
        if len(db.session.scalars(counted).all()) >= there.most_members:
            raise DelegationFull()
        sleep(0.1)

    monkeypatch.setattr(members, "take_seat", look_and_take)

    at_once(both, lambda number: outcome(lambda: add(delegation, f"{number}@example.org", now=now)), times=12)

    oversold = len(emails_of(delegation)) > 5
    assert oversold == (db.engine.dialect.name == "postgresql")


def test_one_person_added_many_times_at_once_is_one_member(both: Flask, app: Flask, now: datetime) -> None:
    delegation = a_delegation(now, most=9)

    results = at_once(both, lambda _: outcome(lambda: add(delegation, now=now)), times=8)

    assert Counter(results) == {"done": 1, "InvitedAlready": 7}
    assert (count(DelegationMember), seats_of(delegation)) == (1, 1)


def test_two_delegations_that_name_one_person_make_one_registration(
    both: Flask, app: Flask, now: datetime
) -> None:
    first = a_delegation(now, most=9)
    second = lead(first, now=now, email="second@example.org")

    results = at_once(
        both, lambda number: outcome(lambda: add((first, second)[number % 2], now=now)), times=2
    )

    assert results == ["done", "done"]
    assert (taken(first.pool_id), seats_of(first), seats_of(second)) == (1, 1, 1)


def test_declining_while_the_coordinator_removes_and_adds_others_never_locks_up(
    both: Flask, app: Flask, now: datetime
) -> None:
    delegation = a_delegation(now, most=20, capacity=20)
    for number in range(4):
        add(delegation, f"{number}@example.org", now=now)
    theirs = [registration_of(delegation, f"{number}@example.org") for number in range(4)]
    lines = [member_of(delegation, f"{number}@example.org").public_id for number in range(4)]

    def remove(number: int) -> None:
        with transaction():
            there = again(delegation)
            found = db.session.scalars(
                select(DelegationMember).where(DelegationMember.public_id == lines[number])
            ).one_or_none()
            if found is not None:
                members.remove(there, found, now=now)

    def deed(number: int) -> str:
        if number % 3 == 0:
            return outcome(lambda: decline(theirs[number // 3], now=now))
        if number % 3 == 1:
            return outcome(lambda: remove(number // 3))
        return outcome(lambda: add(delegation, f"new{number}@example.org", now=now))

    results = at_once(both, deed, times=12)

    assert set(results) <= {"done", "NotFound", "AlreadyEnded"}
    assert seats_of(delegation) == taken(delegation.pool_id) == 4
    check_the_books()
