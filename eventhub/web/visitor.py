"""Who is calling: the signed-in person behind the cookie, or a guest."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, g, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from itsdangerous import URLSafeTimedSerializer

from eventhub.accounts.commands import keep_alive
from eventhub.accounts.queries import SignedIn, find_signed_in
from eventhub.accounts.rules import (
    ANSWERS_FOR_DATA,
    GUEST_LONGEST,
    RUNS_AN_EVENT,
    RUNS_EVERY_EVENT,
    SEEN_EVERY,
    WORKS_AT_A_DOOR,
    Role,
    has_role,
)
from eventhub.core import clock
from eventhub.core.errors import Busy
from eventhub.db import transaction
from eventhub.web.browsers import SIGN_IN


class Guest(AnonymousUserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Nobody yet."""

    public_id = "guest"
    is_organiser = False
    is_crew = False
    is_office = False
    is_officer = False

    def may(self, roles: frozenset[Role], *, event_id: int | None = None) -> bool:
        return False


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A signed-in person with what they may do at this moment."""

    def __init__(self, sign_in: SignedIn, now: datetime) -> None:
        self.id = sign_in.user_id
        self.public_id = sign_in.public_id
        self.full_name = sign_in.full_name or sign_in.email
        self.email = sign_in.email
        self.email_key = sign_in.email_key
        self.sign_in_id = sign_in.id
        self.signed_in_at = sign_in.created_at
        self.grants = sign_in.grants
        self._now = now

    def may(self, roles: frozenset[Role], *, event_id: int | None = None) -> bool:
        """Whether one of the roles holds on this event; without an event, on any."""
        return has_role(self.grants, roles, event_id=event_id, now=self._now)

    @property
    def is_organiser(self) -> bool:
        return self.may(RUNS_AN_EVENT)

    @property
    def is_crew(self) -> bool:
        return self.may(WORKS_AT_A_DOOR)

    @property
    def is_office(self) -> bool:
        return self.may(RUNS_EVERY_EVENT)

    @property
    def is_officer(self) -> bool:
        return self.may(ANSWERS_FOR_DATA)


class Sessions(SecureCookieSessionInterface):
    """Flask's own cookie; what signs it is made once, not twice a request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
    # The cookie only has to outlive the sign-in; that one's row decides.
    app.config.update(PERMANENT_SESSION_LIFETIME=GUEST_LONGEST, SESSION_REFRESH_EACH_REQUEST=False)
    # Not init_app(): it looks into the session after every request, and each answer then varies by cookie.
    manager = app.login_manager = LoginManager()  # type: ignore[attr-defined]  # where Flask-Login looks for it
    manager.session_protection = None  # the secret in the database decides, not the browser's fingerprint
    manager.anonymous_user = Guest
    manager.request_loader(_load)
    app.context_processor(lambda: {"current_user": current_user})
    app.after_request(_keep_alive)


def _load(_request: object) -> Visitor | None:
    secret = session.get(SIGN_IN)
    if not secret:
        return None
    now = clock.now()
    sign_in = find_signed_in(secret, now=now)
    if sign_in is None:
        return None
    if now - sign_in.seen_at >= SEEN_EVERY:
        g.seen = sign_in.id
    return Visitor(sign_in, now)


def _keep_alive(response: Response) -> Response:
    """After the answer is made, in a transaction of its own; a busy database is no reason to fail."""
    if "seen" in g:
        try:
            with transaction():
                keep_alive(sign_in_id=g.seen, now=clock.now())
        except Busy:
            return response
    return response
