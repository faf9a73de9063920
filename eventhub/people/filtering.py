"""A wish for people as conditions and an order of SQL, the same for the table, its counts, exports and bulk deeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, UnaryExpression, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from eventhub.checkin.models import Presence
from eventhub.core.names import folded, search_key, spellings
from eventhub.db import db
from eventhub.events.models import Session
from eventhub.people.delegations import came_with
from eventhub.people.models import Tag, Tagging
from eventhub.people.rules import TAB_OF, PeopleWish, Sort, Tab
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.parties.models import Fare, Party, Seat
from eventhub.registration.types.models import TicketType

# A database gives up on more conditions than anybody types.
MOST_WORDS = 6
MOST_ORGANISATIONS = 2000
ORDERS: dict[Sort, tuple[InstrumentedAttribute[Any], ...]] = {
    Sort.NAME: (Attendee.search_key,),
    Sort.TIME: (Registration.created_at,),
    Sort.ORGANISATION: (Registration.organisation,),
    Sort.STATE: (Registration.state, Attendee.search_key),
}
has_come: ColumnElement[bool] = exists().where(Presence.ticket_id == Attendee.ticket_id).correlate(Attendee)


def conditions_of(wish: PeopleWish) -> list[ColumnElement[bool]]:
    """What a row of attendees and registrations has to fulfil. With an organisation it asks the database once."""
    return [*conditions_without_tab(wish), *_in_tab(wish.tab)]


def conditions_without_tab(wish: PeopleWish) -> list[ColumnElement[bool]]:
    """As conditions_of, for the counts of all tabs."""
    found: list[ColumnElement[bool]] = [Registration.event_id == wish.event_id, *_has_words(wish.text)]
    if wish.country:
        found.append(Registration.country == wish.country)
    if wish.language:
        found.append(Registration.language == wish.language)
    if wish.organisation:
        found.append(Registration.organisation.in_(_organisations_like(wish.organisation, wish.event_id)))
    if wish.session:
        found.append(_chose(wish.session, wish.event_id))
    if wish.tag:
        found.append(bears(folded(wish.tag), wish.event_id))
    if wish.has_come is not None:
        found.append(has_come if wish.has_come else ~has_come)
    return [*found, *_by_which_way(wish), *_between(wish)]


def _by_which_way(wish: PeopleWish) -> Iterator[ColumnElement[bool]]:
    if wish.ticket_type:
        yield _has_type(wish.ticket_type, wish.event_id)
    if wish.delegation:
        yield came_with(wish.delegation, wish.event_id)


def order_of(wish: PeopleWish) -> list[UnaryExpression[Any]]:
    """With a tie-breaker, so that no page shows anybody twice."""
    columns: tuple[InstrumentedAttribute[Any], ...] = (*ORDERS[wish.sort], Attendee.id)
    return [column.desc() if wish.is_descending else column.asc() for column in columns]


def bears(name_key: str, event_id: int) -> ColumnElement[bool]:
    """That the registration has the tag."""
    its_tag = Tag.id == Tagging.tag_id, Tag.event_id == event_id, Tag.name_key == name_key
    return exists().where(Tagging.registration_id == Registration.id, *its_tag).correlate(Registration)


def _in_tab(tab: Tab) -> list[ColumnElement[bool]]:
    if tab is Tab.ALL:
        return []
    if tab is Tab.CHECKED_IN:
        return [has_come]
    return [Registration.state.in_([state for state, its_tab in TAB_OF.items() if its_tab is tab])]


def _has_words(text: str) -> list[ColumnElement[bool]]:
    """Each word in the name, in whatever script, or in the address, or in the number."""
    return [_has_word(word) for word in text.split()[:MOST_WORDS]]


def _has_word(word: str) -> ColumnElement[bool]:
    name = [Attendee.search_key.contains(spelling, autoescape=True) for spelling in spellings(word)]
    address = Registration.email_key.contains(word.casefold(), autoescape=True)
    return or_(*name, address, Registration.number.contains(word.upper(), autoescape=True))


def _organisations_like(text: str, event_id: int) -> list[str]:
    """Neither database folds all scripts, so the names are looked through here, each once."""
    names = db.session.scalars(
        select(Registration.organisation).where(Registration.event_id == event_id).distinct()
    )
    words = [spellings(word) for word in text.split()[:MOST_WORDS]]
    fit = [name for name in names if all(any(form in _key(name) for form in forms) for forms in words)]
    return sorted(fit)[:MOST_ORGANISATIONS]


@lru_cache(maxsize=20_000)
def _key(organisation: str) -> str:
    return search_key(organisation)


def _has_type(ticket_type: str, event_id: int) -> ColumnElement[bool]:
    """Also a family of which somebody has it."""
    its_type = TicketType.event_id == event_id, TicketType.public_id == ticket_type
    somebody = exists().where(
        Attendee.registration_id == Registration.id,
        Fare.attendee_id == Attendee.id,
        TicketType.id == Fare.ticket_type_id,
        *its_type,
    )
    own = exists().where(TicketType.id == Registration.ticket_type_id, *its_type)
    return or_(own.correlate(Registration), somebody.correlate(Registration))


def _chose(session: str, event_id: int) -> ColumnElement[bool]:
    """Of several people on one registration those who sit in the session themselves."""
    its_session = (
        Session.id == SessionChoice.session_id,
        Session.event_id == event_id,
        Session.public_id == session,
    )
    chosen = exists().where(SessionChoice.registration_id == Registration.id, *its_session)
    its_seat = (Session.id == Seat.session_id, *its_session[1:])
    sits = exists().where(Seat.attendee_id == Attendee.id, *its_seat)
    together = exists().where(Party.registration_id == Registration.id).correlate(Registration)
    return or_(sits.correlate(Attendee), and_(~together, chosen.correlate(Registration)))


def _between(wish: PeopleWish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.since is not None:
        found.append(Registration.created_at >= _midnight(wish.since, wish.zone))
    if wish.until is not None:
        found.append(Registration.created_at < _midnight(wish.until + timedelta(days=1), wish.zone))
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
