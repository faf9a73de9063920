"""What is known of people who come together: the party, the children in it, and who of them takes which session."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.rules import PartyKind


class Party(Base):
    """A registration of several people; the first of its attendees is the adult, whose ticket stands for all.

    `phone` and `relation` are the guardian's; `grade`, `youngest` and `oldest` (years) are a school group's.
    `changed_by` is the key of the form that changed it last.
    """

    __tablename__ = "parties"
    __table_args__ = (
        CheckConstraint("youngest IS NULL OR oldest IS NULL OR oldest >= youngest", name="ages_in_order"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    kind: Mapped[PartyKind]
    phone: Mapped[str]
    relation: Mapped[str]
    grade: Mapped[str]
    youngest: Mapped[int | None]
    oldest: Mapped[int | None]
    changed_by: Mapped[str | None]

    registration: Mapped[Registration] = relationship()


class Child(Base):
    """What is told of an attendee who is a child, under the adult of the party; a pupil of a group has no birthday
    here. The row goes soon after the event."""

    __tablename__ = "children"

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendees.id"), primary_key=True)
    born_on: Mapped[date | None]
    may_leave_alone: Mapped[bool]
    may_be_photographed: Mapped[bool]

    attendee: Mapped[Attendee] = relationship()


class Fare(Base):
    """The ticket type of one of a family, and what was shown as its price in minor units. Whoever has no line has the
    type of the registration."""

    __tablename__ = "fares"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        Index("ix_fares_ticket_type_id", "ticket_type_id"),
    )

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendees.id"), primary_key=True)
    ticket_type_id: Mapped[int] = mapped_column(ForeignKey("ticket_types.id"))
    price: Mapped[int]


class Seat(Base):
    """Who of a party takes which session; how many do, the registration's own choice says."""

    __tablename__ = "seats"
    __table_args__ = (Index("ix_seats_session_id", "session_id"),)

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendees.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
