"""What lets the scanner work without network: the list of tickets, and what happened meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import body_of_request, my_door
from eventhub.blueprints.gate.reporting import phone_clock, report_of, scans_in
from eventhub.checkin.offline.listing import is_due, list_changed, seal_all, take_turn, tell
from eventhub.checkin.offline.manifest import Asked, manifest_of
from eventhub.checkin.offline.reports import Report, Result
from eventhub.checkin.offline.syncing import Upload, keep_battery, take_scans
from eventhub.checkin.offline.tickets import moment_ms
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.web.forms import csrf
from eventhub.web.i18n import sentence_of

MOST_DIGITS = 15


@pages.get("/<gate>/manifest")
def manifest(gate: str) -> ResponseReturnValue:
    """The list of the gate's event: what is new since `after` and `cursor`, if it is the same list, else the whole."""
    door, now = my_door(gate), clock.now()
    if is_due(door, now=now):
        _look_again(door.event_id, now)
    asked = Asked(
        after=_number("after"),
        cursor=_number("cursor"),
        at=request.args.get("at", ""),
        salt=request.args.get("salt", ""),
    )
    body, signature = manifest_of(door, asked, now=now)
    return Response(body, content_type="application/json", headers={"X-Signature": signature})


@pages.post("/<gate>/sync")
def sync(gate: str) -> ResponseReturnValue:
    """What the phone decided by itself, in batches; each scan has its own result."""
    door, body = my_door(gate), body_of_request()
    read = [report_of(one, door) for one in scans_in(body)]
    now = (
        clock.now()
    )  # a body may take long over a weak network, and phones ask for what came since they asked last
    upload = Upload(
        door=door,
        reports=[one for one in read if isinstance(one, Report)],
        phone_now=phone_clock(body),
        crew_id=current_user.id,
        device_id=current_user.device_id,
        own_gates=current_user.phone.gates if current_user.phone else None,
        now=now,
    )
    with transaction():
        taken = iter(take_scans(upload))
        _keep_battery(body)
    results = [_told(next(taken)) if isinstance(one, Report) else one for one in read]
    return jsonify(now_ms=moment_ms(clock.now()), results=results)


csrf.exempt(sync)


def _told(result: Result) -> dict[str, Any]:
    detail = sentence_of(result.why) if result.why else None
    return {
        "scan_id": result.scan_id,
        "status": result.status,
        "verdict": result.verdict,
        "detail": detail,
    }


def _keep_battery(body: dict[str, Any]) -> None:
    percent = body.get("battery")
    if current_user.device_id is not None and type(percent) is int and 0 <= percent <= 100:
        keep_battery(current_user.device_id, percent)


def _look_again(event_id: int, now: datetime) -> None:
    """The work itself stands between two short transactions, since nobody is scanned during one."""
    with transaction():
        turn = take_turn(event_id, now=now)
    if turn is not None:
        entries = seal_all(list_changed(event_id, turn.salt), turn.salt)
        if entries:
            with transaction():
                tell(event_id, entries, after=turn.seq)


def _number(name: str) -> int:
    """What is no number is as good as none: the whole list."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0
