"""Roles are given on an object, written down, and never taken from the last administrator."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.accounts.grants import add_user, close_account, end_role, grant_role, open_account
from eventhub.accounts.models import User
from eventhub.accounts.queries import find_user
from eventhub.accounts.rules import RUNS_AN_EVENT, AlreadyThere, LastAdministrator, Role, has_role
from eventhub.audit import AuditEntry
from eventhub.db import db, transaction
from tests.factories import grant, make_user
from tests.people import at_once


def an_administrator(email: str, now: datetime) -> User:
    with transaction():
        user = make_user(email, now=now)
        grant(user, Role.PLATFORM_ADMIN, now=now)
    return user


def may(user: User, *, event_id: int, now: datetime) -> bool:
    grants = [row.as_grant() for row in user.grants]
    return has_role(grants, RUNS_AN_EVENT, event_id=event_id, now=now)


def test_a_role_on_an_event_holds_there_and_for_its_time(both: Flask, app: Flask, now: datetime) -> None:
    later = now + timedelta(days=1)
    with transaction():
        user = make_user(now=now)
        grant_role(user=user, role=Role.EVENT_ORGANISER, event_id=7, until=later, by="test", now=now)

    answers = [
        may(user, event_id=7, now=now),
        may(user, event_id=8, now=now),
        may(user, event_id=7, now=later),
    ]
    assert answers == [True, False, False]


@pytest.mark.parametrize(("role", "event_id"), [(Role.EVENT_ORGANISER, None), (Role.OFFICE_MANAGER, 7)])
def test_a_role_on_the_wrong_object_is_an_error(
    both: Flask, app: Flask, now: datetime, role: Role, event_id: int | None
) -> None:
    with pytest.raises(ValueError, match="is a role on one"), transaction():
        grant_role(user=make_user(now=now), role=role, event_id=event_id, by="test", now=now)


def test_giving_and_taking_is_written_down(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        user = add_user(email="new@example.org", full_name="New Person", language="ru", by="shell", now=now)
        row = grant_role(user=user, role=Role.CHECKIN_STAFF, event_id=7, by="shell", now=now)
        end_role(grant=row, by="shell", now=now)

    entries = db.session.execute(select(AuditEntry.action, AuditEntry.actor, AuditEntry.detail))
    role = {"role": "checkin_staff", "scope": "event", "scope_id": 7}
    assert [tuple(entry) for entry in entries] == [
        ("user.added", "shell", {}),
        ("user.role_granted", "shell", role),
        ("user.role_ended", "shell", role),
    ]
    assert may(user, event_id=7, now=now + timedelta(seconds=1)) is False


def test_an_address_is_added_once(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_user("new@example.org", now=now)

    with pytest.raises(AlreadyThere), transaction():
        add_user(email="NEW@example.org", full_name="", language="en", by="shell", now=now)


def test_the_last_administrator_stays(both: Flask, app: Flask, now: datetime) -> None:
    first = an_administrator("first@example.org", now - timedelta(days=1))

    with pytest.raises(LastAdministrator), transaction():
        end_role(grant=first.grants[0], by="test", now=now)
    with pytest.raises(LastAdministrator), transaction():
        close_account(user=first, by="test", now=now)

    second = an_administrator("second@example.org", now)
    with transaction():
        end_role(grant=first.grants[0], by="test", now=now)
    with pytest.raises(LastAdministrator), transaction():
        close_account(user=second, by="test", now=now)


def test_a_closed_administrator_does_not_count(both: Flask, app: Flask, now: datetime) -> None:
    first, second = (an_administrator(f"{name}@example.org", now) for name in ("first", "second"))
    with transaction():
        close_account(user=first, by="test", now=now)

    with pytest.raises(LastAdministrator), transaction():
        close_account(user=second, by="test", now=now)
    with transaction():
        open_account(user=first, by="test", now=now)
        close_account(user=second, by="test", now=now)


@pytest.mark.parametrize("how", ["end the role", "close the account"])
def test_administrators_who_end_each_other_at_once_leave_one(
    both: Flask, app: Flask, now: datetime, how: str
) -> None:
    emails = [f"admin{number}@example.org" for number in range(6)]
    for email in emails:
        an_administrator(email, now - timedelta(days=1))

    def work(number: int) -> bool:
        try:
            with transaction():
                user = find_user(emails[number])
                if how == "end the role":
                    end_role(grant=user.grants[0], by="test", now=now)
                else:
                    close_account(user=user, by="test", now=now)
        except LastAdministrator:
            return False
        return True

    assert sorted(at_once(app, work, times=6)) == [False, True, True, True, True, True]
