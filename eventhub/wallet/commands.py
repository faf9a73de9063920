"""Notes who may hold a pass: a phone that asks to hear of it, or not any more, and Google, which is offered it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub.core.errors import NotFound
from eventhub.db import connection, db, rows_changed
from eventhub.throttle import Limit, count_try
from eventhub.wallet.models import PassAtGoogle, PassOnPhone
from eventhub.wallet.queries import Card, digest_of, get_card
from eventhub.wallet.rules import LOOK_AGAIN

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
    row = {"device": device, "push_token": push_token, "digest": digest_of(card), "changed_at": now}
    _insert(PassOnPhone, card, {**row, "registered_at": now}, now=now)
    return True


def note_offer(card: Card, *, language: str, now: datetime) -> None:
    """The ticket is about to be saved in Google's Wallet. Once more changes nothing: what was saved stays there as
    it is, whatever a new link says."""
    _insert(PassAtGoogle, card, {"language": language, "offered_at": now}, now=now)


def _insert(
    table: type[PassOnPhone | PassAtGoogle], card: Card, own: Mapping[str, Any], *, now: datetime
) -> None:
    """The same may be asked for twice at once."""
    row = {"serial": str(card.serial), "ticket_id": card.ticket_id, **own}
    told = {"told_digest": digest_of(card), "tries": 0, "look_at": now + LOOK_AGAIN}
    is_sqlite = db.engine.dialect.name == "sqlite"
    new = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
    connection().execute(new.values({**row, **told}).on_conflict_do_nothing())


def forget_phone(device: str, serial: str) -> None:
    """The phone does not want to hear of the pass. Raises NotFound when it never did."""
    gone = delete(PassOnPhone).where(PassOnPhone.device == device, PassOnPhone.serial == serial)
    if not rows_changed(gone):
        raise NotFound()


def note_changes(device: str, digests: Mapping[str, str], *, now: datetime) -> None:
    """These passes of the phone, by serial, are others now than when they were last looked at. It is told, so nobody
    has to wake it for that."""
    for serial, digest in sorted(digests.items()):
        ours = (PassOnPhone.device == device, PassOnPhone.serial == serial, PassOnPhone.digest != digest)
        told = {"digest": digest, "changed_at": now, "told_digest": digest, "tries": 0}
        rows_changed(update(PassOnPhone).where(*ours).values(**told))
