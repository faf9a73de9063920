"""What an organiser says of an event and of its programme: the values that enter the commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from eventhub.core.errors import Refusal
from eventhub.core.refusals import TitleMissing
from eventhub.core.text import LANGUAGES, N_
from eventhub.core.zones import zone_names
from eventhub.events.models import Event, Session
from eventhub.events.rules import ACCENTS, Format, SessionKind


class EndsBeforeItStarts(Refusal):
    sentence = N_("The end must be after the start.")
    status = 422
    field = "ends_at"


class ClosesBeforeItOpens(Refusal):
    sentence = N_("Registration must close after it opens.")
    status = 422
    field = "closes_at"


class ClosesTooLate(Refusal):
    sentence = N_("Registration must close before the event ends.")
    status = 422
    field = "closes_at"


class UnknownZone(Refusal):
    sentence = N_("We don't know this time zone. Choose one like Europe/Moscow.")
    status = 422
    field = "timezone"


class UnknownAccent(Refusal):
    sentence = N_("Choose one of the colours.")
    status = 422
    field = "accent"


class AgesOutOfOrder(Refusal):
    sentence = N_("The oldest age must not be below the youngest.")
    status = 422
    field = "age_max"


@dataclass(frozen=True, kw_only=True)
class EventPlan:
    """Everything about an event that its organiser may change. `capacity` None: places are not counted.

    Texts are per language; `description` is Markdown; `online_link` is for participants alone.
    """

    title: dict[str, str]
    summary: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    host: dict[str, str] = field(default_factory=dict)
    contact_email: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    format: Format = Format.ON_SITE
    timezone: str = "Europe/Moscow"
    starts_at: datetime
    ends_at: datetime
    venue_id: int | None = None
    online_link: str | None = None
    accent: str = ACCENTS[0]
    is_free: bool = True
    price_note: dict[str, str] = field(default_factory=dict)
    series_id: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    capacity: int | None = None
    has_waiting_list: bool = False
    offer_hours: int = 24
    needs_approval: bool = False
    names_until: datetime | None = None
    takes_families: bool = False
    children_per_adult: int = 3
    takes_school_groups: bool = False
    largest_group: int = 40


@dataclass(frozen=True, kw_only=True)
class SpeakerPlan:
    full_name: str
    affiliation: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionPlan:
    """A line of the programme. `capacity` counts only when it is bookable; None: places are not counted.
    `has_waiting_list` None: as the event says."""

    kind: SessionKind
    title: dict[str, str]
    summary: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    section_id: int | None = None
    is_bookable: bool = False
    capacity: int | None = None
    has_waiting_list: bool | None = None
    age_min: int | None = None
    age_max: int | None = None
    adult_required: bool = False
    speakers: tuple[SpeakerPlan, ...] = ()


def check_event(plan: EventPlan) -> None:
    """Raises the Refusal that names the first field that can't be so."""
    _check_span(plan.title, plan.starts_at, plan.ends_at)
    if plan.timezone not in zone_names():
        raise UnknownZone()
    if plan.accent not in ACCENTS:
        raise UnknownAccent()
    if plan.closes_at is None:
        return
    if plan.opens_at is not None and plan.closes_at <= plan.opens_at:
        raise ClosesBeforeItOpens()
    if plan.closes_at > plan.ends_at:
        raise ClosesTooLate()


def check_session(plan: SessionPlan) -> None:
    """Raises the Refusal that names the first field that can't be so."""
    _check_span(plan.title, plan.starts_at, plan.ends_at)
    if plan.age_min is not None and plan.age_max is not None and plan.age_max < plan.age_min:
        raise AgesOutOfOrder()


def _check_span(title: dict[str, str], starts_at: datetime, ends_at: datetime) -> None:
    if not any(title.get(language) for language in LANGUAGES):
        raise TitleMissing()
    if ends_at <= starts_at:
        raise EndsBeforeItStarts()


def plan_of_event(event: Event) -> EventPlan:
    """The event as it stands."""
    return EventPlan(
        **{name: getattr(event, name) for name in EVENT_FIELDS},
        topics=tuple(event.topics),
        languages=tuple(event.languages),
        capacity=event.pool.seats if event.pool else None,
    )


def plan_of_session(session: Session) -> SessionPlan:
    """The session as it stands."""
    people = (SpeakerPlan(full_name=one.full_name, affiliation=one.affiliation) for one in session.speakers)
    return SessionPlan(
        **{name: getattr(session, name) for name in SESSION_FIELDS},
        capacity=session.pool.seats if session.pool and not session.shares_pool else None,
        speakers=tuple(people),
    )


# Columns that take a plan's value as it is; lists, places and speakers are stored by their own rules.
EVENT_FIELDS = tuple(
    name for name in EventPlan.__dataclass_fields__ if name not in {"topics", "languages", "capacity"}
)
SESSION_FIELDS = tuple(
    name for name in SessionPlan.__dataclass_fields__ if name not in {"capacity", "speakers"}
)
