"""Reads about people who sign in."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from eventhub.accounts.models import RoleGrant, SignIn, SignInRequest, User, grant_of
from eventhub.accounts.rules import CODE_TRIES, Grant, session_limits
from eventhub.core.errors import NotFound
from eventhub.core.keys import digest
from eventhub.core.names import email_key
from eventhub.db import db, read_rows


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that is good now, with its person and all their grants."""

    grants: tuple[Grant, ...]
    id: int
    created_at: datetime
    seen_at: datetime
    user_id: int
    public_id: str
    full_name: str
    email: str
    email_key: str


def find_signed_in(secret: str, *, now: datetime) -> SignedIn | None:
    """The sign-in whose cookie holds this secret, in one statement past the session: every request asks it.

    None when it ended, idled out or grew too old, or when the account is closed.
    """
    rows = read_rows(_SIGNED_IN, {"hash": digest(secret)})
    if not rows:
        return None
    grants = tuple(grant_of(*row[len(_PERSON) :]) for row in rows if row.role is not None)
    found = SignedIn(grants, *rows[0][: len(_PERSON)])
    return found if _is_fresh(found, grants, now=now) else None


_PERSON: tuple[Any, ...] = (
    *(SignIn.id, SignIn.created_at, SignIn.seen_at),
    *(SignIn.user_id, User.public_id, User.full_name, User.email, User.email_key),
)
_GRANT: tuple[Any, ...] = (
    RoleGrant.role,
    RoleGrant.scope,
    RoleGrant.scope_id,
    RoleGrant.starts_at,
    RoleGrant.ends_at,
)
_SIGNED_IN = (
    select(*_PERSON, *_GRANT)
    .join(User, User.id == SignIn.user_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
    .where(SignIn.secret_hash == bindparam("hash"), SignIn.ended_at.is_(None), User.is_active)
)


def list_sign_ins(user_id: int, *, now: datetime) -> list[SignIn]:
    """Where this person is signed in, the last seen first."""
    query = (
        select(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    rows = db.session.scalars(query).all()
    grants = [grant.as_grant() for grant in rows[0].user.grants] if rows else []
    return [row for row in rows if row.user.is_active and _is_fresh(row, grants, now=now)]


def _is_fresh(sign_in: SignIn | SignedIn, grants: Iterable[Grant], *, now: datetime) -> bool:
    idle, longest = session_limits(grants, now=now)
    return now < sign_in.seen_at + idle and now < sign_in.created_at + longest


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


def names_of(public_ids: Iterable[str]) -> dict[str, str]:
    """What these people are called; who is no person, a job for instance, is left out."""
    query = select(User.public_id, User.full_name).where(User.public_id.in_(set(public_ids)))
    return {row.public_id: row.full_name for row in db.session.execute(query)}
