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
STAFF_IDLE = timedelta(hours=2)
STAFF_LONGEST = timedelta(hours=12)
GUEST_IDLE = timedelta(days=14)
GUEST_LONGEST = timedelta(days=60)
SHORTEST_PASSWORD = 12


class Role(StrEnum):
    PLATFORM_ADMIN = "platform_admin"
    OFFICE_MANAGER = "office_manager"
    EVENT_ORGANISER = "event_organiser"
    CHECKIN_STAFF = "checkin_staff"


class Scope(StrEnum):
    PLATFORM = "platform"
    OFFICE = "office"
    EVENT = "event"


ROLE_SCOPES = {
    Role.PLATFORM_ADMIN: Scope.PLATFORM,
    Role.OFFICE_MANAGER: Scope.OFFICE,
    Role.EVENT_ORGANISER: Scope.EVENT,
    Role.CHECKIN_STAFF: Scope.EVENT,
}
# One office today; its number is the scope of its managers.
THE_OFFICE = 1

RUNS_EVERY_EVENT = frozenset({Role.PLATFORM_ADMIN, Role.OFFICE_MANAGER})
RUNS_AN_EVENT = RUNS_EVERY_EVENT | {Role.EVENT_ORGANISER}
WORKS_AT_A_DOOR = RUNS_AN_EVENT | {Role.CHECKIN_STAFF}


class SignInFailed(Refusal):
    sentence = N_("This code or link is not valid any more. Ask for a new one.")
    status = 422
    field = "code"


class WrongPassword(Refusal):
    sentence = N_("E-mail and password do not match.")
    status = 422
    field = "password"


class LastAdministrator(NotAllowed):
    sentence = N_("This is the last administrator. Name another one first.")


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
    """Whether one of these roles holds now: everywhere, or on this event. `event_id` None asks for any event."""
    live = [grant for grant in grants if grant.role in roles and grant.holds_at(now)]
    return any(grant.role in RUNS_EVERY_EVENT or event_id in (None, grant.scope_id) for grant in live)


def session_limits(grants: Iterable[Grant]) -> tuple[timedelta, timedelta]:
    """How long a sign-in may idle and live: staff shorter than guests (ASVS 5.0, 7.3)."""
    return (STAFF_IDLE, STAFF_LONGEST) if any(grants) else (GUEST_IDLE, GUEST_LONGEST)
