"""A tablet at which people check themselves in: the camera, one card, and a form for who has no ticket.

While it is on, no other page of the gates opens in this browser; it is left by the supervisor's way alone.
"""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import PasswordField

from eventhub.accounts.passwords import is_right
from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import my_door, my_scan, remember, scan_id_of
from eventhub.blueprints.gate.saying import SAYINGS, initial_of, types_at
from eventhub.blueprints.gate.walk_in import NewcomerForm, walk_in_showing
from eventhub.checkin.commands import redeem
from eventhub.checkin.offline.pin import WrongPin, count_pin, pin_was_right
from eventhub.checkin.offline.settings import offline_settings
from eventhub.checkin.queries import Door, get_scan, get_ticket_of
from eventhub.checkin.rules import ScanSource, Verdict
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.db import transaction
from eventhub.events.queries import get_event_by_id
from eventhub.registration.walking_in import walk_in
from eventhub.tickets.queries import code_of
from eventhub.web.forms import PageForm
from eventhub.web.i18n import language
from eventhub.web.kiosks import forget_kiosk, keep_kiosk, kiosk_gate

# Whoever goes back on the tablet does not find the code of who stood there before.
CODE_IS_SHOWN = timedelta(minutes=2)
_OPEN = frozenset(
    f"gate.{name}"
    for name in (
        "kiosk",
        "kiosk_form",
        "register_at_kiosk",
        "registered_at_kiosk",
        "kiosk_exit",
        "leave_kiosk",
        "decoder",
        "scan",
        "manifest",
        "sync",
        "keeper",
        "app_manifest",
    )
) | {"static"}


class LeaveForm(PageForm):
    """Out of the self-service screen."""

    pin = PasswordField(_l("PIN"))


@pages.before_app_request
def stay_at_the_kiosk() -> ResponseReturnValue | None:
    """Whoever goes back or types another address on the tablet stays where they are, and at this very gate."""
    gate = kiosk_gate()
    is_here = (request.view_args or {}).get("gate", gate) == gate
    if gate is None or (request.endpoint in _OPEN and is_here):
        return None
    if not current_user.is_crew:
        forget_kiosk()
        return None
    return redirect(url_for("gate.kiosk", gate=gate))


@pages.get("/<gate>/kiosk")
def kiosk(gate: str) -> ResponseReturnValue:
    door = my_door(gate)
    remember(door)
    page = render_template(
        "gate/kiosk.html",
        door=door,
        sayings={name: saying for name, saying in SAYINGS.items() if name is not Verdict.ASK},
        types=types_at(door),
        registers=_registers(door),
    )
    return keep_kiosk(page, door.public_id)


@pages.get("/<gate>/kiosk/register")
def kiosk_form(gate: str) -> ResponseReturnValue:
    return _form(_door_that_registers(gate), NewcomerForm())


@pages.post("/<gate>/kiosk/register")
def register_at_kiosk(gate: str) -> ResponseReturnValue:
    """Register who stands there, and let them in; what is there about somebody already is the crew's to see."""
    door, form, now = _door_that_registers(gate), NewcomerForm(), clock.now()
    scan_id = scan_id_of(form.scan_id.data)

    def deed() -> None:
        event = get_event_by_id(door.event_id)
        asked = form.walk_in(language=language(), said="screen")
        made = walk_in(asked, event=event, by=current_user.public_id, now=now)
        redeem(walk_in_showing(made, scan_id, door, ()), now=now)

    if form.validate() and form.carry_out(deed):
        return redirect(url_for(".registered_at_kiosk", gate=gate, scan_id=scan_id), 303)
    return _form(door, form), form.status


@pages.get("/<gate>/kiosk/registered/<scan_id>")
def registered_at_kiosk(gate: str, scan_id: str) -> ResponseReturnValue:
    """Welcome, and the code to take a picture of, for a short time."""
    door = my_door(gate)
    identity = my_scan(scan_id, door)
    ticket = get_ticket_of(identity, event_id=door.event_id, source=ScanSource.WALK_IN)
    record = get_scan(identity, event_id=door.event_id)
    if clock.now() - record.scanned_at > CODE_IS_SHOWN:
        return redirect(url_for(".kiosk", gate=gate))
    return render_template(
        "gate/kiosk_registered.html",
        door=door,
        saying=SAYINGS[record.verdict],
        initial=initial_of(record.full_name),
        ticket=ticket,
        code=code_of(ticket),
    )


@pages.get("/<gate>/kiosk/leave")
def kiosk_exit(gate: str) -> ResponseReturnValue:
    return _exit(my_door(gate), LeaveForm(formdata=None))


@pages.post("/<gate>/kiosk/leave")
def leave_kiosk(gate: str) -> ResponseReturnValue:
    """Back to the scanner, for who knows the PIN, where there is one."""
    door, form = my_door(gate), LeaveForm()
    pin_hash = offline_settings(door.event_id).pin_hash
    if not form.validate_on_submit() or (pin_hash and not _knows_the_pin(door, form, pin_hash)):
        return _exit(door, form), form.status, dict(form.headers)
    forget_kiosk()
    return redirect(url_for(".show", gate=gate), 303)


def _knows_the_pin(door: Door, form: LeaveForm, pin_hash: str) -> bool:
    facts = {"event_id": door.event_id, "who": current_user.public_id, "now": clock.now()}
    if not form.carry_out(lambda: count_pin(**facts)):
        return False
    # Between the transactions, as a password.
    if not is_right(form.pin.data or "", pin_hash):
        form.lay(WrongPin())
        return False
    with transaction():
        pin_was_right(**facts)
    return True


def _registers(door: Door) -> bool:
    """Where the crew has something to look at first, nobody comes in by themselves."""
    return not any(one.required for one in door.questions)


def _door_that_registers(gate: str) -> Door:
    door = my_door(gate)
    if not _registers(door):
        raise NotFound()
    return door


def _form(door: Door, form: NewcomerForm) -> str:
    form.ask_consents()
    return render_template("gate/kiosk_form.html", door=door, form=form)


def _exit(door: Door, form: LeaveForm) -> str:
    has_pin = offline_settings(door.event_id).pin_hash is not None
    return render_template("gate/kiosk_exit.html", door=door, form=form, has_pin=has_pin)
