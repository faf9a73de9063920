"""Limits on tries, kept in the database so that every process and every restart counts together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.core.errors import TooMany
from eventhub.db import Base, db


class Tries(Base):
    """How often something was tried in one window. The key is a hash: no address is kept."""

    __tablename__ = "throttle_tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `tries` of `name` in each window."""

    name: str
    tries: int
    window: timedelta


def count_try(limit: Limit, subject: str, *, now: datetime) -> None:
    """Count one try of this subject (an address, an account). Raises TooMany above the limit.

    The count is one upsert, so parallel tries can't slip between reading and writing.
    """
    starts_at = _window_start(limit, now)
    if _increment(_key(limit, subject), starts_at) > limit.tries:
        raise TooMany(retry_after=int((starts_at + limit.window - now).total_seconds()) + 1)


def network_of(address: str) -> str:
    """The caller as it is counted: an IPv4 address, or the /64 of an IPv6 one, which is one home."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


def _window_start(limit: Limit, now: datetime) -> datetime:
    seconds = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)


def _key(limit: Limit, subject: str) -> str:
    return limit.name + ":" + sha256(subject.encode()).hexdigest()[:32]


def _increment(key: str, starts_at: datetime) -> int:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(Tries)
        .values(key=key, window_starts_at=starts_at, count=1)
        .on_conflict_do_update(
            index_elements=[Tries.key, Tries.window_starts_at], set_={"count": Tries.count + 1}
        )
        .returning(Tries.count)
    )
    count: int = db.session.execute(statement).scalar_one()
    return count


def forget_old_tries(*, now: datetime) -> None:
    """Windows of more than a day ago tell nothing any more."""
    db.session.execute(delete(Tries).where(Tries.window_starts_at < now - timedelta(days=1)))
