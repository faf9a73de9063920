"""Writes of the update service: a phone asks to hear of a pass, or not any more, and what changed is noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub.core.errors import NotFound
from eventhub.db import connection, db, rows_changed
from eventhub.throttle import Limit, count_try
from eventhub.wallet.models import PassOnPhone
from eventhub.wallet.queries import digest_of, get_card

# A phone may register under a new name now and then; a family's pass is on several.
PHONES = Limit(name="wallet-phones", tries=200, window=timedelta(days=1))


def register_phone(device: str, serial: str, *, push_token: str, now: datetime) -> bool:
    """The phone wants to hear of the pass; False when it did before, and has a new push token at most.

    Raises NotFound, and TooMany for a pass with far more phones than anybody has.
    """
    card = get_card(serial)
    known = update(PassOnPhone).where(PassOnPhone.device == device, PassOnPhone.serial == serial)
    if rows_changed(known.values(push_token=push_token)):
        return False
    count_try(PHONES, serial, now=now)
    row = {
        "device": device,
        "serial": serial,
        "ticket_id": card.ticket_id,
        "push_token": push_token,
        "digest": digest_of(card),
        "registered_at": now,
        "changed_at": now,
    }
    _insert(row)
    return True


def _insert(row: Mapping[str, Any]) -> None:
    """The same phone may ask twice at once."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    new = sqlite.insert(PassOnPhone) if is_sqlite else postgresql.insert(PassOnPhone)
    connection().execute(new.values(row).on_conflict_do_nothing())


def forget_phone(device: str, serial: str) -> None:
    """The phone does not want to hear of the pass. Raises NotFound when it never did."""
    gone = delete(PassOnPhone).where(PassOnPhone.device == device, PassOnPhone.serial == serial)
    if not rows_changed(gone):
        raise NotFound()


def note_changes(device: str, digests: Mapping[str, str], *, now: datetime) -> None:
    """These passes of the phone, by serial, are others now than when they were last looked at."""
    for serial, digest in sorted(digests.items()):
        ours = (PassOnPhone.device == device, PassOnPhone.serial == serial, PassOnPhone.digest != digest)
        rows_changed(update(PassOnPhone).where(*ours).values(digest=digest, changed_at=now))
