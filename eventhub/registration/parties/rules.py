"""Several people on one registration: how many may come together, and which ages a session takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.text import N_, Localised

ADULT_FROM = 18
# Younger children are represented by a parent in everything (Civil Code of Russia, article 28).
ALONE_FROM = 14


class PartyKind(StrEnum):
    """Who comes together. Whoever comes alone is no party."""

    FAMILY = "family"
    SCHOOL_GROUP = "school_group"


class PartiesNotTaken(Refusal):
    sentence = N_("Families and groups can't register together for this event.")


class NobodyComesAlong(Refusal):
    sentence = N_("Add at least one child.")
    status = 422


class TooManyChildren(Refusal):
    sentence = N_("One adult may bring this many children: %(most)d. Another adult can register the others.")
    status = 422


class GroupTooLarge(Refusal):
    sentence = N_("A group may have at most this many pupils: %(most)d.")
    status = 422
    field = "heads"


class SamePersonTwice(Refusal):
    sentence = N_("This form names one child twice. Load the page again and repeat your changes.")
    status = 422


class AgesMixedUp(Refusal):
    sentence = N_("The oldest can't be younger than the youngest.")
    status = 422
    field = "oldest"


class NotBornYet(Refusal):
    sentence = N_("Enter a date of birth in the past.")
    status = 422


class NoChild(Refusal):
    sentence = N_("%(name)s is %(age)d on the day of the event. Adults register with their own e-mail.")
    status = 422


class TooYoung(Refusal):
    sentence = N_("“%(title)s” is for ages from %(at_least)d. On that day %(name)s is %(age)d.")
    status = 422


class TooOld(Refusal):
    sentence = N_("“%(title)s” is for ages up to %(at_most)d. On that day %(name)s is %(age)d.")
    status = 422


class AdultMissing(Refusal):
    sentence = N_("“%(title)s” is for children together with their adult. Choose it for the adult too.")
    status = 422


class OnlyForChildren(Refusal):
    sentence = N_("“%(title)s” is for children alone.")
    status = 422
    field = "sessions"


class GroupDoesNotFit(Refusal):
    sentence = N_("“%(title)s” does not fit the ages of your group.")
    status = 422
    field = "sessions"


class TicketNotForAge(Refusal):
    sentence = N_("“%(title)s” is not for the age of %(name)s: %(age)d on the first day of the event.")
    status = 422


class ApprovedTogether(Refusal):
    sentence = N_("The organisers approve this ticket for a whole family. Choose it for the adult too.")
    status = 422


class AgesNotTold(Refusal):
    sentence = N_("Enter the ages of your group: this ticket has an age limit.")
    status = 422
    field = "youngest"


class TicketNotForGroup(Refusal):
    sentence = N_("This ticket does not fit the ages of your group.")
    status = 422
    field = "ticket_type"


class PaidDifferently(Refusal):
    sentence = N_(
        "These tickets are paid in different ways. Choose tickets of one currency and one way of paying."
    )
    status = 422
    field = "ticket_type"


@dataclass(frozen=True, kw_only=True)
class Ages:
    """Whom a session is for. `day` is its day in the zone of the event, on which ages count; None sets no limit."""

    session: int
    title: Localised
    day: date
    at_least: int | None
    at_most: int | None
    with_adult: bool


@dataclass(frozen=True, kw_only=True)
class Born:
    """A child as the rules see it. `at` is its number on the form, from 0."""

    full_name: str
    on: date
    at: int


def age_on(born_on: date, day: date) -> int:
    """Whole years on that day. Who was born on 29 February is a year older on 1 March where there is no such day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def beside(refusal: Refusal, at: int, name: str) -> Refusal:
    """The refusal for this child's field."""
    refusal.field = f"children-{at}-{name}"
    return refusal


def check_is_child(child: Born, *, today: date, event_day: date) -> None:
    """Raises NotBornYet, NoChild."""
    if child.on > today:
        raise beside(NotBornYet(), child.at, "born_on")
    age = age_on(child.on, event_day)
    if age >= ADULT_FROM:
        raise beside(NoChild(name=child.full_name, age=age), child.at, "born_on")


def check_age(child: Born, session: Ages) -> None:
    """Raises TooYoung, TooOld: by the age on the day of the session."""
    age = age_on(child.on, session.day)
    facts = {"title": session.title, "name": child.full_name, "age": age}
    if session.at_least is not None and age < session.at_least:
        raise beside(TooYoung(at_least=session.at_least, **facts), child.at, "sessions")
    if session.at_most is not None and age > session.at_most:
        raise beside(TooOld(at_most=session.at_most, **facts), child.at, "sessions")


def check_adult_comes(child: Born, session: Ages, adult_takes: Sequence[int]) -> None:
    """Raises AdultMissing; `adult_takes` are the sessions of the adult."""
    if session.with_adult and session.session not in adult_takes:
        raise beside(AdultMissing(title=session.title), child.at, "sessions")


def check_adult_may(session: Ages) -> None:
    """Raises OnlyForChildren: an adult does not take a child's place."""
    if not session.with_adult and session.at_most is not None and session.at_most < ADULT_FROM:
        raise OnlyForChildren(title=session.title)


def check_group_fits(session: Ages, youngest: int | None, oldest: int | None) -> None:
    """Raises GroupDoesNotFit; ages that were not told are not judged."""
    is_young = session.at_least is not None and youngest is not None and youngest < session.at_least
    is_old = session.at_most is not None and oldest is not None and oldest > session.at_most
    if is_young or is_old:
        raise GroupDoesNotFit(title=session.title)


def check_named_once(tickets: Sequence[str]) -> None:
    """Of those who are there already; who is new has no ticket, an empty text. Raises SamePersonTwice."""
    named = [one for one in tickets if one]
    if len(set(named)) != len(named):
        raise SamePersonTwice()


def check_count(
    kind: PartyKind, *, heads: int, children_per_adult: int | None, largest_group: int | None
) -> None:
    """`heads` come along with the adult; a limit of None: the event takes no such party.

    Raises PartiesNotTaken, NobodyComesAlong, TooManyChildren, GroupTooLarge.
    """
    most = children_per_adult if kind is PartyKind.FAMILY else largest_group
    if most is None:
        raise PartiesNotTaken()
    if heads < 1:
        raise NobodyComesAlong()
    if heads > most:
        raise TooManyChildren(most=most) if kind is PartyKind.FAMILY else GroupTooLarge(most=most)
