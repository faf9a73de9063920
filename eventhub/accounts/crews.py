"""The check-in crew of one event: invited by e-mail, listed, taken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from eventhub.accounts.grants import add_user, end_role, grant_role
from eventhub.accounts.models import RoleGrant, User
from eventhub.accounts.queries import find_user
from eventhub.accounts.rules import Role
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.text import N_
from eventhub.db import db


class AlreadyInCrew(Refusal):
    sentence = N_("This person is in the crew already.")
    status = 422
    field = "email"


def invite_to_crew(
    *, email: str, full_name: str, language: str, event_id: int, by: str, now: datetime
) -> RoleGrant:
    """Give check-in on this event to the person of this address; without an account, one is made.

    Raises AlreadyInCrew.
    """
    user = find_user(email) or add_user(email=email, full_name=full_name, language=language, by=by, now=now)
    if db.session.scalar(select(RoleGrant.id).where(RoleGrant.user_id == user.id, *_in_crew(event_id, now))):
        raise AlreadyInCrew()
    return grant_role(user=user, role=Role.CHECKIN_STAFF, by=by, now=now, event_id=event_id)


def list_crew(event_id: int, *, now: datetime) -> Sequence[RoleGrant]:
    """Who may scan at this event alone, with their names, by when they came."""
    query = select(RoleGrant).join(User, User.id == RoleGrant.user_id).where(*_in_crew(event_id, now))
    return db.session.scalars(query.options(joinedload(RoleGrant.user)).order_by(RoleGrant.id)).all()


def leave_crew(event_id: int, number: int, *, by: str, now: datetime) -> None:
    """End this role on this event, once. Raises NotFound for roles on other events and for other roles."""
    query = select(RoleGrant).where(
        RoleGrant.id == number, RoleGrant.role == Role.CHECKIN_STAFF, RoleGrant.scope_id == event_id
    )
    grant = db.session.scalars(query).one_or_none()
    if grant is None:
        raise NotFound()
    if grant.ends_at is None or grant.ends_at > now:
        end_role(grant=grant, by=by, now=now)


def _in_crew(event_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        RoleGrant.role == Role.CHECKIN_STAFF,
        RoleGrant.scope_id == event_id,
        or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
    )
