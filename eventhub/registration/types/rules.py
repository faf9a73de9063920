"""Who may take which ticket type and when, what it costs, and how a payment moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hmac import compare_digest

from eventhub.core.errors import Refusal
from eventhub.core.keys import digest
from eventhub.core.text import N_, Localised, clean_line
from eventhub.events.rules import EventFull

SHORTEST_CODE = 8
MOST_PEOPLE = 50


class Access(StrEnum):
    """Who may take a type."""

    OPEN = "open"
    CODE = "code"
    PARTNER = "partner"
    STUDENT = "student"


class Paying(StrEnum):
    """How a type is paid."""

    FREE = "free"
    ON_SPOT = "on_spot"
    INVOICE = "invoice"


class PoolKind(StrEnum):
    """What a named pool is for: shared by types, held for somebody, held for those who come without registering."""

    SHARED = "shared"
    HOLD = "hold"
    DOOR = "door"


class PaymentState(StrEnum):
    """Apart from the registration's own state."""

    DUE = "due"
    PAID = "paid"
    WAIVED = "waived"


# What was marked by mistake is due again.
PAYMENT_MOVES = {
    PaymentState.DUE: frozenset({PaymentState.PAID, PaymentState.WAIVED}),
    PaymentState.PAID: frozenset({PaymentState.DUE}),
    PaymentState.WAIVED: frozenset({PaymentState.DUE}),
}


