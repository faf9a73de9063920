"""Who is calling: the signed-in person behind the cookie, or a guest."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from eventhub.accounts.models import User
from eventhub.accounts.queries import find_signed_in
from eventhub.accounts.rules import RUNS_AN_EVENT, RUNS_EVERY_EVENT, WORKS_AT_A_DOOR, Role, has_role
from eventhub.core import clock

SECRET = "sign_in"


class Guest(AnonymousUserMixin):
    """Nobody yet."""

    public_id = "guest"
    is_organiser = False
    is_crew = False
    is_office = False

    def may(self, roles: frozenset[Role], *, event_id: int | None = None) -> bool:
        return False


class Visitor(UserMixin):
    """A signed-in person with what they may do at this moment."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user = user
        self.id = user.id
        self.public_id = user.public_id
        self.full_name = user.full_name
        self.email = user.email
        self._grants = [row.as_grant() for row in user.grants]
        self._now = now

    def may(self, roles: frozenset[Role], *, event_id: int | None = None) -> bool:
        """Whether one of the roles holds on this event; without an event, on any."""
        return has_role(self._grants, roles, event_id=event_id, now=self._now)

    @property
    def is_organiser(self) -> bool:
        return self.may(RUNS_AN_EVENT)

    @property
    def is_crew(self) -> bool:
        return self.may(WORKS_AT_A_DOOR)

    @property
    def is_office(self) -> bool:
        return self.may(RUNS_EVERY_EVENT)


def init_app(app: Flask) -> None:
    # Not init_app(): it looks into the session after every request, and each answer then varies by cookie.
    manager = app.login_manager = LoginManager()  # type: ignore[attr-defined]
    manager.session_protection = None  # the secret in the database decides, not the browser's fingerprint
    manager.anonymous_user = Guest
    manager.request_loader(_load)
    app.context_processor(lambda: {"current_user": current_user})


def _load(_request: object) -> Visitor | None:
    secret = session.get(SECRET)
    if not secret:
        return None
    now = clock.now()
    user = find_signed_in(secret, now=now)
    return Visitor(user, now) if user else None
