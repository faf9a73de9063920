"""Who waits for a session, and how much they wish it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base
from eventhub.events.models import Session
from eventhub.registration.models import Registration
from eventhub.registration.session_lines.rules import WishState

_IS_IN_LINE = text("state IN ('waiting', 'offered')")


class SessionWish(Base):
    """A confirmed registration in the line of a session: by `id`, the first come first. `rank` 1 is its dearest wish,
    `size` are the places that it needs there. Only who has locked all pools of the event writes here.

    While `offered`, a Place holds them until `offered_until`; `warned_at` is when the last letter about that went.
    `reason` is why an organiser offered out of turn.
    """

    __tablename__ = "session_wishes"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("rank > 0", name="rank_positive"),
        CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name="offered_for_a_time"),
        Index(
            "uq_session_wishes_one_in_line",
            "registration_id",
            "session_id",
            unique=True,
            sqlite_where=_IS_IN_LINE,
            postgresql_where=_IS_IN_LINE,
        ),
        Index("ix_session_wishes_line", "session_id", "state", "id"),
        Index("ix_session_wishes_registration_id", "registration_id"),
        Index("ix_session_wishes_offered_until", "state", "offered_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    rank: Mapped[int]
    size: Mapped[int]
    state: Mapped[WishState]
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    offered_until: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    registration: Mapped[Registration] = relationship()
    session: Mapped[Session] = relationship()
    named: Mapped[list[WishPerson]] = relationship(order_by="WishPerson.attendee_id", viewonly=True)

    @property
    def people(self) -> list[int]:
        """Ids of the attendees of a party for whom it is; none for who comes alone."""
        return [one.attendee_id for one in self.named]


class WishPerson(Base):
    """Who of a party waits by this wish."""

    __tablename__ = "wish_people"
    __table_args__ = (Index("ix_wish_people_attendee_id", "attendee_id"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("session_wishes.id"), primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendees.id"), primary_key=True)