@dataclass(frozen=True, kw_only=True)
class TypeContent:
    """A ticket type as its organiser describes it. `price` is in minor units; `allowed` are addresses
    (guest@example.org) and domains (example.org); ages are whole years on the event's first day."""

    name: Localised
    help: Localised = field(default_factory=dict)
    access: Access = Access.OPEN
    allowed: tuple[str, ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    price: int = 0
    currency: str = "RUB"
    paying: Paying = Paying.FREE
    least: int = 1
    most: int = 1
    needs_approval: bool = False
    youngest: int | None = None
    oldest: int | None = None
    badge_colour: str | None = None

    @property
    def has_ages(self) -> bool:
        return self.youngest is not None or self.oldest is not None


@dataclass(frozen=True)
class DoorHold:
    """The pool of places kept for the door, and the pools `above` it in which these places are taken already."""

    pool: int
    above: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class OfferedType:
    """A ticket type with its pools. `chain` are those from which every person takes a place, beside the event's own;
    with `is_held` they stand for the event's own, which gave the places away to them."""

    id: int
    public_id: str
    content: TypeContent
    code_hash: str | None
    closed_at: datetime | None
    chain: tuple[int, ...] = ()
    is_held: bool = False
    code_pool: int | None = None


@dataclass(frozen=True, kw_only=True)
class TypeWish:
    """Which type somebody asks for, by its public id, with the code and the date of birth that it may need."""

    public_id: str = ""
    code: str = ""
    born_on: date | None = None


class _OfType(Refusal):
    field = "ticket_type"
    status = 422


class TypeFull(EventFull):
    sentence = N_("All places of “%(name)s” are taken. Choose another ticket.")
    field = "ticket_type"


class CodeUsedUp(_OfType):
    sentence = N_("This invitation code was used as often as it may be.")
    status = 409


class TypeMissing(_OfType):
    sentence = N_("Choose a ticket.")


class TypeNotOffered(_OfType):
    sentence = N_("This ticket is not offered any more. Choose another one.")


class TypeNotYet(_OfType):
    sentence = N_("This ticket is not offered yet.")


class TypeNeedsCode(_OfType):
    sentence = N_("This ticket needs an invitation code.")


class TypeForOthers(_OfType):
    sentence = N_("This ticket is not for your e-mail address. Use the address of your organisation.")


class TypeNotForGroups(_OfType):
    sentence = N_("No ticket of this event is for delegations. Write to the organisers.")


class TypeNotForOneOfGroup(_OfType):
    sentence = N_("This ticket is not for people of delegations.")


class GroupTypeMissing(Refusal):
    sentence = N_("Choose first which ticket your people get, on the page of your delegation.")


class TicketChanged(Refusal):
    sentence = N_("The ticket or its price was changed meanwhile. Look at it and send the form again.")


class TypeNotForColleague(Refusal):
    sentence = N_("Your ticket is not for this e-mail address, so this person can't have your place.")
    status = 422
    field = "email"


class GroupTooSmall(_OfType):
    sentence = N_("This ticket is for %(least)s people or more.")


class GroupTooLarge(_OfType):
    sentence = N_("This ticket is for %(most)s people at most.")


class BirthMissing(Refusal):
    sentence = N_("Enter your date of birth: this ticket has an age limit.")
    status = 422
    field = "born_on"


class WrongAge(Refusal):
    sentence = N_("This ticket is not for your age on the first day of the event.")
    status = 422
    field = "born_on"


class PaidFor(Refusal):
    sentence = N_("The tickets are paid for so many people. Ask the organisers to change that.")


class InvoicedFor(Refusal):
    sentence = N_("An invoice is made for these tickets. Ask the organisers to change that.")


class InvoiceStands(Refusal):
    sentence = N_("An invoice asks for this payment. Cancel the invoice first.")


class OnlyBetweenFree(_OfType):
    sentence = N_("Write to the organisers to change a ticket that costs something.")


def clean_code(typed: str) -> str:
    """Case and blanks of an invitation code do not matter."""
    return "".join(clean_line(typed).split()).casefold()


def code_matches(offered: OfferedType, typed: str) -> bool:
    code = clean_code(typed)
    return bool(code) and offered.code_hash is not None and compare_digest(offered.code_hash, digest(code))


def is_shown(offered: OfferedType, *, code: str) -> bool:
    """A closed type is not shown, and one that needs a code only with it."""
    if offered.closed_at is not None:
        return False
    return offered.content.access is not Access.CODE or code_matches(offered, code)


def why_not_now(offered: OfferedType, *, now: datetime) -> Refusal | None:
    """Why nobody can take it at this moment."""
    content = offered.content
    if content.opens_at is not None and now < content.opens_at:
        return TypeNotYet()
    if offered.closed_at is not None or (content.closes_at is not None and now >= content.closes_at):
        return TypeNotOffered()
    return None


def is_listed(email: str, allowed: Iterable[str]) -> bool:
    """Whether the address stands in the list, or its domain, or a domain above that."""
    address = email.casefold()
    domain = address.rpartition("@")[2]
    listed = {one.casefold().removeprefix("@") for one in allowed}
    parts = domain.split(".")
    return address in listed or any(".".join(parts[at:]) in listed for at in range(len(parts) - 1))


def age_on(day: date, born_on: date) -> int:
    """Whole years; somebody born on 29 February has the birthday on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def check_may_take(
    offered: OfferedType, wish: TypeWish, *, email: str, size: int, first_day: date, now: datetime
) -> None:
    """Raises what keeps this person from the type: its window, its code, its list, its size, its ages."""
    content = offered.content
    refusal = why_not_now(offered, now=now)
    if refusal is not None:
        raise refusal
    if content.access is Access.CODE and not code_matches(offered, wish.code):
        raise TypeNeedsCode()
    check_is_for(offered, email=email)
    check_size(offered, size)
    check_age(content, wish.born_on, first_day)


def check_is_for(offered: OfferedType | None, *, email: str) -> None:
    """Raises TypeForOthers when the type is for a list of addresses and this is none of them."""
    if offered is None or offered.content.access not in (Access.PARTNER, Access.STUDENT):
        return
    if not is_listed(email, offered.content.allowed):
        raise TypeForOthers()


def check_size(offered: OfferedType | None, size: int) -> None:
    """Raises GroupTooSmall and GroupTooLarge."""
    if offered is not None and size < offered.content.least:
        raise GroupTooSmall(least=offered.content.least)
    if offered is not None and size > offered.content.most:
        raise GroupTooLarge(most=offered.content.most)


def check_age(content: TypeContent, born_on: date | None, first_day: date) -> None:
    """Raises BirthMissing and WrongAge."""
    if not content.has_ages:
        return
    if born_on is None:
        raise BirthMissing()
    age = age_on(first_day, born_on)
    if not (content.youngest or 0) <= age <= (age if content.oldest is None else content.oldest):
        raise WrongAge()


def choose_type(
    types: Sequence[OfferedType], wish: TypeWish, *, email: str, size: int, first_day: date, now: datetime
) -> OfferedType | None:
    """The type that somebody takes; None where the event has none. Who names none takes the only one on offer.

    Raises TypeMissing, TypeNotOffered, and what check_may_take says. A type that needs a code is not there without.
    """
    if not types:
        return None
    shown = [one for one in types if is_shown(one, code=wish.code)]
    wanted = wish.public_id or (shown[0].public_id if len(shown) == 1 else "")
    if not wanted:
        raise TypeMissing()
    chosen = next((one for one in shown if one.public_id == wanted), None)
    if chosen is None:
        raise TypeNotOffered()
    check_may_take(chosen, wish, email=email, size=size, first_day=first_day, now=now)
    return chosen


def can_swap(old: OfferedType, new: OfferedType) -> bool:
    """By link one changes between tickets that cost nothing and need no answer of the organiser."""
    return not any(one.content.price or one.content.needs_approval for one in (old, new))
