"""A ticket's link opened by crew with any phone camera: the verdict as it would be, and one button for it."""

from __future__ import annotations

from flask import redirect, render_template, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from eventhub.accounts.rules import WORKS_AT_A_DOOR
from eventhub.blueprints.gate.parties import party_path
from eventhub.blueprints.gate.reading import link_showing, remembered_door
from eventhub.blueprints.gate.saying import card_of, questions_at, types_at
from eventhub.checkin.crew_answers import NO_FACTS, facts_of_tickets
from eventhub.checkin.parties import OPEN_VERDICTS, find_party_shown
from eventhub.checkin.queries import Door, find_door_of_event
from eventhub.checkin.rules import Verdict
from eventhub.checkin.showing import Shown, judged, shown_by_code
from eventhub.core import clock
from eventhub.web.headers import private


def door_view(code: str) -> ResponseReturnValue | None:
    """The verdict page for a visitor who works at a door; None for everyone else, who sees the ticket itself.

    Nothing is stored. Asked at this browser's gate while its event is on, else at the ticket's own event.
    """
    if not current_user.is_crew:
        return None
    shown = shown_by_code(code)
    door = _door_on_duty() or _door_of(shown)
    if door is None:
        return None
    private()
    now = clock.now()
    showing = link_showing(shown, door)
    party = find_party_shown(showing, now=now)
    if party is not None:
        return redirect(party_path(door.public_id, party, showing.direction))
    known, record = judged(showing, now=now)
    tickets = [known.ticket_id] if known.ticket_id and record.verdict in OPEN_VERDICTS else []
    facts = next(iter(facts_of_tickets(tickets, event_id=door.event_id).values()), NO_FACTS)
    types = types_at(door) if record.verdict is Verdict.WRONG_TYPE else ""
    card = card_of(record, door, facts=facts, types=types, now=now)
    return render_template(
        "gate/door.html", door=door, record=record, card=card, code=code, questions=questions_at(door)
    )


def _door_on_duty() -> Door | None:
    door = remembered_door() if session else None
    return door if door is not None and door.facts.is_open(clock.now()) else None


def _door_of(shown: Shown) -> Door | None:
    if shown.claim is None or not current_user.may(WORKS_AT_A_DOOR, event_id=shown.claim.event_number):
        return None
    own = current_user.phone.gates if current_user.phone else None
    return find_door_of_event(shown.claim.event_number, among=own)
