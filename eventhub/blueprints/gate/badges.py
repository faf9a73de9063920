"""Printing on arrival: the badge of whom this door has just let in, where the event prints badges at its doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from eventhub.badges.commands import print_one
from eventhub.badges.models import BadgePrinting
from eventhub.badges.queries import find_arrival_layout, get_printing, list_printed, prints_of
from eventhub.badges.rules import LONGEST_REASON, Layout, PrintAsk
from eventhub.badges.sheets import picture_of, printed_document
from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import my_door, scan_id_of
from eventhub.blueprints.gate.saying import short_time
from eventhub.checkin.queries import Door, get_scan, get_ticket_of
from eventhub.checkin.rules import REPEATED, Verdict
from eventhub.checkin.showing import ScanRecord
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.ids import public_id
from eventhub.events.models import Event
from eventhub.events.queries import get_event_by_id
from eventhub.tickets.models import Ticket, TicketState
from eventhub.web.forms import PageForm, one_line

CAME_IN = (Verdict.ADMIT, *REPEATED)
# What the scanner's script puts its own scan in place of.
ANY_SCAN = "SCAN"


class BadgeForm(PageForm):
    """One badge. The key makes the form, sent twice, one printing."""

    key = HiddenField(default=public_id, filters=[lambda key: one_line(key)[:40] or public_id()])
    reason = StringField(_l("Why it is printed once more"), [Length(max=LONGEST_REASON)], filters=[one_line])


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A scan that let somebody in, with the ticket and the paper for its badge."""

    door: Door
    record: ScanRecord
    ticket: Ticket
    layout: Layout

    @property
    def address(self) -> dict[str, Any]:
        return {"gate": self.door.public_id, "scan_id": self.record.scan_id}

    @property
    def event(self) -> Event:
        return get_event_by_id(self.door.event_id)


@pages.context_processor
def badge_link() -> dict[str, Any]:
    """For the verdicts' templates: where the badge is printed; empty where none is."""
    return {"badge_path": _badge_path}


def _badge_path(door: Door, record: ScanRecord | None = None) -> str:
    """Without a record for the scanner's script, which fills its own scan in."""
    if record is not None and not _let_in(record):
        return ""
    if find_arrival_layout(door.event_id) is None:
        return ""
    return url_for("gate.badge", gate=door.public_id, scan_id=record.scan_id if record else ANY_SCAN)


def _let_in(record: ScanRecord) -> bool:
    return record.verdict in CAME_IN and not record.is_undone


@pages.get("/<gate>/badges/<scan_id>")
def badge(gate: str, scan_id: str) -> ResponseReturnValue:
    """The badge before it is printed, and when that was done already."""
    return _page(_arrival(gate, scan_id), BadgeForm())


@pages.post("/<gate>/badges/<scan_id>")
def print_badge(gate: str, scan_id: str) -> ResponseReturnValue:
    """Note the printing down, then show the page that opens the browser's dialog."""
    arrival, form = _arrival(gate, scan_id), BadgeForm()
    made: list[BadgePrinting] = []

    def deed() -> None:
        ask = PrintAsk(key=form.key.data or "", layout=arrival.layout, reason=form.reason.data or "")
        made.append(
            print_one(arrival.ticket, ask, by=current_user, device_id=current_user.device_id, now=clock.now())
        )

    if form.validate() and form.carry_out(deed):
        return redirect(url_for(".printed_badge", printing=made[0].public_id, **arrival.address), 303)
    return _page(arrival, form), form.status


@pages.get("/<gate>/badges/<scan_id>/badge.svg")
def badge_picture(gate: str, scan_id: str) -> Response:
    arrival = _arrival(gate, scan_id)
    picture = picture_of(arrival.event, arrival.ticket.id, arrival.layout, language="")
    return Response(picture, content_type="image/svg+xml")


@pages.get("/<gate>/badges/<scan_id>/<printing>")
def printed_badge(gate: str, scan_id: str, printing: str) -> ResponseReturnValue:
    """A page of the badge's own size, which opens the browser's dialog by itself."""
    arrival = _arrival(gate, scan_id)
    made = _printing(arrival, printing)
    return render_template("gate/printed_badge.html", arrival=arrival, printing=made)


@pages.get("/<gate>/badges/<scan_id>/<printing>/badge.pdf")
def badge_pdf(gate: str, scan_id: str, printing: str) -> Response:
    """For browsers that don't keep to the size of a page."""
    arrival = _arrival(gate, scan_id)
    body = printed_document(_printing(arrival, printing), arrival.event, now=clock.now())
    response = Response(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="badge-{arrival.ticket.number}.pdf"'
    return response


def _arrival(gate: str, scan_id: str) -> Arrival:
    """Raises NotFound unless this scan let somebody in whose ticket is valid, at an event that prints."""
    door, identity = my_door(gate), scan_id_of(scan_id)
    record = get_scan(identity, event_id=door.event_id)
    layout = find_arrival_layout(door.event_id)
    if layout is None or not _let_in(record):
        raise NotFound()
    ticket = get_ticket_of(identity, event_id=door.event_id)
    if ticket.state is not TicketState.VALID:
        raise NotFound()
    return Arrival(door=door, record=record, ticket=ticket, layout=layout)


def _printing(arrival: Arrival, name: str) -> BadgePrinting:
    made = get_printing(arrival.door.event_id, name)
    if list_printed(made) != [arrival.ticket.id]:
        raise NotFound()
    return made


def _page(arrival: Arrival, form: BadgeForm) -> str:
    before, now = prints_of([arrival.ticket.id]).get(arrival.ticket.id), clock.now()
    return render_template(
        "gate/badge.html",
        arrival=arrival,
        form=form,
        printed=before,
        last=short_time(before.last_at, arrival.door.timezone, now=now) if before else "",
    )
