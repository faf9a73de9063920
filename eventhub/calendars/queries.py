"""What a public feed holds, and in one statement whether it exists and when it last changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, bindparam, exists, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventhub.core.errors import NotFound
from eventhub.db import db, read_row
from eventhub.events.models import Event, Room, Series, Session, Stamp
from eventhub.events.rules import PUBLIC_STATES, Kind
from eventhub.events.stamps import CATALOGUE

# An archived draft was never told to anybody.
_IS_PUBLIC = (Event.state.in_(PUBLIC_STATES), Event.published_at.is_not(None))


def _mark_of(is_known: ColumnElement[bool]) -> Select[int, datetime, bool]:
    stamps = Stamp.__table__.c
    of_the_catalogue = stamps.name == CATALOGUE
    number = select(stamps.value).where(of_the_catalogue).scalar_subquery()
    changed_at = select(stamps.changed_at).where(of_the_catalogue).scalar_subquery()
    return select(number, changed_at, is_known)


# Built once: every fetch of every subscriber asks one of them.
_MARK = _mark_of(true())
_SERIES_MARK = _mark_of(exists().where(Series.slug == bindparam("slug")))
_EVENT_MARK = _mark_of(exists().where(Event.slug == bindparam("slug"), *_IS_PUBLIC))


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which events: of a kind, of a series (slug), one (slug, perhaps with its programme), or all."""

    kind: Kind | None = None
    series: str | None = None
    event: str | None = None
    has_programme: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """While it is the same, so is the feed. `since` is the end of the oldest events that are still told."""

    number: int
    changed_at: datetime
    since: datetime


def get_mark(scope: Scope, *, now: datetime) -> Mark:
    """One statement. Raises NotFound for a series or event that the public does not know."""
    since = _since(now)
    found = read_row(*_mark_statement(scope))
    if found is None or not found[2]:
        raise NotFound()
    number, changed_at, _is_known = found
    # An old event drops out when a month begins, so that is a change too.
    month_began = since.replace(year=since.year + 1)
    return Mark(number=number or 0, changed_at=max(changed_at or month_began, month_began), since=since)


def list_events(scope: Scope, *, since: datetime) -> list[Event]:
    """With their venues; one that is asked for by name is told however old it is."""
    statement = select(Event).where(*_IS_PUBLIC).order_by(Event.starts_at, Event.id)
    statement = statement.options(joinedload(Event.venue))
    if scope.event is not None:
        statement = statement.where(Event.slug == scope.event)
    else:
        statement = statement.where(Event.ends_at >= since)
    if scope.kind is not None:
        statement = statement.where(Event.kind == scope.kind)
    if scope.series is not None:
        statement = statement.where(Event.series.has(Series.slug == scope.series))
    return list(db.session.scalars(statement))


def list_sessions(event_slug: str) -> list[Session]:
    """The programme of one event with rooms and speakers."""
    statement = (
        select(Session)
        .join(Session.event)
        .where(Event.slug == event_slug, *_IS_PUBLIC)
        .options(
            contains_eager(Session.event).joinedload(Event.venue),
            joinedload(Session.room).joinedload(Room.venue),
            selectinload(Session.speakers),
        )
        .order_by(Session.starts_at, Session.position, Session.id)
    )
    return list(db.session.scalars(statement))


def get_series(slug: str) -> Series:
    """Raises NotFound."""
    series = db.session.scalar(select(Series).where(Series.slug == slug))
    if series is None:
        raise NotFound()
    return series


def _mark_statement(scope: Scope) -> tuple[Select[int, datetime, bool], dict[str, str]]:
    if scope.series is not None:
        return _SERIES_MARK, {"slug": scope.series}
    if scope.event is not None:
        return _EVENT_MARK, {"slug": scope.event}
    return _MARK, {}


def _since(now: datetime) -> datetime:
    """A year back, to the first of the month: the feed then changes by itself once a month only."""
    return datetime(now.year - 1, now.month, 1, tzinfo=UTC)
