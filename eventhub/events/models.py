"""Events, their programme, and the places in them; kinds differ by data and rules, not by tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    cast,
    false,
    func,
    select,
    text,
)
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from eventhub.core.names import folded
from eventhub.db import Base
from eventhub.events.rules import EventState, Format, Kind, Places, SessionKind, SessionState, Window


class Stamp(Base):
    """A number that rises with every visible change of a part of the catalogue: what an ETag is made of."""

    __tablename__ = "stamps"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
    changed_at: Mapped[datetime]


class Venue(Base):
    """A building or a site."""

    __tablename__ = "venues"
    __table_args__ = (
        CheckConstraint("latitude IS NULL OR latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude IS NULL OR longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="position_is_a_pair"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]
    address: Mapped[dict[str, str]]
    city: Mapped[dict[str, str]]
    country: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    rooms: Mapped[list[Room]] = relationship(back_populates="venue", order_by="Room.id")


class Room(Base):
    __tablename__ = "rooms"
    __table_args__ = (Index("ix_rooms_venue_id", "venue_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    name: Mapped[dict[str, str]]
    seats: Mapped[int | None]

    venue: Mapped[Venue] = relationship(back_populates="rooms")


class Series(Base):
    """Seminars that belong together."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]


class CapacityPool(Base):
    """A number of places. `taken` changes only by conditional statements; the CHECK stands behind them.

    Of the places `extra` go beyond the seats: so many are given out more than there are, by `overbooking` percent or
    because an organiser said so.
    """

    __tablename__ = "capacity_pools"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= capacity", name="never_oversold"),
        CheckConstraint("extra >= 0 AND extra <= capacity", name="extra_in_capacity"),
        CheckConstraint("overbooking BETWEEN 0 AND 100", name="overbooking_in_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    capacity: Mapped[int]
    taken: Mapped[int]
    extra: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    overbooking: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    @property
    def seats(self) -> int:
        return self.capacity - self.extra


def least_of(pools: Sequence[CapacityPool]) -> Places:
    """What the tightest of these pools, of which there is one at least, leave to whoever takes from all."""
    capacity = min(pool.capacity for pool in pools)
    return Places(capacity=capacity, taken=capacity - min(pool.capacity - pool.taken for pool in pools))


class Event(Base):
    """A seminar, conference, Week of Science, FabLabPicnik or school. `id` is its number in ticket codes.

    Titles and texts are per language; `description` is Markdown. `online_link` is for participants alone.
    With `has_types` it has ticket types or named pools (registration/types).
    With `shows_participants` its page lists who takes part and agreed to be named.
    Until `names_until` a participant may change the name and hand the place over by link; None: until it begins.
    `uid`, `revision` and `revised_at` are UID, SEQUENCE and DTSTAMP of its calendar entry.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("uid"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(
            "closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name="closes_after_it_opens"
        ),
        CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL) OR state = 'archived'", name="why_cancelled"
        ),
        CheckConstraint("offer_hours > 0", name="offer_hours_positive"),
        CheckConstraint("children_per_adult > 0 AND largest_group > 0", name="parties_not_empty"),
        Index("ix_events_catalogue", "state", "kind", "starts_at"),
        Index("ix_events_series_id", "series_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(Uuid)
    slug: Mapped[str]
    kind: Mapped[Kind]
    state: Mapped[EventState]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    host: Mapped[dict[str, str]]
    contact_email: Mapped[str]
    topics: Mapped[list[str]]
    languages: Mapped[list[str]]
    format: Mapped[Format]
    timezone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"))
    online_link: Mapped[str | None]
    accent: Mapped[str]
    is_free: Mapped[bool]
    price_note: Mapped[dict[str, str]]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("capacity_pools.id"))
    has_waiting_list: Mapped[bool] = mapped_column(default=False)
    offer_hours: Mapped[int] = mapped_column(default=24)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    cancel_reason: Mapped[dict[str, str] | None]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    revision: Mapped[int]
    revised_at: Mapped[datetime]
    search_text: Mapped[str]
    names_until: Mapped[datetime | None]
    shows_participants: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_types: Mapped[bool] = mapped_column(default=False, server_default=false())
    takes_families: Mapped[bool] = mapped_column(default=False, server_default=false())
    children_per_adult: Mapped[int] = mapped_column(default=3, server_default=text("3"))
    takes_school_groups: Mapped[bool] = mapped_column(default=False, server_default=false())
    largest_group: Mapped[int] = mapped_column(default=40, server_default=text("40"))

    venue: Mapped[Venue | None] = relationship()
    series: Mapped[Series | None] = relationship()
    pool: Mapped[CapacityPool | None] = relationship()
    sections: Mapped[list[Section]] = relationship(
        back_populates="event", order_by="Section.position, Section.id"
    )
    sessions: Mapped[list[Session]] = relationship(
        back_populates="event", order_by="Session.starts_at, Session.position, Session.id"
    )

    @property
    def window(self) -> Window:
        return Window(
            state=self.state, opens_at=self.opens_at, closes_at=self.closes_at, ends_at=self.ends_at
        )


@listens_for(Event, "before_insert")
@listens_for(Event, "before_update")
def _fold_for_search(_mapper: object, _connection: object, event: Event) -> None:
    """Searching ignores case and diacritics, which SQLite's own LIKE does not for Cyrillic."""
    texts = (event.title, event.summary, event.host)
    event.search_text = folded(" ".join(value for text in texts for value in text.values()))


class Section(Base):
    """An institute of the Week of Science, or one of its sections; elsewhere a track, an area of a site."""

    __tablename__ = "sections"
    __table_args__ = (Index("ix_sections_event_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    title: Mapped[dict[str, str]]
    position: Mapped[int]

    event: Mapped[Event] = relationship(back_populates="sections")


class PoolAbove(Base):
    """A pool in which the places of a session are counted too, beside its own `pool_id`: `position` 0 is the nearest.

    Written once for each session, since a pool never moves into another one.
    """

    __tablename__ = "pools_above"
    __table_args__ = (Index("ix_pools_above_pool_id", "pool_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("capacity_pools.id"), primary_key=True)
    position: Mapped[int]


class Session(Base):
    """A line of the programme: talk, lecture, workshop slot, module, stand hour. Bookable with `is_bookable`;
    then `pool_id`, when set, counts its places: a pool of its own, or with `shares_pool` a named one of the event;
    who takes one takes one of each pool `above` too.
    `has_waiting_list` None: as its event. Ages are those of children, on the day of the session;
    with `adult_required` the adult of a family takes part too."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("age_max IS NULL OR age_min IS NULL OR age_max >= age_min", name="ages_in_order"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_sessions_event_id", "event_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(Uuid)
    public_id: Mapped[str] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("capacity_pools.id"))
    kind: Mapped[SessionKind]
    state: Mapped[SessionState]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    language: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    is_bookable: Mapped[bool]
    shares_pool: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_waiting_list: Mapped[bool | None]
    position: Mapped[int]
    revision: Mapped[int]
    revised_at: Mapped[datetime]
    age_min: Mapped[int | None]
    age_max: Mapped[int | None]
    adult_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Read with the session, wherever that is: who registers for one asks no statement more for its chain.
    ids_above: Mapped[str | None] = column_property(
        select(func.aggregate_strings(cast(PoolAbove.pool_id, String), ","))
        .where(PoolAbove.session_id == id)
        .correlate_except(PoolAbove)
        .scalar_subquery()
    )

    event: Mapped[Event] = relationship(back_populates="sessions")
    section: Mapped[Section | None] = relationship()
    room: Mapped[Room | None] = relationship()
    pool: Mapped[CapacityPool | None] = relationship()
    above: Mapped[list[CapacityPool]] = relationship(
        secondary=PoolAbove.__table__, order_by=PoolAbove.position, viewonly=True
    )
    speakers: Mapped[list[Speaker]] = relationship(back_populates="session", order_by="Speaker.position")

    @property
    def has_line(self) -> bool:
        """Whether people may stand in line for it when it is full."""
        own = self.has_waiting_list
        return self.pool_id is not None and (self.event.has_waiting_list if own is None else own)

    @property
    def chain(self) -> tuple[int, ...]:
        """The ids of all pools from which a place in it is taken; empty when its places are not counted."""
        above = map(int, self.ids_above.split(",")) if self.ids_above else ()
        return () if self.pool_id is None else (self.pool_id, *above)

    @property
    def places(self) -> Places | None:
        """As many as the tightest pool of its chain has; None when they are not counted."""
        if self.pool is None:
            return None
        return least_of([self.pool, *(self.above if self.ids_above else ())])


class Speaker(Base):
    __tablename__ = "speakers"
    __table_args__ = (Index("ix_speakers_session_id", "session_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    full_name: Mapped[str]
    affiliation: Mapped[str]
    position: Mapped[int]

    session: Mapped[Session] = relationship(back_populates="speakers")
