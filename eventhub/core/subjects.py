"""Whose data: a person by address with all that belongs to it, or one registration alone."""

from __future__ import annotations

from dataclasses import dataclass

Named = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class DataSubject:
    """What one asks for data by. `registrations` are public ids.

    `is_whole`: everything that is held under `email_key`, of which `addresses` are the ways in which it was written;
    else these registrations alone, since a link may have been passed on.
    """

    email_key: str
    addresses: tuple[str, ...]
    registrations: tuple[str, ...]
    user: str | None = None
    is_whole: bool = False

    @property
    def names(self) -> tuple[Named, ...]:
        """As the audit, the outbox and the sealed values name things: (kind, id)."""
        own = tuple(("registration", identity) for identity in self.registrations)
        return own if self.user is None else (*own, ("user", self.user))
