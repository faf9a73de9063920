"""An account as data about somebody: what it holds, and what is left of it when it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from eventhub import audit
from eventhub.accounts.commands import end_sign_ins
from eventhub.accounts.models import SignIn, SignInRequest, User
from eventhub.accounts.rules import StillHasRoles
from eventhub.core.subjects import DataSubject
from eventhub.core.tombstones import tombstone
from eventhub.db import db


def find_account(email_key: str) -> User | None:
    """The account of this address."""
    return db.session.scalars(select(User).where(User.email_key == email_key)).one_or_none()


def export_account(subject: DataSubject) -> dict[str, Any] | None:
    """Who signs in, with what roles, from where, and what was asked of us with this address."""
    if not subject.is_whole:
        return None
    user = find_account(subject.email_key)
    return {
        "account": user and _account(user),
        "sign_ins": _sign_ins(user) if user else [],
        "sign_in_requests": _requests(subject.email_key),
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "id": user.public_id,
        "email": user.email,
        "full_name": user.full_name,
        "language": user.language,
        "has_password": user.password_hash is not None,
        "is_active": user.is_active,
        "created_at": user.created_at,
        "roles": [
            {"role": row.role, "on": row.scope, "from": row.starts_at, "until": row.ends_at}
            for row in user.grants
        ],
    }


def _sign_ins(user: User) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(SignIn).where(SignIn.user_id == user.id).order_by(SignIn.id))
    return [
        {
            "browser": row.browser,
            "signed_in_at": row.created_at,
            "last_seen_at": row.seen_at,
            "ended_at": row.ended_at,
        }
        for row in rows
    ]


def _requests(email_key: str) -> list[dict[str, Any]]:
    asked = select(SignInRequest).where(SignInRequest.email_key == email_key).order_by(SignInRequest.id)
    return [{"asked_at": row.created_at, "used_at": row.used_at} for row in db.session.scalars(asked)]


def forget_account(subject: DataSubject, *, now: datetime) -> None:
    """The account is closed and says no more whose it was; what it did stays in the log under its random id.

    Raises StillHasRoles: whoever works here is no participant alone.
    """
    user = find_account(subject.email_key) if subject.is_whole else None
    if user is None:
        return
    if any(row.as_grant().holds_at(now) for row in user.grants):
        raise StillHasRoles()
    user.email = user.email_key = f"removed-{user.public_id}@removed.invalid"
    user.full_name, user.password_hash, user.is_active = tombstone(now), None, False
    end_sign_ins(user_id=user.id, now=now)
    db.session.execute(update(SignIn).where(SignIn.user_id == user.id).values(browser=""))
    db.session.execute(delete(SignInRequest).where(SignInRequest.email_key == subject.email_key))
    db.session.flush()
    audit.empty_details([("user", user.public_id)], now=now)
