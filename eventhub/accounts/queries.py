"""Reads about people who sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from eventhub.accounts.models import SignIn, User
from eventhub.accounts.rules import session_limits
from eventhub.core.keys import digest
from eventhub.core.names import email_key
from eventhub.db import db


def find_signed_in(secret: str, *, now: datetime) -> User | None:
    """The person whose cookie holds this secret, unless the sign-in ended, idled out or grew too old."""
    row = db.session.scalars(select(SignIn).where(SignIn.secret_hash == digest(secret))).one_or_none()
    if row is None or row.ended_at is not None or not row.user.is_active:
        return None
    idle, longest = session_limits(grant.as_grant() for grant in row.user.grants)
    return row.user if now < row.seen_at + idle and now < row.created_at + longest else None


def find_user(email: str) -> User | None:
    return db.session.scalars(select(User).where(User.email_key == email_key(email))).one_or_none()
