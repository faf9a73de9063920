"""How the gates of an event work without network: what a stranger's good code means, and who may search names."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.checkin.offline.models import Manifest
from eventhub.checkin.offline.sealing import SALT_BYTES
from eventhub.db import connection, db, rows_changed

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class OfflineSettings:
    """`admits_unlisted`: a good signature that is not on a phone's list comes in, with a note. `pin_hash` by argon2 of
    who may search names without network; None: nobody may."""

    admits_unlisted: bool = True
    pin_hash: str | None = None


def offline_settings(event_id: int) -> OfflineSettings:
    """As they are set up; those of an event without any are the defaults, and nothing is stored for asking."""
    query = select(Manifest.admits_unlisted, Manifest.pin_hash).where(Manifest.event_id == event_id)
    row = db.session.execute(query).one_or_none()
    return OfflineSettings(admits_unlisted=row[0], pin_hash=row[1]) if row else OfflineSettings()


def ensure_manifest(event_id: int) -> None:
    """The event has its one row from now on, with a salt of its own; of several who ask at once one makes it."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {
        "event_id": event_id,
        "salt": secrets.token_bytes(SALT_BYTES),
        "seq": 0,
        "looked_at": NEVER,
        "admits_unlisted": True,
        "pin_hash": None,
    }
    connection().execute(dialect.insert(Manifest).values(row).on_conflict_do_nothing())


def change_offline_settings(
    event_id: int,
    *,
    admits_unlisted: bool,
    new_pin_hash: str | None = None,
    removes_pin: bool = False,
    by: str,
    now: datetime,
) -> None:
    """Without a new PIN and without removing it, the PIN stays as it is. The audit says that it changed, and nothing
    of itself."""
    ensure_manifest(event_id)
    old = offline_settings(event_id)
    changes_pin = new_pin_hash is not None or (removes_pin and old.pin_hash is not None)
    if admits_unlisted == old.admits_unlisted and not changes_pin:
        return
    values = {"admits_unlisted": admits_unlisted, **({"pin_hash": new_pin_hash} if changes_pin else {})}
    rows_changed(update(Manifest).where(Manifest.event_id == event_id).values(values))
    told = {"admits_unlisted": [old.admits_unlisted, admits_unlisted]}
    if changes_pin:
        told["has_pin"] = [old.pin_hash is not None, new_pin_hash is not None]
    audit.record("offline.changed", subject=("event", str(event_id)), by=by, now=now, **told)
