"""Delegations: whom a partner's coordinator registers, and a sheet of people between its check and its import."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, refuses
from eventhub.events.models import Event
from eventhub.registration.delegations.rules import DelegationFull, DelegationState, InvitedAlready

_IS_LIVE = text("state IN ('invited', 'pending', 'open')")


class Delegation(Base):
    """A partner's people at one event, looked after by the coordinator at `email`. `member_count` counts its members
    but for those who declined.

    `invited` by an organiser it has no name yet, `open` its address is proven. With `removed_at` it counts, and no
    longer says who it was. `written_at` is when the coordinator was last told what is missing. `ticket_type_id` is
    what its people get.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("submission_key"),
        CheckConstraint("member_count >= 0 AND member_count <= most_members", name="members_within_limit"),
        CheckConstraint("state <> 'open' OR opened_at IS NOT NULL", name="opened_at_some_time"),
        Index(
            "uq_delegations_one_live",
            "event_id",
            "email_key",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        Index("ix_delegations_event_id", "event_id", "id"),
        Index("ix_delegations_email_key", "email_key"),
        Index("ix_delegations_ticket_type_id", "ticket_type_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    submission_key: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    state: Mapped[DelegationState]
    full_name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    organisation: Mapped[str]
    country: Mapped[str]
    language: Mapped[str]
    link_generation: Mapped[int]
    most_members: Mapped[int]
    member_count: Mapped[int]
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    written_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    ticket_type_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_types.id"))

    event: Mapped[Event] = relationship()


class DelegationMember(Base):
    """A line of the coordinator's list, as the coordinator wrote it; the registration beside it is the person's own.

    Without a registration somebody takes part by other ways already, which the coordinator is not told:
    `seems_to_wait` is what this line then looks like. `completed_at` is when the person agreed, `declined_at` when
    they said that they know nothing of it.
    """

    __tablename__ = "delegation_members"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("delegation_id", "email_key"),
        UniqueConstraint("registration_id"),
        CheckConstraint("completed_at IS NULL OR declined_at IS NULL", name="answered_once"),
        Index("ix_delegation_members_email_key", "email_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    full_name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    organisation: Mapped[str]
    country: Mapped[str]
    language: Mapped[str]
    seems_to_wait: Mapped[bool]
    added_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]

    delegation: Mapped[Delegation] = relationship()


class KeptSheet(Base):
    """A sheet as it was read, until `expires_at`. `rows` are `{"number", "cells"}`, `refused` is why a row was not
    imported, by its number: `{"sentence", "facts"}`."""

    __tablename__ = "delegation_sheets"
    __table_args__ = (
        UniqueConstraint("public_id"),
        Index("ix_delegation_sheets_delegation_id", "delegation_id"),
        Index("ix_delegation_sheets_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    rows: Mapped[list[dict[str, Any]]]
    refused: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]


refuses("ck_delegations_members_within_limit", DelegationFull)
refuses("uq_delegation_members_delegation_id_email_key", InvitedAlready)
