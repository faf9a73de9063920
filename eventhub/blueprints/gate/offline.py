"""What lets the scanner work without network: the list of tickets, and what happened meanwhile."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import my_door
from eventhub.checkin.offline.listing import is_due, look_again
from eventhub.checkin.offline.manifest import Asked, manifest_of
from eventhub.core import clock
from eventhub.db import transaction

MOST_DIGITS = 15


@pages.get("/<gate>/manifest")
def manifest(gate: str) -> ResponseReturnValue:
    """The list of the gate's event, whole or since `after` and `cursor`; signed."""
    door, now = my_door(gate), clock.now()
    if is_due(door.event_id, now=now):
        with transaction():
            look_again(door.event_id, now=now)
    body, signature = manifest_of(door, Asked(after=_number("after"), cursor=_number("cursor")), now=now)
    return Response(body, content_type="application/json", headers={"X-Signature": signature})


def _number(name: str) -> int:
    """What is no number is as good as none: the whole list."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0
