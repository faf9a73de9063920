"""Who may do what: roles granted on an object for a time, and the limits of signing in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventhub.core.errors import NotAllowed, Refusal
from eventhub.core.text import N_

CODE_LIVES = timedelta(minutes=10)
CODE_TRIES = 5
CODE_DIGITS = 6
SEEN_EVERY = timedelta(minutes=5)
RECENT = timedelta(minutes=15)
STAFF_IDLE = timedelta(hours=2)
STAFF_LONGEST = timedelta(hours=12)
GUEST_IDLE = timedelta(days=14)
GUEST_LONGEST = timedelta(days=60)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


class Role(StrEnum):
    PLATFORM_ADMIN = "platform_admin"
    OFFICE_MANAGER = "office_manager"
    EVENT_ORGANISER = "event_organiser"
    CHECKIN_STAFF = "checkin_staff"
    DATA_PROTECTION_OFFICER = "dpo"


class Scope(StrEnum):
    PLATFORM = "platform"
    OFFICE = "office"
    EVENT = "event"


ROLE_SCOPES = {
    Role.PLATFORM_ADMIN: Scope.PLATFORM,
    Role.OFFICE_MANAGER: Scope.OFFICE,
    Role.EVENT_ORGANISER: Scope.EVENT,
    Role.CHECKIN_STAFF: Scope.EVENT,
    Role.DATA_PROTECTION_OFFICER: Scope.PLATFORM,
}
# One office today; its number is the scope of its managers.
THE_OFFICE = 1

ROLE_NAMES = {
    Role.PLATFORM_ADMIN: N_("Administrator"),
    Role.OFFICE_MANAGER: N_("Office manager"),
    Role.EVENT_ORGANISER: N_("Organiser"),
    Role.CHECKIN_STAFF: N_("Door crew"),
    Role.DATA_PROTECTION_OFFICER: N_("Data-protection officer"),
}

RUNS_EVERY_EVENT = frozenset({Role.PLATFORM_ADMIN, Role.OFFICE_MANAGER})
RUNS_AN_EVENT = RUNS_EVERY_EVENT | {Role.EVENT_ORGANISER}
WORKS_AT_A_DOOR = RUNS_AN_EVENT | {Role.CHECKIN_STAFF}
ANSWERS_FOR_DATA = frozenset({Role.PLATFORM_ADMIN, Role.DATA_PROTECTION_OFFICER})


class SignInFailed(Refusal):
    sentence = N_("This code or link is not valid any more. Ask for a new one.")
    status = 422
    field = "code"


class WrongPassword(Refusal):
    sentence = N_("E-mail and password do not match.")
    status = 422
    field = "password"


class WeakPassword(Refusal):
    sentence = N_("Choose a password of at least %(shortest)s characters that does not contain your address.")
    status = 422
    field = "password"


class SignInAgain(NotAllowed):
    sentence = N_("To change this, sign in once more: your sign-in is older than a quarter of an hour.")


class AccountClosed(NotAllowed):
    sentence = N_("This account is closed. Write to the office if you think that this is a mistake.")


class AlreadyThere(Refusal):
    sentence = N_("There is an account with this address already.")
    field = "email"


class LastAdministrator(NotAllowed):
    sentence = N_("This is the last administrator. Name another one first.")


class StillHasRoles(NotAllowed):
    sentence = N_("This person works here. End the roles of the account first.")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role on an object, from a moment on and maybe until another."""

    role: Role
    scope_id: int | None
    starts_at: datetime
    ends_at: datetime | None

    def holds_at(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


def has_role(grants: Iterable[Grant], roles: frozenset[Role], *, event_id: int | None, now: datetime) -> bool:
    """Whether one of these roles holds now: everywhere, or on this event. `event_id` None: on any."""
    live = [grant for grant in grants if grant.role in roles and grant.holds_at(now)]
    return any(grant.role in RUNS_EVERY_EVENT or event_id in (None, grant.scope_id) for grant in live)


def session_limits(grants: Iterable[Grant], *, now: datetime) -> tuple[timedelta, timedelta]:
    """How long a sign-in may idle and live: staff shorter than guests (ASVS 5.0, 7.3)."""
    is_staff = any(grant.holds_at(now) for grant in grants)
    return (STAFF_IDLE, STAFF_LONGEST) if is_staff else (GUEST_IDLE, GUEST_LONGEST)


def is_recent(signed_in_at: datetime, *, now: datetime) -> bool:
    """Whether it is still surely the same person who sits there."""
    return now - signed_in_at < RECENT


def check_is_recent(signed_in_at: datetime, *, now: datetime) -> None:
    """Raises SignInAgain."""
    if not is_recent(signed_in_at, now=now):
        raise SignInAgain


def check_password(password: str, *, email: str) -> None:
    """Raises WeakPassword. Length is what counts (NIST SP 800-63B-4, 3.1.1)."""
    name = email.partition("@")[0].casefold()
    if len(password) < SHORTEST_PASSWORD or (len(name) > 3 and name in password.casefold()):
        raise WeakPassword(shortest=SHORTEST_PASSWORD)
