"""Who is given a role, and who loses it: both end the person's sign-ins; the last administrator stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from eventhub import audit
from eventhub.accounts.commands import end_sign_ins
from eventhub.accounts.models import RoleGrant, User
from eventhub.accounts.queries import find_user
from eventhub.accounts.rules import ROLE_SCOPES, THE_OFFICE, AlreadyThere, LastAdministrator, Role, Scope
from eventhub.core.ids import public_id
from eventhub.core.names import email_key
from eventhub.db import db


def add_user(*, email: str, full_name: str, language: str, by: str, now: datetime) -> User:
    """Make the account before its first sign-in, so that it can be given roles. Raises AlreadyThere."""
    if find_user(email):
        raise AlreadyThere
    user = User(
        public_id=public_id(),
        email=email,
        email_key=email_key(email),
        full_name=full_name,
        language=language,
        password_hash=None,
        is_active=True,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    audit.record("user.added", subject=("user", user.public_id), by=by, now=now)
    return user


def grant_role(
    *,
    user: User,
    role: Role,
    by: str,
    now: datetime,
    event_id: int | None = None,
    until: datetime | None = None,
) -> RoleGrant:
    """Give a role; one of an event needs the event. Raises ValueError."""
    scope = ROLE_SCOPES[role]
    if (scope is Scope.EVENT) != (event_id is not None):
        raise ValueError(f"{role} is a role on one {scope}")
    grant = RoleGrant(
        role=role,
        scope=scope,
        scope_id=THE_OFFICE if scope is Scope.OFFICE else event_id,
        starts_at=now,
        ends_at=until,
        granted_by=by,
    )
    user.grants.append(grant)
    db.session.flush()
    _changed("user.role_granted", user, grant, by=by, now=now)
    return grant


def end_role(*, grant: RoleGrant, by: str, now: datetime) -> None:
    """Take a role away; it stays in the list of what once held. Raises LastAdministrator."""
    if grant.role == Role.PLATFORM_ADMIN:
        _check_another_administrator(grant.user, now=now)
    # A role ended in the moment in which it was given held for the shortest time that the table knows.
    grant.ends_at = max(now, grant.starts_at + timedelta(microseconds=1))
    db.session.flush()
    _changed("user.role_ended", grant.user, grant, by=by, now=now)


def close_account(*, user: User, by: str, now: datetime) -> None:
    """Nobody signs in with it any more. Raises LastAdministrator."""
    _check_another_administrator(user, now=now)
    user.is_active = False
    end_sign_ins(user_id=user.id, now=now)
    audit.record("user.closed", subject=("user", user.public_id), by=by, now=now)


def open_account(*, user: User, by: str, now: datetime) -> None:
    """The account takes sign-ins again."""
    user.is_active = True
    audit.record("user.opened", subject=("user", user.public_id), by=by, now=now)


def _changed(action: str, user: User, grant: RoleGrant, *, by: str, now: datetime) -> None:
    end_sign_ins(user_id=user.id, now=now)
    detail = {"role": grant.role, "scope": grant.scope, "scope_id": grant.scope_id}
    audit.record(action, subject=("user", user.public_id), by=by, now=now, **detail)


def _check_another_administrator(user: User, *, now: datetime) -> None:
    """The rows are locked: two administrators who end each other at once leave one."""
    live = (
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.PLATFORM_ADMIN, User.is_active, RoleGrant.starts_at <= now)
        .where(or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
        .order_by(RoleGrant.id)
        .with_for_update()
    )
    if set(db.session.scalars(live)) == {user.id}:
        raise LastAdministrator
