"""Reads about people who sign in."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import joinedload

from eventhub.accounts.models import SignIn, SignInRequest, User
from eventhub.accounts.rules import CODE_TRIES, session_limits
from eventhub.core.errors import NotFound
from eventhub.core.keys import digest
from eventhub.core.names import email_key
from eventhub.db import db


def find_signed_in(secret: str, *, now: datetime) -> SignIn | None:
    """The sign-in whose cookie holds this secret, with its person and their grants, in one statement.

    None when it ended, idled out or grew too old, or when the account is closed.
    """
    row = db.session.scalars(_by_secret(), {"hash": digest(secret)}).unique().one_or_none()
    return row if row and _is_live(row, now=now) else None


@cache
def _by_secret() -> Select[SignIn]:
    """Built once: every request of a signed-in person asks it."""
    wanted = select(SignIn).where(SignIn.secret_hash == bindparam("hash"))
    return wanted.options(joinedload(SignIn.user).joinedload(User.grants))


def list_sign_ins(user_id: int, *, now: datetime) -> list[SignIn]:
    """Where this person is signed in, the last seen first."""
    query = (
        select(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [row for row in db.session.scalars(query) if _is_live(row, now=now)]


def _is_live(row: SignIn, *, now: datetime) -> bool:
    if row.ended_at is not None or not row.user.is_active:
        return False
    idle, longest = session_limits((grant.as_grant() for grant in row.user.grants), now=now)
    return now < row.seen_at + idle and now < row.created_at + longest


def find_request(link: str, *, now: datetime) -> SignInRequest | None:
    """What this link of a letter stands for, while it is good."""
    query = select(SignInRequest).where(SignInRequest.link_hash == digest(link), *is_open(now))
    return db.session.scalars(query).one_or_none()


def find_asked(*, link: str | None, secret: str, now: datetime) -> SignInRequest | None:
    """What the link stands for, or else the newest that the browser with this secret asked for, while it is good."""
    if link:
        return find_request(link, now=now)
    query = (
        select(SignInRequest)
        .where(SignInRequest.browser_hash == digest(secret), *is_open(now))
        .order_by(SignInRequest.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def is_asked_by(request: SignInRequest, secret: str) -> bool:
    """Whether this browser asked for it."""
    return hmac.compare_digest(request.browser_hash, digest(secret))


def is_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Neither used nor too old nor guessed at too often."""
    return (
        SignInRequest.used_at.is_(None),
        SignInRequest.expires_at > now,
        SignInRequest.tries < CODE_TRIES,
    )


def find_user(email: str) -> User | None:
    return db.session.scalars(select(User).where(User.email_key == email_key(email))).one_or_none()


def get_user(user_id: int) -> User:
    """Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def list_users() -> Sequence[User]:
    """Everybody, by address."""
    return db.session.scalars(select(User).order_by(User.email_key, User.id)).all()
