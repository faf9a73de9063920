"""Names for a phone without network: the sealed list, and the key for who knows the PIN."""

from __future__ import annotations

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_login import current_user

from eventhub.accounts.passwords import is_right
from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import UnreadableScan, body_of_request, my_door
from eventhub.checkin.offline.names import get_manifest_with_pin, key_of_names, sealed_names
from eventhub.checkin.offline.pin import WrongPin, count_pin, pin_was_right
from eventhub.checkin.offline.sealing import in_text
from eventhub.core import clock
from eventhub.db import transaction


@pages.get("/<gate>/names")
def names(gate: str) -> ResponseReturnValue:
    manifest = get_manifest_with_pin(my_door(gate).event_id)
    return Response(sealed_names(manifest), content_type="application/octet-stream")


@pages.post("/<gate>/names/key")
def key_of_the_names(gate: str) -> ResponseReturnValue:
    """The key, which the phone keeps in memory alone. Raises WrongPin, TooManyPins."""
    manifest = get_manifest_with_pin(my_door(gate).event_id)
    pin_hash, key = manifest.pin_hash, key_of_names(manifest)
    pin = body_of_request().get("pin")
    if not isinstance(pin, str):
        raise UnreadableScan(name="pin")
    facts = {"event_id": manifest.event_id, "who": current_user.public_id, "now": clock.now()}
    with transaction():
        count_pin(**facts)
    # Between the transactions, as a password.
    if not is_right(pin, pin_hash):
        raise WrongPin()
    with transaction():
        pin_was_right(**facts)
    return jsonify(key=in_text(key))
