"""How a registration moves, how long a place is held, and which chosen sessions exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.text import N_, Localised

HOLD = timedelta(minutes=30)
LONGEST_NAME = 80


class RegistrationState(StrEnum):
    """What is stored. `attended` and `no_show` are derived from scans."""

    PENDING = "pending"
    REQUESTED = "requested"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_S = RegistrationState
# `pending` waits for the person to prove the address, `requested` for the organiser, `waitlisted` for a free place,
# `offered` for the person to take the place that became free.
MOVES = {
    _S.PENDING: frozenset({_S.CONFIRMED, _S.REQUESTED, _S.WAITLISTED, _S.CANCELLED, _S.EXPIRED}),
    _S.REQUESTED: frozenset({_S.CONFIRMED, _S.WAITLISTED, _S.REJECTED, _S.CANCELLED}),
    _S.WAITLISTED: frozenset({_S.OFFERED, _S.CANCELLED}),
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.CANCELLED, _S.EXPIRED}),
    _S.CONFIRMED: frozenset({_S.CANCELLED}),
    _S.REJECTED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.EXPIRED: frozenset({_S.CONFIRMED, _S.REQUESTED}),
    _S.CANCELLED: frozenset(),
}
LIVE = (_S.PENDING, _S.REQUESTED, _S.WAITLISTED, _S.OFFERED, _S.CONFIRMED)
# Nothing is left to confirm.
PROVEN = frozenset({_S.REQUESTED, _S.WAITLISTED, _S.OFFERED, _S.CONFIRMED})
HELD_FOR_A_TIME = (_S.PENDING, _S.OFFERED)


class WaitingState(StrEnum):
    """A place in the queue of an event."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    LEFT = "left"


WAITING_MOVES = {
    WaitingState.WAITING: frozenset({WaitingState.OFFERED, WaitingState.LEFT}),
    WaitingState.OFFERED: frozenset(
        {WaitingState.ACCEPTED, WaitingState.DECLINED, WaitingState.EXPIRED, WaitingState.LEFT}
    ),
    WaitingState.ACCEPTED: frozenset(),
    WaitingState.DECLINED: frozenset(),
    WaitingState.EXPIRED: frozenset(),
    WaitingState.LEFT: frozenset(),
}


class SessionsClash(Refusal):
    sentence = N_("“%(first)s” and “%(second)s” are at the same time. Choose one of them.")
    status = 422
    field = "sessions"


class SessionNotOffered(Refusal):
    sentence = N_("One of the chosen sessions is not offered any more. Choose again.")
    status = 422
    field = "sessions"


class AlreadyRegistered(Refusal):
    sentence = N_("This e-mail address is registered for the event already. The link is in your mail.")


class AlreadyEnded(Refusal):
    sentence = N_("This registration has ended. You may register again.")


class AddressMissing(Refusal):
    sentence = N_("No e-mail address was given, so no letter can be sent.")


class OfferOver(Refusal):
    sentence = N_("The time to take this place is over. It went to the next person.")


class NotInLine(Refusal):
    sentence = N_("This registration does not stand in the waiting list any more.")


class NotOffered(Refusal):
    sentence = N_("No place is offered to this registration now.")


class NotRequested(Refusal):
    sentence = N_("This registration does not wait for approval any more.")


class RequestsWait(Refusal):
    sentence = N_("%(count)s people wait for your answer. Answer all requests first.")
    field = "needs_approval"


class NotConfirmedYet(Refusal):
    sentence = N_("Confirm your place first: the link is in your mail.")


class AlreadyTakesPart(Refusal):
    sentence = N_("This address is registered for the event already. Choose another colleague.")
    status = 422
    field = "email"


class OrganisersDecide(Refusal):
    sentence = N_("The organisers approve each person, so ask them to change the name.")


class CoordinatorDecides(Refusal):
    sentence = N_("A coordinator registered you, so ask them to name somebody else.")


class AgreeFirst(Refusal):
    sentence = N_("Somebody registered you. Agree first: the link is in our letter.")


class SeveralPeople(Refusal):
    sentence = N_("This registration is for several people, so ask the organisers to change a name.")


class TooLateToRename(Refusal):
    sentence = N_("Names can't be changed any more. Ask the organisers.")
    field = "full_name"


class NothingMissing(Refusal):
    sentence = N_("Nothing is missing.")


class ChangedAgain(Refusal):
    sentence = N_("The person changed an answer meanwhile. Look at it once more.")


class TooLateToChange(Refusal):
    sentence = N_("The event is over, so the registration can't be changed any more.")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A chosen session as the clash rule sees it."""

    title: Localised
    starts_at: datetime
    ends_at: datetime


def check_no_clash(slots: Sequence[Slot]) -> None:
    """Raises SessionsClash with both titles when two of them overlap; meeting end to start is no overlap."""
    by_start = sorted(slots, key=lambda slot: (slot.starts_at, slot.ends_at))
    longest = None
    for slot in by_start:
        if longest is not None and slot.starts_at < longest.ends_at:
            raise SessionsClash(first=longest.title, second=slot.title)
        longest = slot if longest is None or slot.ends_at > longest.ends_at else longest


def check_can_rename(names_until: datetime | None, *, starts_at: datetime, now: datetime) -> None:
    """Raises TooLateToRename from the event's begin on, or from the moment that its organiser set."""
    if now >= min(names_until or starts_at, starts_at):
        raise TooLateToRename()


def warn_of_offer_at(offered_at: datetime, until: datetime) -> datetime:
    """When the last letter about an offer goes: a quarter of its time before its end, so an hour or more where it is
    longer than four hours."""
    return until - (until - offered_at) / 4


def check_can_change(*, ends_at: datetime, now: datetime) -> None:
    """Raises TooLateToChange when the event has ended."""
    if now >= ends_at:
        raise TooLateToChange()
