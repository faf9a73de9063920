"""Who takes part: registrations, their attendees, and the places they took."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base
from eventhub.events.models import Event, Session
from eventhub.registration.rules import RegistrationState, WaitingState
from eventhub.registration.types.models import TicketType
from eventhub.tickets.models import Ticket

_IS_LIVE = text("state IN ('pending', 'requested', 'waitlisted', 'offered', 'confirmed')")
_IS_IN_LINE = text("state IN ('waiting', 'offered')")


class Registration(Base):
    """One e-mail address at one event. `submission_key` is the form's own: the same form twice makes one.

    A pending one holds its places until `held_until`, and so does one that was offered a place. With `removed_at` it
    counts, and no longer says who it was. `handed_from_id` is whose place a colleague took over.
    `companions` are accompanying persons, without an address or ticket of their own, who take places of the event.
    `review_since`: a decisive answer was changed then, and the organiser has not looked at it.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("number"),
        UniqueConstraint("submission_key"),
        CheckConstraint(
            "(state IN ('pending', 'offered')) = (held_until IS NOT NULL)", name="held_for_a_time"
        ),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_at_some_time"),
        CheckConstraint("companions >= 0", name="companions_not_negative"),
        Index(
            "uq_registrations_one_live",
            "event_id",
            "email_key",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        Index("ix_registrations_event_id", "event_id", "state"),
        Index("ix_registrations_created_at", "event_id", "created_at"),
        Index("ix_registrations_organisation", "event_id", "organisation"),
        Index("ix_registrations_email_key", "email_key"),
        Index("ix_registrations_held_until", "state", "held_until"),
        Index("ix_registrations_review_since", "event_id", "review_since"),
        Index("ix_registrations_ticket_type_id", "ticket_type_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    number: Mapped[str]
    submission_key: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    state: Mapped[RegistrationState]
    email: Mapped[str]
    email_key: Mapped[str]
    organisation: Mapped[str]
    country: Mapped[str]
    language: Mapped[str]
    link_generation: Mapped[int]
    created_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    handed_from_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    review_since: Mapped[datetime | None]
    ticket_type_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_types.id"))
    companions: Mapped[int] = mapped_column(default=0, server_default="0")

    event: Mapped[Event] = relationship()
    attendees: Mapped[list[Attendee]] = relationship(back_populates="registration", order_by="Attendee.id")
    choices: Mapped[list[SessionChoice]] = relationship(back_populates="registration")
    places: Mapped[list[Place]] = relationship(back_populates="registration")
    ticket_type: Mapped[TicketType | None] = relationship()

    @property
    def size(self) -> int:
        """How many places of the event it takes."""
        return len(self.attendees) + self.companions


class Attendee(Base):
    """A person who comes, with a ticket once confirmed. `search_key` is what the name is found by
    (core/names)."""

    __tablename__ = "attendees"
    __table_args__ = (
        UniqueConstraint("ticket_id"),
        Index("ix_attendees_registration_id", "registration_id"),
        Index("ix_attendees_search_key", "search_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    full_name: Mapped[str]
    search_key: Mapped[str]

    registration: Mapped[Registration] = relationship(back_populates="attendees")
    ticket: Mapped[Ticket | None] = relationship()


class SessionChoice(Base):
    """A bookable session that so many of the registration's people take; who of several, parties/models.Seat says."""

    __tablename__ = "session_choices"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    count: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    registration: Mapped[Registration] = relationship(back_populates="choices")
    session: Mapped[Session] = relationship()


class WaitingEntry(Base):
    """A registration's place in the line of its event: by `id`, the first come first. `size` are the places it needs.

    `reason` is why an organiser offered a place out of turn; `warned_at` is when the last letter about an offer went.
    """

    __tablename__ = "waiting_entries"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        Index(
            "uq_waiting_entries_one_in_line",
            "registration_id",
            unique=True,
            sqlite_where=_IS_IN_LINE,
            postgresql_where=_IS_IN_LINE,
        ),
        Index("ix_waiting_entries_line", "event_id", "state", "id"),
        Index("ix_waiting_entries_registration_id", "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    size: Mapped[int]
    state: Mapped[WaitingState]
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    registration: Mapped[Registration] = relationship()


class Place(Base):
    """Places that this registration took from a pool; given back, the row goes. Their sum is the pool's `taken`."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("count > 0", name="count_positive"),
        Index("ix_places_pool_id", "pool_id"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("capacity_pools.id"), primary_key=True)
    count: Mapped[int]

    registration: Mapped[Registration] = relationship(back_populates="places")
