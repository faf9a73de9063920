"""Who is calling: the signed-in person behind the cookie, or a guest."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Request, Response, g, request, session
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
from eventhub.checkin.devices.commands import keep_seen
from eventhub.checkin.devices.queries import PairedDevice, find_device
from eventhub.checkin.devices.rules import SEEN_EVERY as PHONE_SEEN_EVERY
from eventhub.checkin.devices.rules import UPLOADS_AFTER, Profile
from eventhub.core import clock
from eventhub.core.errors import Busy
from eventhub.db import transaction
from eventhub.web.browsers import SIGN_IN
from eventhub.web.phones import GATES, forget_phone, phone_token

UPLOADS = "gate.sync"


class Guest(AnonymousUserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Nobody yet."""

    public_id = "guest"
    is_organiser = False
    is_crew = False
    is_office = False
    is_officer = False
    id: int | None = None
    phone: PairedDevice | None = None
    device_id: int | None = None

    def may(self, roles: frozenset[Role], *, event_id: int | None = None) -> bool:
        return False

    def works_at(self, event_id: int, gate: str) -> bool:
        return False

    def supervises(self, event_id: int) -> bool:
        return False


class Phone(Guest):
    """A paired phone at the gates of its event: nobody's account, and nothing else opens to it."""

    is_crew = True

    def __init__(self, phone: PairedDevice) -> None:
        self.phone = phone
        self.event_id = phone.event_id
        self.device_id = phone.id
        self.public_id = f"device:{phone.public_id}"

    def may(self, roles: frozenset[Role], *, event_id: int | None = None) -> bool:
        """As crew of its event, for as long as it is paired."""
        return Role.CHECKIN_STAFF in roles and event_id in (None, self.event_id)

    def works_at(self, event_id: int, gate: str) -> bool:
        return self.phone is not None and event_id == self.event_id and self.phone.works_at(gate)

    def supervises(self, event_id: int) -> bool:
        """The whole door is seen by who may stand at all of it."""
        phone = self.phone
        is_whole = phone is not None and phone.gates is None and phone.profile is Profile.SUPERVISOR
        return is_whole and event_id == self.event_id


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A signed-in person with what they may do at this moment."""

    phone: PairedDevice | None = None
    device_id: int | None = None

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

    def works_at(self, event_id: int, gate: str) -> bool:
        """The crew of an event works at all of its gates."""
        return self.may(WORKS_AT_A_DOOR, event_id=event_id)

    def supervises(self, event_id: int) -> bool:
        """Whoever runs an event sees all of its doors."""
        return self.may(RUNS_AN_EVENT, event_id=event_id)

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


def _load(asked: Request) -> Visitor | Phone | None:
    """At a gate the phone counts, unless the person who is signed in works at its event."""
    person = _signed_in()
    phone = _paired() if asked.path.startswith(GATES) else None
    if phone is None or (person is not None and person.may(WORKS_AT_A_DOOR, event_id=phone.event_id)):
        return person
    return phone


def _paired() -> Phone | None:
    token, now = phone_token(), clock.now()
    if not token:
        return None
    phone = find_device(token)
    if phone is None or phone.expires_at + UPLOADS_AFTER <= now:
        g.lost_phone = True
        return None
    if phone.expires_at <= now and request.endpoint != UPLOADS:
        g.phone_is_over = True
        return None
    if now - phone.seen_at >= PHONE_SEEN_EVERY:
        g.seen_phone = phone.id
    return Phone(phone)


def _signed_in() -> Visitor | None:
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
    if "seen" in g or "seen_phone" in g:
        try:
            with transaction():
                _write_seen()
        except Busy:
            return response
    return forget_phone(response) if "lost_phone" in g else response


def _write_seen() -> None:
    if "seen" in g:
        keep_alive(sign_in_id=g.seen, now=clock.now())
    if "seen_phone" in g:
        keep_seen(g.seen_phone, now=clock.now())
