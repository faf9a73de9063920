"""What the scanner's script calls: JSON in, JSON out, problems by RFC 9457."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.parties import party_answer
from eventhub.blueprints.gate.reading import (
    UnreadableScan,
    body_of_request,
    my_door,
    my_scan,
    scan_id_of,
    showing_of,
)
from eventhub.blueprints.gate.saying import answer_of, line_of, questions_at, without_names
from eventhub.checkin.commands import redeem, undo
from eventhub.checkin.parties import find_party_shown
from eventhub.checkin.people import count_people, search_people
from eventhub.checkin.rules import ScanSource, Verdict
from eventhub.core import clock
from eventhub.core.text import clean_line
from eventhub.db import transaction
from eventhub.web.errors import problem
from eventhub.web.forms import csrf
from eventhub.web.kiosks import kiosk_gate

JSON_ONLY = frozenset({"gate.scan", "gate.undo_scan", "gate.sync", "gate.key_of_the_names"})


@pages.before_request
def refuse_strangers() -> Response | None:
    """The page may have been kept by the phone for days, and its form token with it: it is enough that the browser says
    itself that our own page sends (Fetch Metadata). A machine that sends no JSON would get its refusal as a page: it is
    told so in JSON."""
    if request.endpoint not in JSON_ONLY:
        return None
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        csrf.protect()
    return None if request.is_json else problem(415, _("Send JSON (application/json)."))


@pages.post("/<gate>/scans")
def scan(gate: str) -> ResponseReturnValue:
    """Redeem one ticket; of a party's first one tell who comes on it, and where something is asked at the door, what:
    then the same scan is sent again with what was `ticked`.

    The same scan_id always has the same answer; with another ticket it is a problem 409.
    """
    door = my_door(gate)
    showing, now = showing_of(body_of_request(), door), clock.now()
    tell = without_names if kiosk_gate() else dict
    if kiosk_gate() and showing.source not in (ScanSource.CAMERA, ScanSource.WEDGE):
        raise UnreadableScan(name="source")
    party = find_party_shown(showing, now=now)
    if party is not None:
        return jsonify(tell(party_answer(showing, party, door)))
    with transaction():
        record = redeem(showing, now=now)
    asked = {"questions": questions_at(door)} if record.verdict is Verdict.ASK else {}
    return jsonify(tell({**answer_of(record, door), **asked}))


@pages.post("/<gate>/scans/<scan_id>/undo")
def undo_scan(gate: str, scan_id: str) -> ResponseReturnValue:
    door = my_door(gate)
    body = body_of_request()
    reason = body.get("reason")
    with transaction():
        record = undo(
            undone_id=my_scan(scan_id, door),
            scan_id=scan_id_of(body.get("scan_id")),
            door=door,
            reason=clean_line(reason) if isinstance(reason, str) else "",
            crew_id=current_user.id,
            device_id=current_user.device_id,
            now=clock.now(),
        )
    return jsonify(answer_of(record, door))


csrf.exempt(scan)
csrf.exempt(undo_scan)


@pages.get("/<gate>/people")
def people(gate: str) -> ResponseReturnValue:
    """Up to 20 holders by name."""
    door = my_door(gate)
    found = search_people(clean_line(request.args.get("q", "")), door, now=clock.now())
    return jsonify(people=[line_of(person) for person in found])


@pages.get("/<gate>/count")
def count(gate: str) -> ResponseReturnValue:
    """Inside, admitted, total; 304 while nothing has changed."""
    people_count = count_people(my_door(gate))
    figures = {
        "inside": people_count.inside,
        "admitted": people_count.admitted,
        "total": people_count.total,
    }
    response = jsonify(figures)
    response.set_etag("-".join(str(figure) for figure in figures.values()))
    return response.make_conditional(request)
