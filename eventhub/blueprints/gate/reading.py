"""What a scanner sends, read strictly: whatever is not a scan is refused before anything else happens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import request, session
from flask_login import current_user

from eventhub.checkin.queries import Door, find_gate_of_scan, get_door
from eventhub.checkin.rules import Direction, ScanSource
from eventhub.checkin.showing import Showing, Shown, shown_by_code
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.text import N_, clean_line

MY_GATE = "gate"
MOST_TICKETS = 20_000
SCANNED = (ScanSource.CAMERA, ScanSource.WEDGE, ScanSource.LINK, ScanSource.SEARCH)
_PUBLIC_ID = re.compile(r"[\w-]{1,40}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Z-]{1,40}")
Choice = TypeVar("Choice", bound=StrEnum)


class UnreadableScan(Refusal):
    sentence = N_("“%(name)s” is missing or can't be read.")
    status = 422


def my_door(public_id: str) -> Door:
    """The gate, if the visitor works there. Raises NotFound, the same for no gate and another's gate."""
    if not _PUBLIC_ID.fullmatch(public_id):
        raise NotFound()
    door = get_door(public_id)
    if not current_user.works_at(door.event_id, public_id):
        raise NotFound()
    return door


def remember(door: Door) -> None:
    """The gate at which this browser works, for ticket links opened by another camera."""
    session[MY_GATE] = door.public_id


def remembered_door() -> Door | None:
    """The gate that was opened last in this browser, if its visitor still works there."""
    try:
        return my_door(session.get(MY_GATE, ""))
    except NotFound:
        return None


def fresh_scan_id() -> str:
    return str(uuid4())


def scan_id_of(text: object) -> str:
    """A UUID in its one spelling. Raises UnreadableScan."""
    try:
        return str(UUID(text if isinstance(text, str) else ""))
    except ValueError:
        raise UnreadableScan(name="scan_id") from None


def body_of_request() -> dict[str, Any]:
    """The JSON object sent. Raises UnreadableScan; BadRequest for what is no JSON."""
    try:
        body = request.get_json()
    except RecursionError:  # brackets in brackets, deeper than the parser goes
        raise UnreadableScan(name="body") from None
    if not isinstance(body, dict):
        raise UnreadableScan(name="body")
    return body


def link_showing(shown: Shown, door: Door) -> Showing:
    """A ticket's link, opened at this door."""
    return Showing(
        scan_id=fresh_scan_id(),
        gate_id=door.gate_id,
        event_id=door.event_id,
        shown=shown,
        direction=Direction.ENTRY,
        source=ScanSource.LINK,
        crew_id=current_user.id,
        device_id=current_user.device_id,
    )


def showing_of(body: dict[str, Any], door: Door) -> Showing:
    """A showing from its JSON: scan_id, `code` or `ticket`, direction, source, the questions `ticked`, if any, and the
    `reason` for letting in who was found by name. Raises UnreadableScan."""
    source = _source(body)
    return Showing(
        scan_id=scan_id_of(body.get("scan_id")),
        gate_id=door.gate_id,
        event_id=door.event_id,
        shown=_shown(body),
        direction=choice_in(Direction, body, "direction"),
        source=source,
        crew_id=current_user.id,
        device_id=current_user.device_id,
        ticked=None if body.get("ticked") is None else ticked_in(body["ticked"], door),
        reason=_reason(body) if source is ScanSource.SEARCH else None,
    )


def _reason(body: dict[str, Any]) -> str | None:
    """In one line, None for an empty one. How long it may be is the door's rule."""
    reason = body.get("reason")
    if reason is not None and not isinstance(reason, str):
        raise UnreadableScan(name="reason")
    return clean_line(reason or "") or None


def ticked_in(ids: object, door: Door) -> tuple[str, ...]:
    """Those of these ids that name questions of the door, in its order. Raises UnreadableScan for no list."""
    if not isinstance(ids, list):
        raise UnreadableScan(name="ticked")
    return tuple(one.id for one in door.questions if one.id in ids)


def _shown(body: dict[str, Any]) -> Shown:
    code, number = body.get("code"), body.get("ticket")
    if isinstance(code, str) and code and number is None:
        return shown_by_code(code)
    if isinstance(number, str) and code is None and _NUMBER.fullmatch(number):
        return Shown(number=number)
    raise UnreadableScan(name="code")


def ticket_numbers(texts: Iterable[str]) -> list[str]:
    """What may be numbers of tickets, at most MOST_TICKETS."""
    return list(islice((text for text in texts if _NUMBER.fullmatch(text)), MOST_TICKETS))


def _source(body: dict[str, Any]) -> ScanSource:
    """How a scanner scans; walk-ins and corrections have pages of their own."""
    source = choice_in(ScanSource, body, "source")
    if source not in SCANNED:
        raise UnreadableScan(name="source")
    return source


def my_scan(scan_id: object, door: Door) -> str:
    """The id of a scan that the visitor may look at and take back: a phone of some gates only what was scanned there.
    Raises UnreadableScan, NotFound."""
    identity = scan_id_of(scan_id)
    phone = current_user.phone
    if phone is not None and phone.gates is not None:
        gate = find_gate_of_scan(identity, event_id=door.event_id)
        if gate is None or not phone.works_at(gate):
            raise NotFound()
    return identity


def public_id_in(body: dict[str, Any], name: str) -> str:
    """Raises UnreadableScan."""
    value = body.get(name)
    if not isinstance(value, str) or not _PUBLIC_ID.fullmatch(value):
        raise UnreadableScan(name=name)
    return value


def choice_in(choices: type[Choice], body: dict[str, Any], name: str) -> Choice:
    """Raises UnreadableScan."""
    try:
        return choices(str(body.get(name)))
    except ValueError:
        raise UnreadableScan(name=name) from None
