"""A sign-in lives while it is used, and dies with what it rested on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.accounts.commands import (
    end_sign_in,
    end_sign_ins,
    keep_alive,
    set_password,
    sign_in_by_password,
    sign_out,
    start_sign_in,
)
from eventhub.accounts.grants import close_account, end_role, grant_role
from eventhub.accounts.models import SignIn, User
from eventhub.accounts.passwords import NOBODYS_HASH, hash_of, is_right
from eventhub.accounts.passwords import _hasher as hasher
from eventhub.accounts.queries import find_signed_in, list_sign_ins
from eventhub.accounts.rules import AccountClosed, Role, SignInAgain
from eventhub.core.keys import digest
from eventhub.db import db, transaction
from tests.factories import grant, make_user
from tests.people import a_browser, last_letter, statements

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def start(user: User, now: datetime, **changes: str) -> str:
    with transaction():
        return start_sign_in(user, browser=a_browser(**changes), now=now)


def is_alive(secret: str, now: datetime) -> bool:
    db.session.expire_all()
    return find_signed_in(secret, now=now) is not None


def a_user(now: datetime, *roles: Role) -> User:
    with transaction():
        user = make_user(now=now)
        for role in roles:
            grant(user, role, now=now)
    return user


@pytest.mark.parametrize(
    ("roles", "seen_after", "asked_after", "expected"),
    [
        ([], 0 * DAY, 14 * DAY - MINUTE, True),
        ([], 0 * DAY, 14 * DAY, False),
        ([], 59 * DAY, 60 * DAY - MINUTE, True),
        ([], 59 * DAY, 60 * DAY, False),
        ([Role.OFFICE_MANAGER], 0 * HOUR, 2 * HOUR - MINUTE, True),
        ([Role.OFFICE_MANAGER], 0 * HOUR, 2 * HOUR, False),
        ([Role.OFFICE_MANAGER], 11 * HOUR, 12 * HOUR - MINUTE, True),
        ([Role.OFFICE_MANAGER], 11 * HOUR, 12 * HOUR, False),
    ],
)
def test_a_sign_in_idles_out_and_grows_too_old(
    both: Flask,
    app: Flask,
    now: datetime,
    roles: list[Role],
    seen_after: timedelta,
    asked_after: timedelta,
    expected: bool,
) -> None:
    secret = start(a_user(now, *roles), now)
    row = find_signed_in(secret, now=now)
    with transaction():
        keep_alive(sign_in_id=row.id, now=now + seen_after)

    assert is_alive(secret, now + asked_after) is expected


def test_being_seen_is_written_every_five_minutes_at_most(both: Flask, app: Flask, now: datetime) -> None:
    row = find_signed_in(start(a_user(now), now), now=now)

    seen = []
    for minutes in (4, 5, 9, 10):
        with transaction():
            keep_alive(sign_in_id=row.id, now=now + minutes * MINUTE)
        seen.append(db.session.scalars(select(SignIn.seen_at)).one() - now)

    assert seen == [0 * MINUTE, 5 * MINUTE, 5 * MINUTE, 10 * MINUTE]


def test_who_is_signed_in_costs_one_statement_however_many_roles(
    both: Flask, app: Flask, now: datetime
) -> None:
    secret = start(a_user(now, *[Role.OFFICE_MANAGER] * 10), now)

    db.session.remove()
    with statements() as said:
        assert len(find_signed_in(secret, now=now).grants) == 10
    assert len(said) == 1


def test_signing_out_ends_one_sign_in(both: Flask, app: Flask, now: datetime) -> None:
    user = a_user(now)
    here, there = start(user, now), start(user, now)

    with transaction():
        sign_out(secret=here, now=now)

    assert (is_alive(here, now), is_alive(there, now)) == (False, True)


def test_signing_in_again_ends_what_the_browser_had(both: Flask, app: Flask, now: datetime) -> None:
    user = a_user(now)
    old = start(user, now)
    browser = a_browser()

    with transaction():
        new = start_sign_in(
            user, browser=type(browser)(secret="x", address="", name="", signed_in=old), now=now
        )

    assert (is_alive(old, now), is_alive(new, now)) == (False, True)


def test_one_ends_ones_own_sign_ins_only(both: Flask, app: Flask, now: datetime) -> None:
    user = a_user(now)
    with transaction():
        other = make_user("other@example.org", now=now)
    mine, others = start(user, now), start(other, now)

    with transaction():
        end_sign_in(user_id=user.id, secret_hash=digest(others), now=now)
        end_sign_ins(user_id=user.id, now=now)

    assert (is_alive(mine, now), is_alive(others, now)) == (False, True)


def test_all_others_are_ended_but_this_one(both: Flask, app: Flask, now: datetime) -> None:
    user = a_user(now)
    secrets = [start(user, now) for _ in range(3)]
    this = find_signed_in(secrets[1], now=now)

    with transaction():
        end_sign_ins(user_id=user.id, but=this.id, now=now)

    assert [is_alive(secret, now) for secret in secrets] == [False, True, False]
    assert [row.id for row in list_sign_ins(user.id, now=now)] == [this.id]


def _gets_a_role(user: User, now: datetime) -> None:
    grant_role(user=user, role=Role.EVENT_ORGANISER, event_id=1, by="test", now=now)


def _loses_a_role(user: User, now: datetime) -> None:
    end_role(grant=user.grants[0], by="test", now=now)


def _is_closed(user: User, now: datetime) -> None:
    close_account(user=user, by="test", now=now)


def _sets_a_password(user: User, now: datetime) -> None:
    set_password(user_id=user.id, password_hash="x", signed_in_at=now, browser=a_browser(), now=now)


@pytest.mark.parametrize("change", [_gets_a_role, _loses_a_role, _is_closed, _sets_a_password])
def test_every_sign_in_ends_when_a_person_changes(
    both: Flask, app: Flask, now: datetime, change: Callable[[User, datetime], None]
) -> None:
    user = a_user(now, Role.OFFICE_MANAGER)
    secrets = [start(user, now) for _ in range(2)]
    assert [is_alive(secret, now) for secret in secrets] == [True, True]

    with transaction():
        change(user, now)

    assert [is_alive(secret, now) for secret in secrets] == [False, False]


def test_a_password_is_set_after_a_recent_sign_in_only(both: Flask, app: Flask, now: datetime) -> None:
    user = a_user(now)
    old = start(user, now)

    with pytest.raises(SignInAgain), transaction():
        set_password(
            user_id=user.id,
            password_hash="x",
            signed_in_at=now,
            browser=a_browser(),
            now=now + 15 * MINUTE,
        )
    assert (is_alive(old, now), user.password_hash) == (True, None)


def test_a_new_password_signs_this_browser_in_anew_and_tells_its_owner(
    both: Flask, app: Flask, now: datetime
) -> None:
    user = a_user(now)

    with transaction():
        new = set_password(user_id=user.id, password_hash="x", signed_in_at=now, browser=a_browser(), now=now)

    assert is_alive(new, now)
    assert last_letter("password_changed").to_email == user.email


def test_a_password_changed_meanwhile_signs_nobody_in(both: Flask, app: Flask, now: datetime) -> None:
    user = a_user(now)

    with pytest.raises(AccountClosed), transaction():
        sign_in_by_password(user_id=user.id, password_hash="old", browser=a_browser(), now=now)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("correct horse battery", True), ("correct horse batterY", False), ("ｃorrect horse battery", True)],
)
def test_a_password_is_right_as_it_was_set(typed: str, expected: bool) -> None:
    assert is_right(typed, hash_of("correct horse battery")) is expected


def test_nobodys_password_is_as_slow_as_anybodys_and_never_right() -> None:
    assert hasher.check_needs_rehash(NOBODYS_HASH) is False
    assert is_right("anything", None) is False
