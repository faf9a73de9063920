"""The scanner's page and its pages for work without script: type a code, look a name up, take back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, Length

from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.parties import party_path
from eventhub.blueprints.gate.reading import fresh_scan_id, my_door, my_scan, remember, scan_id_of, showing_of
from eventhub.blueprints.gate.saying import (
    SAYINGS,
    TICKET_TYPES,
    Card,
    card_of,
    facts_of,
    in_one_line,
    questions_at,
    short_time,
    types_at,
)
from eventhub.checkin.commands import redeem, undo, would_come_in
from eventhub.checkin.offline.settings import offline_settings
from eventhub.checkin.parties import find_party_shown
from eventhub.checkin.people import Count, count_people, search_people
from eventhub.checkin.queries import Door, get_scan, list_last_scans
from eventhub.checkin.rules import LONGEST_REASON, USUAL_REASONS, Direction, ScanSource, Verdict
from eventhub.checkin.showing import Showing, judged
from eventhub.core import clock
from eventhub.core.refusals import ReasonMissing
from eventhub.core.text import clean_line
from eventhub.db import transaction
from eventhub.web.assets import DIST, asset
from eventhub.web.forms import PageForm, offered, one_line
from eventhub.web.i18n import sentence_of

DIRECTIONS = offered([(Direction.ENTRY.value, _l("Entry")), (Direction.EXIT.value, _l("Exit"))])


class ScanForm(PageForm):
    """One scan by hand. Its scan_id is made with the form, so that sending the form twice is one scan."""

    code = StringField(_l("Code of the ticket"), filters=[one_line])
    ticket = HiddenField()
    direction = RadioField(_l("Direction"), choices=DIRECTIONS, default=Direction.ENTRY.value)
    source = HiddenField(default=ScanSource.WEDGE.value)
    scan_id = HiddenField(default=fresh_scan_id)
    reason = RadioField(
        _l("Why without a ticket?"),
        choices=offered([(reason, _l(reason)) for reason in USUAL_REASONS]),
        validate_choice=False,
    )
    own_words = StringField(_l("Or in your own words"), filters=[one_line])


class UndoForm(PageForm):
    reason = StringField(_l("Reason"), [DataRequired(), Length(max=LONGEST_REASON)], filters=[one_line])
    scan_id = HiddenField(default=fresh_scan_id)


@pages.get("/decoder.js")
def decoder() -> Response:
    """The decoder's worker, served from here: a worker obeys the policy that it comes with."""
    source = (DIST / Path(asset("decode-worker.js")).name).read_bytes()
    return Response(source, content_type="text/javascript")


@pages.get("/<gate>/ready")
def ready(gate: str) -> ResponseReturnValue:
    """What this phone needs for its shift, tried by the page's script."""
    return render_template("gate/ready.html", door=my_door(gate))


@pages.get("/<gate>")
def show(gate: str) -> ResponseReturnValue:
    door = my_door(gate)
    remember(door)
    return _scanner(door, ScanForm())


@pages.post("/<gate>")
def submit(gate: str) -> ResponseReturnValue:
    """The plain form: redeem, then show the stored verdict at its own address."""
    door = my_door(gate)
    form = ScanForm()
    if not (form.code.data or form.ticket.data):
        form.code.errors = [_("Scan, type or paste the code of a ticket.")]
        return _scanner(door, form), 422
    showing, now = showing_of(_as_body(form), door), clock.now()
    if showing.lacks_reason and would_come_in(showing, now=now):
        return _why(door, form, showing)
    party = find_party_shown(showing, now=now)
    if party is not None:
        return redirect(party_path(gate, party, showing.direction), 303)
    with transaction():
        record = redeem(showing, now=now)
    if record.verdict is Verdict.ASK:
        return _ask(door, form, card_of(record, door, now=now))
    return redirect(url_for(".verdict", gate=gate, scan_id=showing.scan_id), 303)


def _why(door: Door, form: ScanForm, showing: Showing) -> ResponseReturnValue:
    """Who was found by name comes in for a reason; asked again when it was sent without one."""
    again = "confirmed" in request.form
    if again:
        form.reason.errors = [sentence_of(ReasonMissing())]
    _known, record = judged(showing, now=clock.now())
    page = render_template("gate/why.html", door=door, form=form, record=record)
    return page, 422 if again else 200


def _ask(door: Door, form: ScanForm, card: Card) -> ResponseReturnValue:
    """What has to be ticked; asked again when it was sent without."""
    again = "asked" in request.form
    page = render_template(
        "gate/ask.html", door=door, card=card, form=form, questions=questions_at(door), again=again
    )
    return page, 422 if again else 200


def _as_body(form: ScanForm) -> dict[str, Any]:
    values = {name: value or None for name, value in form.data.items()}
    sent = {name: values.get(name) for name in ("scan_id", "code", "ticket", "direction", "source")}
    reason = values["own_words"] or values["reason"]
    return {
        **sent,
        "reason": reason,
        "ticked": request.form.getlist("ticked") if "asked" in request.form else None,
    }


@pages.get("/<gate>/scans/<scan_id>")
def verdict(gate: str, scan_id: str) -> ResponseReturnValue:
    """A stored scan, readable at two metres."""
    return _verdict(my_door(gate), scan_id, UndoForm())


@pages.post("/<gate>/scans/<scan_id>")
def take_back(gate: str, scan_id: str) -> ResponseReturnValue:
    """Undo by the plain form."""
    door, form = my_door(gate), UndoForm()
    if not form.validate_on_submit():
        return _verdict(door, scan_id, form), 422
    with transaction():
        undo(
            undone_id=my_scan(scan_id, door),
            scan_id=scan_id_of(form.scan_id.data),
            door=door,
            reason=form.reason.data or "",
            crew_id=current_user.id,
            device_id=current_user.device_id,
            now=clock.now(),
        )
    flash(_("The scan is undone."))
    return redirect(url_for(".show", gate=gate), 303)


def _verdict(door: Door, scan_id: str, form: UndoForm) -> str:
    record = get_scan(my_scan(scan_id, door), event_id=door.event_id)
    types = types_at(door) if record.verdict is Verdict.WRONG_TYPE else ""
    card = card_of(record, door, facts=facts_of(record, door), types=types, now=clock.now())
    return render_template(
        "gate/verdict.html", door=door, record=record, card=card, form=form, usual_reasons=USUAL_REASONS
    )


def _scanner(door: Door, form: ScanForm) -> str:
    now, query, types = clock.now(), clean_line(request.args.get("q", "")), types_at(door)
    scans = [(record, card_of(record, door, types=types, now=now)) for record in list_last_scans(door)]
    people = search_people(query, door, now=now)
    return _page(door, form, query=query, people=people, scans=scans, count=count_people(door), types=types)


def empty_scanner(door: Door) -> str:
    """The same page before anybody came, to be kept on a phone."""
    nobody = Count(inside=0, admitted=0, total=0)
    form = ScanForm(formdata=None)
    return _page(door, form, query="", people=[], scans=[], count=nobody, types=types_at(door), is_kept=True)


def _page(door: Door, form: ScanForm, **shown: object) -> str:
    now = clock.now()
    return render_template(
        "gate/show.html",
        door=door,
        form=form,
        sayings=SAYINGS,
        ticket_types=TICKET_TYPES,
        clock_of=lambda moment: short_time(moment, door.timezone, now=now),
        fresh_scan_id=fresh_scan_id,
        known_of=in_one_line,
        has_pin=offline_settings(door.event_id).pin_hash is not None,
        **shown,
    )
