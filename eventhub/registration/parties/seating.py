"""Who of those who come together takes which session: checked for each by the ages on its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from eventhub.core.errors import Refusal
from eventhub.events.models import Event, Session
from eventhub.registration.choosing import check_times, get_chosen, get_offered
from eventhub.registration.parties.plans import PartyPlan, PersonPlan
from eventhub.registration.parties.rules import (
    Ages,
    AgesMixedUp,
    Born,
    PartyKind,
    beside,
    check_adult_comes,
    check_adult_may,
    check_age,
    check_count,
    check_group_fits,
    check_is_child,
)


@dataclass(frozen=True)
class Seating:
    """The sessions of each person, the one who registers first."""

    by_person: tuple[tuple[Session, ...], ...]

    @property
    def size(self) -> int:
        return len(self.by_person)

    @property
    def chosen(self) -> list[Session]:
        """Every session as often as somebody takes it."""
        return [session for one in self.by_person for session in one]


def seat(event: Event, wanted: Sequence[str], party: PartyPlan | None, *, now: datetime) -> Seating:
    """`wanted` are the sessions of who registers. Raises SessionNotOffered, SessionsClash, and for several people
    what parties/rules says, beside the child whom it is about."""
    if party is None:
        return Seating((tuple(get_chosen(event, wanted)),))
    check_party(event, party)
    asked = {*wanted, *(name for person in party.people for name in person.sessions)}
    return seated(event, wanted, party, get_offered(event, sorted(asked)), now=now)


def check_party(event: Event, party: PartyPlan) -> None:
    """Raises what check_count does, and AgesMixedUp."""
    check_count(
        party.kind,
        heads=len(party.people),
        children_per_adult=event.children_per_adult if event.takes_families else None,
        largest_group=event.largest_group if event.takes_school_groups else None,
    )
    if party.youngest is not None and party.oldest is not None and party.oldest < party.youngest:
        raise AgesMixedUp()


def seated(
    event: Event, wanted: Sequence[str], party: PartyPlan, sessions: Sequence[Session], *, now: datetime
) -> Seating:
    """As `seat`, of these sessions."""
    by_id = {session.public_id: session for session in sessions}
    own = tuple(by_id[name] for name in dict.fromkeys(wanted))
    check_times(own)
    if party.kind is PartyKind.SCHOOL_GROUP:
        for session in own:
            check_group_fits(ages_of(session, event), party.youngest, party.oldest)
        return Seating((own,) * (len(party.people) + 1))
    for session in own:
        check_adult_may(ages_of(session, event))
    children = (
        _seat_child(child, at, own, by_id, event=event, now=now) for at, child in enumerate(party.people)
    )
    return Seating((own, *children))


def _seat_child(
    child: PersonPlan,
    at: int,
    own: Sequence[Session],
    by_id: dict[str, Session],
    *,
    event: Event,
    now: datetime,
) -> tuple[Session, ...]:
    taken = tuple(by_id[name] for name in dict.fromkeys(child.sessions))
    if child.born_on is not None:
        zone = ZoneInfo(event.timezone)
        born = Born(full_name=child.full_name, on=child.born_on, at=at)
        today, event_day = now.astimezone(zone).date(), event.starts_at.astimezone(zone).date()
        check_is_child(born, today=today, event_day=event_day)
        for session in taken:
            check_age(born, ages_of(session, event))
            check_adult_comes(born, ages_of(session, event), [one.id for one in own])
    try:
        check_times(taken)
    except Refusal as clash:
        raise beside(clash, at, "sessions") from None
    return taken


def ages_of(session: Session, event: Event) -> Ages:
    """Whom the session is for, on its day in the zone of the event."""
    return Ages(
        session=session.id,
        title=session.title,
        day=session.starts_at.astimezone(ZoneInfo(event.timezone)).date(),
        at_least=session.age_min,
        at_most=session.age_max,
        with_adult=session.adult_required,
    )
