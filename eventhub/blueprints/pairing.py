"""Pairing a phone with the gates of an event: the link of a QR code, one button, and no account."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventhub.checkin.devices.commands import pair
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.queries import PAIR, get_device_by_link, pairing_subject
from eventhub.checkin.devices.rules import PairingOver
from eventhub.core import clock
from eventhub.core.keys import token_matches
from eventhub.db import transaction
from eventhub.events.queries import get_event_by_id
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.phones import remember_phone

pages = Blueprint("pairing", __name__, url_prefix="/gate/pair")
pages.before_request(private)


@pages.get("/<device>/<secret>")
def ask(device: str, secret: str) -> ResponseReturnValue:
    """What a link's preview sees; only the button pairs."""
    found = _to_be_paired(device, secret)
    event = get_event_by_id(found.event_id)
    return render_template("gate/pair.html", form=PageForm(), device=found, event=event)


@pages.post("/<device>/<secret>")
def confirm(device: str, secret: str) -> ResponseReturnValue:
    found = _to_be_paired(device, secret)
    with transaction():
        token = pair(found, secret, now=clock.now())
    only = found.gates[0] if found.gates and len(found.gates) == 1 else None
    response = make_response(
        redirect(url_for("gate.show", gate=only) if only else url_for("gate.index"), 303)
    )
    remember_phone(response, token, until=found.expires_at)
    return response


def _to_be_paired(device: str, secret: str) -> Device:
    """Raises NotFound for what is no phone, PairingOver for a link that is used or old."""
    found = get_device_by_link(device)
    if not (found.may_be_paired(clock.now()) and token_matches(PAIR, pairing_subject(found), secret)):
        raise PairingOver()
    return found
