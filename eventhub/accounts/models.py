"""People who sign in, what they may do, and where they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.accounts.rules import Grant, Role, Scope
from eventhub.db import Base


class User(Base):
    """A person with a proven e-mail address. `email_key` is the address in its one normal form."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email_key"), UniqueConstraint("public_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    full_name: Mapped[str]
    language: Mapped[str]
    password_hash: Mapped[str | None]
    is_active: Mapped[bool]
    created_at: Mapped[datetime]

    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="user", lazy="selectin", foreign_keys="RoleGrant.user_id"
    )


class RoleGrant(Base):
    """A role on an object for a time. Ended ones stay, since they tell who could do what when."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_role_grants_user_id", "user_id"),
        Index("ix_role_grants_scope", "scope", "scope_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    scope: Mapped[str]
    scope_id: Mapped[int | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    granted_by: Mapped[str]

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])

    def as_grant(self) -> Grant:
        return grant_of(self.role, self.scope, self.scope_id, self.starts_at, self.ends_at)


def grant_of(
    role: str, scope: str, scope_id: int | None, starts_at: datetime, ends_at: datetime | None
) -> Grant:
    """The grant that a row of role_grants stands for."""
    event_id = scope_id if Scope(scope) is Scope.EVENT else None
    return Grant(role=Role(role), scope_id=event_id, starts_at=starts_at, ends_at=ends_at)


class SignIn(Base):
    """A signed-in browser: the cookie holds a secret, this row its hash. Ending the row ends the sign-in."""

    __tablename__ = "sign_ins"
    __table_args__ = (UniqueConstraint("secret_hash"), Index("ix_sign_ins_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str]

    user: Mapped[User] = relationship(lazy="joined")


class SignInRequest(Base):
    """A mail link and a code on their way: once, for ten minutes, for the browser that asked."""

    __tablename__ = "sign_in_requests"
    __table_args__ = (
        UniqueConstraint("link_hash"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_sign_in_requests_email_key", "email_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str]
    language: Mapped[str]
    link_hash: Mapped[str]
    code_hash: Mapped[str]
    browser_hash: Mapped[str]
    tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
