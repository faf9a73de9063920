"""Who signs in to try the demo: one person for each audience, with passwords made for this installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import choice

from eventhub.accounts.commands import Browser, end_sign_ins, set_password
from eventhub.accounts.grants import add_user, grant_role
from eventhub.accounts.passwords import hash_of
from eventhub.accounts.rules import ROLE_NAMES, ROLE_SCOPES, Role, Scope
from eventhub.core.ids import secret
from eventhub.demo.filling import BY

# Without letters and digits that look alike: these are copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class SignInNote:
    """What the one who tries the demo needs."""

    role: Role
    email: str
    full_name: str
    password: str
    password_hash: str

    @property
    def line(self) -> str:
        return f"  {ROLE_NAMES[self.role]:<23} {self.email:<28} {self.password}"


_STAFF = (
    (Role.PLATFORM_ADMIN, "administrator@example.org", "Adele Administrator"),
    (Role.OFFICE_MANAGER, "office@example.org", "Olga Obraztsova-Example"),
    (Role.EVENT_ORGANISER, "organiser@example.org", "Oscar Organiser"),
    (Role.CHECKIN_STAFF, "crew@example.org", "Greta Gatekeeper"),
    (Role.DATA_PROTECTION_OFFICER, "privacy@example.org", "Petra Privacy"),
)


def make_sign_ins() -> tuple[SignInNote, ...]:
    """New passwords with their hashes, which take a while: made before any transaction begins."""
    return tuple(_note(*each) for each in _STAFF)


def _note(role: Role, email: str, full_name: str) -> SignInNote:
    password = "-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return SignInNote(role, email, full_name, password, hash_of(password))


def open_accounts(notes: Sequence[SignInNote], *, event_ids: Sequence[int], now: datetime) -> None:
    """Roles on one event are given for each of these events."""
    for note in notes:
        user = add_user(email=note.email, full_name=note.full_name, language="en", by=BY, now=now)
        for event_id in event_ids if ROLE_SCOPES[note.role] is Scope.EVENT else [None]:
            grant_role(user=user, role=note.role, by=BY, now=now, event_id=event_id)
        nobody = Browser(secret=secret(), address="127.0.0.1", name="demo")
        set_password(
            user_id=user.id, password_hash=note.password_hash, signed_in_at=now, browser=nobody, now=now
        )
        end_sign_ins(user_id=user.id, now=now)
