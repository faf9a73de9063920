"""Reads about events that everybody may see, and the one by which a registration starts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import (
    Case,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Load, contains_eager, defer, joinedload, selectinload

from eventhub.core.errors import NotFound
from eventhub.core.names import folded
from eventhub.db import db, read_row
from eventhub.events.models import CapacityPool, Event, PoolAbove, Series, Session, Stamp, Venue
from eventhub.events.rules import PUBLIC_STATES, EventState, Format, Kind, SessionState
from eventhub.events.stamps import CATALOGUE, PARTICIPANTS

PAGE = 24
# A cancelled event stays in lists and feeds for a while, so that nobody travels for nothing.
CANCELLED_STAYS = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a visitor looks for; None or empty means anything. `past` asks for what is over."""

    text: str = ""
    kind: Kind | None = None
    topic: str = ""
    format: Format | None = None
    country: str = ""
    language: str = ""
    is_free: bool = False
    starts_after: datetime | None = None
    starts_before: datetime | None = None
    series_id: int | None = None
    page: int = 1


def get_event(slug: str) -> Event:
    """An event in any state with venue and places, without its programme. Raises NotFound."""
    event = db.session.scalars(_by_slug(), {"slug": slug}).one_or_none()
    if event is None:
        raise NotFound()
    return event


@cache
def _by_slug() -> Select[Event]:
    wanted = select(Event).where(Event.slug == bindparam("slug"))
    return wanted.options(joinedload(Event.venue), joinedload(Event.pool))


def without_long_texts(event: Load) -> tuple[Load, ...]:
    """For a statement that is asked often: leave out what only the event's own page shows, until it is asked for."""
    return tuple(event.defer(column) for column in _LONG_TEXTS)


_LONG_TEXTS = (Event.description, Event.search_text)


def get_event_by_id(event_id: int) -> Event:
    """An event in any state, with its venue. Raises NotFound."""
    event = db.session.get(Event, event_id, options=[joinedload(Event.venue)])
    if event is None:
        raise NotFound()
    return event


def slug_of_event(event_id: int) -> str | None:
    return db.session.scalar(select(Event.slug).where(Event.id == event_id))


def titles_of(event_ids: set[int]) -> dict[int, dict[str, str]]:
    """Title per language of each of these events."""
    if not event_ids:
        return {}
    rows = db.session.execute(select(Event.id, Event.title).where(Event.id.in_(event_ids)))
    return {row.id: row.title for row in rows}


def get_public_event(slug: str) -> Event:
    """A public event with its programme. Raises NotFound for drafts as for what never was."""
    query = (
        select(Event)
        .where(Event.slug == slug, Event.state.in_(PUBLIC_STATES))
        .options(joinedload(Event.venue), joinedload(Event.pool), joinedload(Event.series))
        .options(
            selectinload(Event.sessions).options(
                joinedload(Session.speakers),
                joinedload(Session.room),
                joinedload(Session.pool),
                joinedload(Session.above),
            )
        )
    )
    event = db.session.scalars(query).one_or_none()
    if event is None:
        raise NotFound()
    return event


PublicMark = Row[Kind, int, datetime, str, int | None, int | None, bool, bool, bool, bool]


def find_public_mark(slug: str) -> PublicMark | None:
    """Kind, revision, moment of the last visible change, the numbers of seats that the page shows, the catalogue's
    stamp where others of a series are named, that of the participants where they are, and how one registers: all that
    an event page depends on but the time, in one statement."""
    return read_row(_PUBLIC_MARK, {"slug": slug})


def public_mark() -> Select[Kind, int, datetime, str, int | None, int | None, bool, bool, bool, bool]:
    """The statement behind `find_public_mark`, with the event's slug as `slug`."""
    left = CapacityPool.capacity - CapacityPool.taken
    is_shown = or_(left <= 10, left * 10 <= CapacityPool.capacity)
    session_pools = select(Session.pool_id).where(Session.event_id == Event.id).scalar_subquery()
    pools_above = (
        select(PoolAbove.pool_id).join(Session).where(Session.event_id == Event.id).scalar_subquery()
    )
    of_sessions = or_(CapacityPool.id.in_(session_pools), CapacityPool.id.in_(pools_above))
    belongs = or_(CapacityPool.id == Event.pool_id, of_sessions)
    each = cast(CapacityPool.id, String) + ":" + cast(left, String)
    seats = select(func.aggregate_strings(each, ",")).where(belongs, is_shown).scalar_subquery()
    is_public = or_(
        *(Event.state == state for state in PUBLIC_STATES)
    )  # IN () is written anew at each execution
    stamp = select(Stamp.value).where(Stamp.name == CATALOGUE).scalar_subquery()
    others = case((Event.series_id.is_not(None), stamp))
    asked = (Event.kind, Event.revision, Event.revised_at, seats.label("seats"), others.label("others"))
    how = (Event.has_waiting_list, Event.needs_approval, Event.takes_families, Event.takes_school_groups)
    query = select(*asked, _participants().label("participants"), *how)
    return query.where(Event.slug == bindparam("slug"), is_public)


