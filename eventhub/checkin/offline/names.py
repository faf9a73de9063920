"""Names to look people up by without network: sealed for the phone, under a key that only the PIN is answered with.

The key comes from the master key, the event and its PIN, so that another PIN closes what was sealed before.
"""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from eventhub.checkin.offline.models import Manifest
from eventhub.checkin.offline.sealing import NONCE_BYTES, in_text, lookup_of
from eventhub.core.errors import NotFound
from eventhub.core.keys import subkey
from eventhub.db import db
from eventhub.registration.models import Attendee
from eventhub.tickets.models import Ticket, TicketState

_PURPOSE = "names-without-network"


def get_manifest_with_pin(event_id: int) -> Manifest:
    """Raises NotFound where names are not searched without network."""
    found = db.session.get(Manifest, event_id)
    if found is None or found.pin_hash is None:
        raise NotFound()
    return found


def key_of_names(manifest: Manifest) -> bytes:
    """32 bytes, the same until the PIN changes."""
    about = f"{manifest.event_id}/{manifest.pin_hash}".encode() + manifest.salt
    return hmac.digest(subkey(_PURPOSE), about, sha256)


def sealed_names(manifest: Manifest) -> bytes:
    """12 bytes nonce, then AES-256-GCM of the JSON [[lookup, name, search key], ...] of all valid tickets, by name."""
    rows = db.session.execute(
        select(Ticket.secret, Attendee.full_name, Attendee.search_key)
        .join(Attendee, Attendee.ticket_id == Ticket.id)
        .where(Ticket.event_id == manifest.event_id, Ticket.state == TicketState.VALID)
        .order_by(Attendee.search_key, Ticket.id)
    )
    names = [[in_text(lookup_of(secret, manifest.salt)), name, key] for secret, name, key in rows]
    nonce = token_bytes(NONCE_BYTES)
    text = json.dumps(names, ensure_ascii=False, separators=(",", ":")).encode()
    return nonce + AESGCM(key_of_names(manifest)).encrypt(nonce, text, None)
