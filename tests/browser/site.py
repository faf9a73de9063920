"""A site with something on every public page: an event of each kind, registrations in every state, tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventhub.db import db
from eventhub.events.models import Event, Section, Series, Speaker
from eventhub.events.rules import EventState, Format, Kind, SessionKind
from eventhub.events.stamps import raise_stamp
from eventhub.privacy.commands import publish_consent
from eventhub.registration.consents import Saying, give_consent
from eventhub.registration.letters import confirm_path, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.queries import code_of
from tests.factories import both_languages, make_attendee, make_event, make_room, make_session

LONG = {
    "en": "Electromagnetic compatibility of superconducting turbogenerators",
    "ru": "Электромагнитосовместимость сверхпроводниковых турбогенераторов",
}


@dataclass(frozen=True)
class Site:
    """Addresses of pages: for everybody, of one registration and its ticket, and of refusals."""

    public: tuple[str, ...]
    own: tuple[str, ...]
    ticket: str
    manage: str

    @property
    def all(self) -> tuple[str, ...]:
        return self.public + self.own


def open_consents(now: datetime) -> None:
    publish_consent(
        purpose="processing",
        title=both_languages("I agree to the processing of my personal data"),
        body=both_languages("## What we keep\n\nName and address."),
        is_required=True,
        now=now,
    )
    publish_consent(
        purpose="publication",
        title=both_languages("My name may stand on the public list"),
        body=both_languages("Only your name and your university."),
        is_required=False,
        now=now,
    )


def open_seminar(now: datetime, **changes: object) -> Event:
    """A seminar of one day with a workshop that has places of its own."""
    seminar = make_event(
        now=now, slug="heat", title={"en": "Heat and power", "ru": "Тепло и энергия"}, capacity=8, **changes
    )
    room = make_room("White hall")
    for number, kind in enumerate((SessionKind.PLENARY, SessionKind.TALK, SessionKind.WORKSHOP)):
        bookable = kind is SessionKind.WORKSHOP
        session = make_session(
            seminar,
            kind=kind,
            title=both_languages("Laser cutting" if bookable else f"Talk {number}"),
            capacity=5 if bookable else None,
            is_bookable=bookable,
            room_id=room.id,
            starts_at=seminar.starts_at + timedelta(minutes=30 * number),
            ends_at=seminar.starts_at + timedelta(minutes=30 * number + 30),
        )
        db.session.add(
            Speaker(
                session_id=session.id, full_name="Zelda Example", affiliation="Example University", position=0
            )
        )
    raise_stamp(now=now)
    return seminar


def furnish(now: datetime) -> Site:
    """Everything at once; in the caller's transaction."""
    open_consents(now)
    series = Series(slug="talks", title=both_languages("Energy talks"), summary=both_languages("Each month."))
    db.session.add(series)
    db.session.flush()
    seminar = open_seminar(now, series_id=series.id, shows_participants=True)
    make_event(now=now, slug="long", title=LONG, summary=LONG, capacity=2)
    _festival(now)
    _week(now)
    _school(now)
    gone = make_event(
        now=now,
        slug="gone",
        kind=Kind.CONFERENCE,
        state=EventState.CANCELLED,
        cancelled_at=now,
        cancel_reason=both_languages("The hall is closed."),
    )
    raise_stamp(now=now)
    own = _registrations(seminar, gone, now)
    return Site(public=_PUBLIC, own=own, manage=own[0], ticket=own[3])


_PUBLIC = (
    "/",
    "/?q=nothing+of+this+name",
    "/seminars",
    "/week-of-science",
    "/seminars/series/talks",
    "/events/heat?tz=Asia/Tokyo",
    "/events/long",
    "/events/festival",
    "/events/week",
    "/events/school",
    "/events/gone",
    "/events/heat/register",
    "/events/gone/register",
    "/events/festival/register/family",
    "/events/festival/register/group",
    "/events/heat/register/sent",
    "/help",
    "/account/sign-in",
    "/account/sign-in/password",
    "/accessibility",
    "/privacy",
    "/privacy/processing/1",
    "/nowhere",
)


def _festival(now: datetime) -> None:
    festival = make_event(
        now=now,
        slug="festival",
        kind=Kind.FABLAB_PICNIK,
        accent="orange",
        format=Format.HYBRID,
        takes_families=True,
        takes_school_groups=True,
    )
    for kind in (SessionKind.STAND, SessionKind.STAND, SessionKind.WORKSHOP):
        make_session(
            festival,
            kind=kind,
            capacity=3 if kind is SessionKind.WORKSHOP else None,
            is_bookable=kind is SessionKind.WORKSHOP,
            age_min=8 if kind is SessionKind.WORKSHOP else None,
            adult_required=kind is SessionKind.WORKSHOP,
            summary=both_languages("Drive a robot that Example School built."),
        )


def _week(now: datetime) -> None:
    week = make_event(
        now=now,
        slug="week",
        kind=Kind.WEEK_OF_SCIENCE,
        accent="violet",
        ends_at=now + timedelta(days=13),
    )
    institute = _section(week, "Institute of Energy")
    section = _section(week, "Thermal engineering", parent_id=institute.id)
    make_session(week, kind=SessionKind.SECTION, section_id=section.id, is_bookable=False)
    make_session(week, kind=SessionKind.PLENARY, is_bookable=False)


def _section(event: Event, title: str, **changes: object) -> Section:
    section = Section(event_id=event.id, title=both_languages(title), position=0, **changes)
    db.session.add(section)
    db.session.flush()
    return section


def _school(now: datetime) -> None:
    school = make_event(
        now=now,
        slug="school",
        kind=Kind.SUMMER_SCHOOL,
        accent="green",
        ends_at=now + timedelta(days=21),
        is_free=False,
        price_note=both_languages("250 EUR"),
    )
    make_session(
        school,
        kind=SessionKind.MODULE,
        ends_at=school.ends_at,
        capacity=4,
        summary=both_languages("Two weeks in the laboratory."),
    )


def _registrations(seminar: Event, gone: Event, now: datetime) -> tuple[str, ...]:
    ours = make_attendee(seminar, now=now, full_name="Аделаида Примерова-Образцова")
    theirs = make_attendee(gone, now=now)
    held = _registration(
        seminar, now, state=RegistrationState.PENDING, held_until=now + timedelta(minutes=30)
    )
    over = _registration(seminar, now, state=RegistrationState.CANCELLED)
    for purpose in ("processing", "publication"):
        saying = Saying(method="page", address="192.0.2.1")
        give_consent(ours.registration, purpose=purpose, saying=saying, now=now)
    manage = manage_path(ours.registration)
    return (
        manage,
        f"{manage}/change",
        f"{manage}/cancel",
        f"/t/{code_of(ours.ticket)}",
        f"/t/{code_of(theirs.ticket)}",
        manage_path(theirs.registration),
        confirm_path(held),
        manage_path(over),
        f"{manage}/privacy",
        f"{manage}/privacy/ask",
        f"{manage}/privacy/consents/processing/withdraw",
        f"{manage}/privacy/erase",
        f"{manage_path(over)}/privacy/erase",
    )


def _registration(event: Event, now: datetime, **changes: object) -> Registration:
    return make_attendee(event, now=now, **changes).registration
