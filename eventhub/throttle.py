"""Limits on tries, kept in the database so that every process and every restart counts together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from eventhub.core.errors import TooMany
from eventhub.db import Base, UtcDateTime, connection, db


class Tries(Base):
    """How often something was tried in one window. The key is a hash: no address is kept."""

    __tablename__ = "throttle_tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `tries` of `name` in each window; `refusal` is how it is worded."""

    name: str
    tries: int
    window: timedelta
    refusal: type[TooMany] = TooMany


def count_try(limit: Limit, subject: str, *, now: datetime) -> None:
    """Count one try of this subject (an address, an account). Raises TooMany above the limit.

    The count is one upsert, so parallel tries can't slip between reading and writing.
    """
    count_tries([(limit, subject)], now=now)


def count_tries(tries: Sequence[tuple[Limit, str]], *, now: datetime) -> None:
    """Count one try for each limit and its subject, all in one upsert. Raises the refusal of the first one reached.

    Until the transaction ends, others who count one of the same subjects wait.
    """
    rows = {key_of(limit.name, subject): limit for limit, subject in tries}
    values: dict[str, object] = {}
    for number, key in enumerate(sorted(rows)):  # in one order, so that two never wait for each other
        values |= {f"key{number}": key, f"starts_at{number}": _window_start(rows[key], now)}
    counted = connection().execute(_increment(db.engine.dialect.name, len(rows)), values)
    counts = dict(counted.all())
    for key, limit in rows.items():
        if counts[key] > limit.tries:
            ends_at = _window_start(limit, now) + limit.window
            raise limit.refusal(retry_after=int((ends_at - now).total_seconds()) + 1)


def take_back(limit: Limit, subject: str, *, now: datetime) -> None:
    """What was counted in this transaction was no try after all."""
    ours = (Tries.key == key_of(limit.name, subject), Tries.window_starts_at == _window_start(limit, now))
    connection().execute(update(Tries).where(*ours).values(count=Tries.count - 1))


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


def key_of(name: str, subject: str) -> str:
    """What a subject is counted under: nobody reads an address back out of it."""
    return name + ":" + sha256(subject.encode()).hexdigest()[:32]


@cache
def _increment(dialect_name: str, rows: int) -> ReturningInsert[*tuple[str, int]]:
    new = sqlite.insert(Tries) if dialect_name == "sqlite" else postgresql.insert(Tries)
    # In all rows but the first the column does not lend its type.
    values = [
        {
            "key": bindparam(f"key{row}"),
            "window_starts_at": bindparam(f"starts_at{row}", type_=UtcDateTime()),
            "count": 1,
        }
        for row in range(rows)
    ]
    return (
        new.values(values)
        .on_conflict_do_update(
            index_elements=[Tries.key, Tries.window_starts_at], set_={"count": Tries.count + 1}
        )
        .returning(Tries.key, Tries.count)
    )


def forget_old_tries(*, now: datetime) -> None:
    """Windows of more than a day ago tell nothing any more."""
    db.session.execute(delete(Tries).where(Tries.window_starts_at < now - timedelta(days=1)))
