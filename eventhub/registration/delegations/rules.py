"""How a delegation moves, what a line of its list says, and what is said no to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from eventhub.core.errors import Refusal, TooMany
from eventhub.core.text import N_
from eventhub.registration.rules import LIVE, RegistrationState

MOST_MEMBERS = 200
MOST_ROWS = 1000
MOST_BYTES = 2 * 1024 * 1024
KEPT_FOR = timedelta(hours=1)
LONGEST_ORGANISATION = 160
LONGEST_EMAIL = 254


class DelegationState(StrEnum):
    """`invited` by the organiser, `pending` until the coordinator proves the address, `open` from then on."""

    INVITED = "invited"
    PENDING = "pending"
    OPEN = "open"
    ENDED = "ended"


_S = DelegationState
MOVES = {
    _S.INVITED: frozenset({_S.OPEN, _S.ENDED}),
    _S.PENDING: frozenset({_S.OPEN, _S.ENDED}),
    _S.OPEN: frozenset({_S.ENDED}),
    _S.ENDED: frozenset[DelegationState](),
}


class MemberStatus(StrEnum):
    """What the coordinator reads of a person; it follows from the registration and is stored nowhere."""

    INVITED = "invited"
    COMPLETED = "completed"
    WAITING = "waiting"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class MemberFacts:
    """What a status follows from; `state` None: the person takes part by other ways."""

    state: RegistrationState | None
    seems_to_wait: bool
    has_completed: bool
    has_declined: bool
    has_come: bool


def status_of(facts: MemberFacts) -> MemberStatus:
    """A request that waits for the organiser looks like a place: whoever is not told of the one learns nothing."""
    if facts.has_declined:
        return MemberStatus.DECLINED
    if facts.state is None:
        return MemberStatus.WAITING if facts.seems_to_wait else MemberStatus.INVITED
    if facts.state not in LIVE:
        return MemberStatus.CANCELLED
    if facts.has_come:
        return MemberStatus.CHECKED_IN
    if facts.state in (RegistrationState.WAITLISTED, RegistrationState.OFFERED):
        return MemberStatus.WAITING
    return MemberStatus.COMPLETED if facts.has_completed else MemberStatus.INVITED


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A person as the coordinator writes them down; `ticket` is the public id of their own type, empty: that of the
    delegation."""

    full_name: str
    email: str
    organisation: str
    country: str
    language: str
    ticket: str = field(default="", compare=False)


class DelegationFull(Refusal):
    sentence = N_("Your delegation has no room for more people.")


class DelegationOver(Refusal):
    sentence = N_("This delegation is closed.")


class InvitedAlready(Refusal):
    sentence = N_("This e-mail address is in your list already.")
    field = "email"


class HasCompleted(Refusal):
    sentence = N_("This person has completed their own data, so you can't change them any more.")


class AlreadyStarted(Refusal):
    sentence = N_("A delegation with this e-mail address exists already.")
    field = "email"


class RemindedToday(TooMany):
    sentence = N_("You have sent reminders today already. Try again tomorrow.")


class SheetGone(Refusal):
    sentence = N_("This list is kept for one hour only. Send it again.")
    status = 404


class NoSheet(Refusal):
    sentence = N_("Paste the rows, or choose a file.")
    status = 422
    field = "rows"


class Unreadable(Refusal):
    sentence = N_("We can't read this file. Save it as XLSX or CSV and send it again.")
    status = 422
    field = "file"


class SheetTooBig(Refusal):
    sentence = N_("This file is too big. A list of people needs less than 2 MB.")
    status = 422
    field = "file"


class SheetTooLong(Refusal):
    sentence = N_("This list has more than %(most)s rows. Send it in parts.")
    status = 422
    field = "rows"


class SheetEmpty(Refusal):
    sentence = N_("There are no people in this list.")
    status = 422
    field = "rows"


class ColumnsMissing(Refusal):
    sentence = N_(
        "We found no columns for the name and the e-mail address. Call them “Full name” and “E-mail” in the first row."
    )
    status = 422
    field = "rows"