def _participants() -> Case[int | None]:
    """None while the event's page names nobody; else a number that rises when one of the names changes."""
    own = Stamp.name == literal(PARTICIPANTS) + cast(Event.id, String)
    stamp = select(Stamp.value).where(own).scalar_subquery()
    return case((Event.shows_participants, stamp))


# Built once: building it takes three times as long as asking it.
_PUBLIC_MARK = public_mark()


def find_cover(slug: str) -> Row[int, UUID, str, bool] | None:
    """What the event's picture is drawn from, `uid` and `accent`, and whether everybody may see it."""
    is_public = Event.state.in_(PUBLIC_STATES).label("is_public")
    return db.session.execute(
        select(Event.id, Event.uid, Event.accent, is_public).where(Event.slug == slug)
    ).one_or_none()


def list_public_events(wish: Wish, *, now: datetime) -> tuple[Sequence[Event], int]:
    """One page of what is coming (soonest first), and how many there are in all."""
    query = _wished(select(Event).outerjoin(Event.venue), wish, now=now)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Event.starts_at, Event.id).limit(PAGE).offset((wish.page - 1) * PAGE)
    events = (
        db.session.scalars(ordered.options(contains_eager(Event.venue), joinedload(Event.pool)))
        .unique()
        .all()
    )
    return events, total


def _wished(query: Select[Event], wish: Wish, *, now: datetime) -> Select[Event]:
    wanted = [
        condition(value)
        for value, condition in (
            (wish.kind, lambda kind: Event.kind == kind),
            (wish.format, lambda form: Event.format == form),
            (wish.country, lambda code: Venue.country == code),
            (wish.is_free, lambda _yes: Event.is_free),
            (wish.series_id, lambda number: Event.series_id == number),
            (wish.starts_after, lambda moment: Event.starts_at >= moment),
            (wish.starts_before, lambda moment: Event.starts_at < moment),
            (wish.topic, lambda topic: _holds(Event.topics, topic)),
            (wish.language, lambda code: _holds(Event.languages, code)),
        )
        if value
    ]
    words = [_mentions(word) for word in wish.text.split()[:6]]
    return query.where(_is_current(now), *wanted, *words)


def _is_current(now: datetime) -> ColumnElement[bool]:
    cancelled = and_(Event.state == EventState.CANCELLED, Event.ends_at > now - CANCELLED_STAYS)
    return or_(and_(Event.state == EventState.PUBLISHED, Event.ends_at > now), cancelled)


def _holds(column: InstrumentedAttribute[list[str]], item: str) -> ColumnElement[bool]:
    return cast(column, String).contains(f'"{item}"', autoescape=True)


def _mentions(word: str) -> ColumnElement[bool]:
    return Event.search_text.contains(folded(word), autoescape=True)


def list_countries(*, now: datetime) -> list[str]:
    """The countries in which something is coming, as ISO 3166-1 codes."""
    query = select(Venue.country).join(Event, Event.venue_id == Venue.id).where(_is_current(now))
    return sorted(db.session.scalars(query.distinct()))


def list_others_in_series(event: Event, *, limit: int, now: datetime) -> Sequence[Event]:
    """What else is coming in the event's series, soonest first."""
    query = select(Event).where(Event.series_id == event.series_id, Event.id != event.id, _is_current(now))
    ordered = query.order_by(Event.starts_at, Event.id).limit(limit)
    return db.session.scalars(ordered.options(joinedload(Event.venue), joinedload(Event.pool))).all()


def get_series(slug: str) -> Series:
    """Raises NotFound."""
    series = db.session.scalars(select(Series).where(Series.slug == slug)).one_or_none()
    if series is None:
        raise NotFound()
    return series


def list_bookable(event_id: int) -> Sequence[Session]:
    """What can be chosen when registering, in the programme's order."""
    return db.session.scalars(_BOOKABLE, {"event": event_id}).unique().all()


def list_chosen(event_id: int, public_ids: Collection[str]) -> Sequence[Session]:
    """Those of the bookable sessions that were asked for, without their counters."""
    return db.session.scalars(_CHOSEN, {"event": event_id, "chosen": list(public_ids)}).all()


_IN_ORDER = (
    select(Session)
    .where(
        Session.event_id == bindparam("event"), Session.is_bookable, Session.state == SessionState.SCHEDULED
    )
    .order_by(Session.starts_at, Session.position, Session.id)
)
_BOOKABLE = _IN_ORDER.options(joinedload(Session.pool), joinedload(Session.above))
_CHOSEN = _IN_ORDER.where(Session.public_id.in_(bindparam("chosen", expanding=True))).options(
    defer(Session.summary)
)
