"""Filling an empty database: everything through the commands that people use, at believable moments of the past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from eventhub.core.ids import public_id
from eventhub.core.text import slug_of
from eventhub.db import db
from eventhub.demo import campus, partners, paying, seminars
from eventhub.demo.conferences import CONFERENCES
from eventhub.demo.consents import CONSENTS
from eventhub.demo.doors import let_some_in, open_doors
from eventhub.demo.fablab_picnic import FABLAB_PICNIC
from eventhub.demo.people import PEOPLE
from eventhub.demo.questions import FORMS
from eventhub.demo.schools import SCHOOLS
from eventhub.demo.science_week import SCIENCE_WEEK
from eventhub.demo.shapes import ZONE, DemoEvent, Line, Person, moment
from eventhub.events.commands import cancel_event, create_event, publish
from eventhub.events.models import Event, Room, Section, Series, Session, Venue
from eventhub.events.places import first_full
from eventhub.events.plans import EventPlan, SessionPlan, SpeakerPlan
from eventhub.events.programme import add_session
from eventhub.events.rules import Format
from eventhub.events.sections import add_section
from eventhub.events.series import begin_series
from eventhub.events.sites import add_room, add_venue
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.partners.commands import add_organisation
from eventhub.privacy.commands import publish_consent
from eventhub.registration.asking import Ask, Submission
from eventhub.registration.commands import register
from eventhub.registration.confirming import confirm
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.forms.templates import begin_form
from eventhub.registration.letters import post_event_cancelled
from eventhub.registration.models import Registration
from eventhub.registration.types.rules import TypeWish

BY = "demo"
CONTACT = "international.office@example.org"
JOIN_LINK = "https://meet.example.org/polytechnic"
ANNOUNCED = timedelta(days=45)
EVENTS: tuple[DemoEvent, ...] = (*seminars.SEMINARS, *CONFERENCES, SCIENCE_WEEK, FABLAB_PICNIC, *SCHOOLS)
# The name stays on the list of participants for two of three, the photograph for one of two.
LISTED_EVERY, PHOTOGRAPHED_EVERY = 3, 2
# One of so many asked only now and has not confirmed yet.
PENDING_EVERY = 9


@dataclass(frozen=True)
class Campus:
    """What events refer to, by English names."""

    venues: dict[str, Venue]
    rooms: dict[str, Room]
    series: Series
    consents: tuple[int, ...]
    now: datetime
    made: dict[str, Event] = field(default_factory=dict)
    questions: dict[int, dict[str, str]] = field(default_factory=dict)
    tickets: dict[int, list[str]] = field(default_factory=dict)


def is_empty() -> bool:
    """Whether there is no event yet."""
    return db.session.scalar(select(Event.id).limit(1)) is None


def fill(*, now: datetime, events: Iterable[DemoEvent] = EVENTS) -> dict[str, Event]:
    """Make everything that these events need, and them; the events by their slugs."""
    place = _build(now)
    _list_partners(now)
    for number, each in enumerate(events):
        place.made[each.slug] = _hold(each, place, first_guest=number * 7)
    return place.made


def _build(now: datetime) -> Campus:
    then = now - ANNOUNCED
    venues: dict[str, Venue] = {}
    rooms: dict[str, Room] = {}
    for each in campus.VENUES:
        venue = add_venue(
            name=each.name, address=each.address, city=campus.CITY, country="RU", by=BY, now=then
        )
        venues[each.name["en"]] = venue
        for room in each.rooms:
            rooms[room.name["en"]] = add_room(venue, name=room.name, seats=room.seats, by=BY, now=then)
    series = begin_series(
        slug=seminars.SERIES_SLUG,
        title=seminars.SERIES_TITLE,
        summary=seminars.SERIES_SUMMARY,
        by=BY,
        now=then,
    )
    consents = [
        publish_consent(
            purpose=one.purpose, title=one.title, body=one.body, is_required=one.is_required, now=then
        ).id
        for one in CONSENTS
    ]
    return Campus(venues=venues, rooms=rooms, series=series, consents=tuple(consents), now=now)


def _list_partners(now: datetime) -> None:
    """The university and its partners, by the names that they use in public."""
    for each in (partners.UNIVERSITY, *map(partners.named, partners.KNOWN)):
        add_organisation(name=each, country=partners.COUNTRIES[each["en"]], by=BY, now=now - ANNOUNCED)


def _hold(each: DemoEvent, place: Campus, *, first_guest: int) -> Event:
    then = place.now - ANNOUNCED
    event = create_event(kind=each.kind, plan=_plan(each, place), by=BY, now=then, slug=each.slug)
    sections = _divide(event, each, now=then)
    sessions = [
        add_session(event, plan=_session_plan(line, each, place, sections), by=BY, now=then)
        for line in each.lines
    ]
    open_doors(event, each, by=BY, now=then)
    if each.slug in FORMS:
        place.questions[event.id] = begin_form(event, FORMS[each.slug].plan, by=BY, now=then)
    if each.slug == paying.EVENT:
        place.tickets[event.id] = paying.offer_tickets(event, by=BY, now=then)
    if each.is_draft:
        return event
    publish(event, by=BY, now=then)
    guests = [PEOPLE[(first_guest + i) % len(PEOPLE)] for i in range(each.guests)]
    _fill_places(event, [one for one in sessions if one.is_bookable], guests, place)
    if each.slug == paying.EVENT:
        paying.ask_for_money(event, by=BY, now=place.now)
    if event.starts_at <= place.now:
        let_some_in(event, now=place.now)
    if each.cancelled is not None:
        _call_off(event, each.cancelled, now=place.now - timedelta(days=1))
    return event


def _plan(each: DemoEvent, place: Campus) -> EventPlan:
    first = each.day(_today(place.now))
    return EventPlan(
        title=each.title,
        summary=each.summary,
        description=each.description,
        host=each.host,
        contact_email=CONTACT,
        topics=each.topics,
        languages=each.languages,
        format=each.format,
        timezone=ZONE,
        starts_at=moment(first, each.starts),
        ends_at=moment(first + timedelta(days=each.days - 1), each.ends),
        venue_id=place.venues[each.venue].id if each.venue else None,
        online_link=None if each.format is Format.ON_SITE else f"{JOIN_LINK}/{each.slug}",
        accent=each.accent,
        is_free=each.price is None,
        price_note=each.price or {},
        series_id=place.series.id if each.series else None,
        opens_at=None if each.opens is None else place.now + timedelta(days=each.opens),
        capacity=each.places,
        has_waiting_list=each.places is not None,
        takes_families=each.takes_parties,
        takes_school_groups=each.takes_parties,
    )


def _session_plan(line: Line, each: DemoEvent, place: Campus, sections: dict[str, Section]) -> SessionPlan:
    first = each.day(_today(place.now)) + timedelta(days=line.day)
    return SessionPlan(
        kind=line.kind,
        title=line.title,
        summary=line.summary or {},
        language=line.language,
        starts_at=moment(first, line.starts),
        ends_at=moment(first + timedelta(days=line.until), line.ends),
        room_id=place.rooms[line.room].id if line.room else None,
        section_id=sections[line.section].id if line.section else None,
        is_bookable=line.places is not None,
        capacity=line.places,
        age_min=line.age_min,
        adult_required=line.adult_required,
        speakers=tuple(SpeakerPlan(full_name=name, affiliation=home) for name, home in line.speakers),
    )


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(ZONE)).date()


def _divide(event: Event, each: DemoEvent, *, now: datetime) -> dict[str, Section]:
    """Sections and their own sections, by English titles."""
    found: dict[str, Section] = {}
    for part in each.parts:
        parent = add_section(event, title=part.title, by=BY, now=now)
        found[part.title["en"]] = parent
        for title in part.parts:
            found[title["en"]] = add_section(event, title=title, by=BY, now=now, parent=parent)
    return found


def _fill_places(event: Event, bookable: Sequence[Session], guests: Iterable[Person], place: Campus) -> None:
    """Each came on another day; who takes a workshop chooses the next one that still has a place."""
    for number, person in enumerate(guests):
        asked_at = place.now - timedelta(hours=11 * (number + 1), minutes=7 * number)
        is_pending = bookable and number % PENDING_EVERY == PENDING_EVERY - 1
        moment = place.now - timedelta(minutes=4) if is_pending else max(asked_at, place.now - ANNOUNCED)
        registration = _register(event, person, _choice(bookable, number), number, place, now=moment)
        if not is_pending:
            confirm(registration, now=moment + timedelta(minutes=3))


def _choice(bookable: Sequence[Session], number: int) -> tuple[str, ...]:
    if not bookable:
        return ()
    session = bookable[number % len(bookable)]
    return (session.public_id,) if first_full(dict.fromkeys(session.chain, 1)) is None else ()


def _register(
    event: Event, person: Person, sessions: tuple[str, ...], number: int, place: Campus, *, now: datetime
) -> Registration:
    processing, listing, photo = place.consents
    given = [processing]
    given += [listing] if number % LISTED_EVERY else []
    given += [photo] if number % PHOTOGRAPHED_EVERY else []
    ask = Ask(
        full_name=person.full_name,
        email=address_of(person),
        organisation=person.organisation,
        country=person.country,
        language=person.language,
        sessions=sessions,
        sheet=_answers(event, number, place),
        ticket=_ticket(event, number, place),
    )
    submission = Submission(key=public_id(), consents=tuple(given), address="192.0.2.7")
    return register(ask, submission, slug=event.slug, now=now)


def _ticket(event: Event, number: int, place: Campus) -> TypeWish:
    """The first ones pay, the others speak."""
    names = place.tickets.get(event.id)
    return TypeWish() if names is None else TypeWish(public_id=names[number >= len(paying.PAYERS)])


def _answers(event: Event, number: int, place: Campus) -> Sheet:
    names = place.questions.get(event.id, {})
    answers = FORMS[event.slug].answers(number) if names else {}
    return Sheet(typed={names[name]: texts for name, texts in answers.items()})


def address_of(person: Person) -> str:
    """Where nobody reads: example.org is kept free for examples (RFC 2606)."""
    name = slug_of(person.full_name).replace("-", ".") or f"guest{PEOPLE.index(person) + 1}"
    return f"{name}@example.org"


def _call_off(event: Event, reason: dict[str, str], *, now: datetime) -> None:
    cancel_event(event, reason=reason, by=BY, now=now)
    for registration in db.session.scalars(select(Registration).where(Registration.event_id == event.id)):
        post_event_cancelled(registration, event, now=now)


def consider_letters_sent() -> None:
    """The letters of this past are read in the mail viewer; nobody's server is asked to take them."""
    sent = {"state": MessageState.SENT, "sent_at": Message.created_at, "attempts": 1}
    db.session.execute(update(Message).values(sent), execution_options={"synchronize_session": False})
