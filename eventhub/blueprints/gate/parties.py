"""A code that stands for several people: their list, who of them goes through, and what the door said to each."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import fresh_scan_id, my_door, scan_id_of, ticked_in
from eventhub.blueprints.gate.saying import SAYINGS, answers_in, line_of, others_in, questions_at, short_time
from eventhub.checkin.parties import (
    PartyAtDoor,
    Passing,
    get_party,
    let_some_through,
    let_through,
    list_passed,
)
from eventhub.checkin.people import Person
from eventhub.checkin.queries import Door
from eventhub.checkin.rules import Direction, NobodyChosen, ScanSource, Verdict
from eventhub.checkin.showing import Showing
from eventhub.core import clock
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.text import small_number
from eventhub.db import transaction
from eventhub.web.i18n import sentence_of

WAYS = {"entry": Direction.ENTRY, "exit": Direction.EXIT}


@pages.get("/<gate>/parties/<number>/<any(entry, exit):way>")
def party(gate: str, number: str, way: str) -> ResponseReturnValue:
    """All people of the code with their status, and one button."""
    door = my_door(gate)
    return _page(door, get_party(number, door, now=clock.now()), WAYS[way])


@pages.post("/<gate>/parties/<number>/<any(entry, exit):way>")
def pass_party(gate: str, number: str, way: str) -> ResponseReturnValue:
    """Let those through who are ticked, or so many."""
    door = my_door(gate)
    found = get_party(number, door, now=clock.now())
    ticked = ticked_in(request.form.getlist("ticked"), door)
    passing = _passing(WAYS[way], request.form.get("scan_id"), ticked)
    try:
        with transaction():
            _let_through(found, passing, door)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(door, found, WAYS[way], error=sentence_of(refusal), scan_id=passing.scan_id), 422
    return redirect(url_for(".passed", gate=gate, number=number, way=way, scan_id=passing.scan_id), 303)


def _let_through(found: PartyAtDoor, passing: Passing, door: Door) -> None:
    now = clock.now()
    if "count" not in request.form:
        let_through(found, passing, door, chosen=request.form.getlist("tickets"), now=now)
        return
    count = small_number(request.form["count"].strip())
    if count is None:
        raise NobodyChosen()
    let_some_through(found, passing, door, count=count, now=now)


@pages.get("/<gate>/parties/<number>/<any(entry, exit):way>/<scan_id>")
def passed(gate: str, number: str, way: str, scan_id: str) -> ResponseReturnValue:
    """What the door said, readable at two metres: how many went through, and who did not."""
    door = my_door(gate)
    found = get_party(number, door, now=clock.now())
    said = list_passed(found, _passing(WAYS[way], scan_id), door)
    if not said:
        raise NotFound()
    moves = Verdict.ADMIT if WAYS[way] is Direction.ENTRY else Verdict.LEFT
    return render_template(
        "gate/passed.html",
        door=door,
        party=found,
        way=way,
        said=[(one, scan, _(SAYINGS[scan.verdict].word)) for one, scan in said],
        went=sum(scan.verdict is moves and not scan.is_undone for _one, scan in said),
        clock_of=_clock_of(door),
    )


def _passing(direction: Direction, scan_id: object, ticked: tuple[str, ...] = ()) -> Passing:
    """Raises UnreadableScan."""
    return Passing(
        scan_id=scan_id_of(scan_id),
        direction=direction,
        source=ScanSource.LINK,
        crew_id=current_user.id,
        device_id=current_user.device_id,
        ticked=ticked,
    )


def _page(
    door: Door, found: PartyAtDoor, direction: Direction, *, error: str = "", scan_id: str | None = None
) -> str:
    going = found.going(direction)
    ticked = request.form.getlist("tickets") if error else [one.number for one in going]
    return render_template(
        "gate/party.html",
        door=door,
        party=found,
        way=direction.value,
        going=going,
        ticked=ticked,
        error=error,
        questions=questions_at(door) if direction is Direction.ENTRY else [],
        scan_id=scan_id or fresh_scan_id(),
        others=others_in(found.facts),
        answers=answers_in(found.facts),
        clock_of=_clock_of(door),
    )


def _clock_of(door: Door) -> Any:
    now = clock.now()
    return lambda moment: short_time(moment, door.timezone, now=now)


def party_path(gate: str, number: str, direction: Direction) -> str:
    """Where the party of this ticket is asked about."""
    return url_for("gate.party", gate=gate, number=number, way=direction.value)


def party_answer(showing: Showing, number: str, door: Door) -> dict[str, object]:
    """As JSON: nothing is stored yet. Each of `people` may be sent as a scan of the own ticket, or all by `href`."""
    found = get_party(number, door, now=clock.now())
    people = [
        Person(number=one.number, full_name=one.full_name, came_at=one.came_at, can_leave=one.can_leave)
        for one in found.people
    ]
    return {
        "scan_id": showing.scan_id,
        "verdict": "party",
        "direction": showing.direction,
        "name": found.people[0].full_name,
        "detail": ngettext("%(num)s person", "%(num)s people", len(people)),
        "href": party_path(door.public_id, number, showing.direction),
        "people": [line_of(one) for one in people],
    }
