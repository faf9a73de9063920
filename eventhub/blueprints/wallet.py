"""The service that phones ask whether a pass has changed, as Apple's Wallet lays it down; without cookies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import clean_line
from eventhub.db import transaction
from eventhub.throttle import Limit, count_try, network_of
from eventhub.wallet.apple import MEDIA_TYPE, pass_bundle
from eventhub.wallet.commands import forget_phone, note_changes, register_phone
from eventhub.wallet.identity import AppleIdentity, Wallets
from eventhub.wallet.queries import get_card, list_changes, list_passes
from eventhub.wallet.rules import is_device, may_ask_for
from eventhub.web.errors import problem
from eventhub.web.forms import csrf
from eventhub.web.headers import private
from eventhub.web.proxies import caller_address

service = Blueprint("wallet", __name__, url_prefix="/wallet/v1")
service.before_request(private)
# A phone has no form of ours and no cookie: what it shows is the token of its pass.
csrf.exempt(service)

_SCHEME = "ApplePass "
_LONGEST_TOKEN = 200
_MOST_LINES, _LONGEST_LINE = 10, 300
_COMPLAINTS = Limit(name="wallet-log", tries=60, window=timedelta(hours=1))
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@service.before_request
def _ask_for_the_token() -> ResponseReturnValue | None:
    """Where an address names a pass, its token comes with the request."""
    kept = request.view_args or {}
    identity = _identity()
    if kept.get("pass_type", identity.pass_type) != identity.pass_type:
        raise NotFound()
    if not is_device(kept.get("device", "phone")):
        raise NotFound()
    shown = request.headers.get("Authorization", "")
    if "serial" not in kept:
        return None
    if shown.startswith(_SCHEME) and may_ask_for(kept["serial"], shown.removeprefix(_SCHEME)):
        return None
    return problem(401, _("This is not the token of the pass."))


@service.post("/devices/<device>/registrations/<pass_type>/<serial>")
def register(device: str, pass_type: str, serial: str) -> ResponseReturnValue:
    """201 for a phone that is new to the pass, 200 for one that is not."""
    token = _push_token()
    if not token:
        return problem(400, _("We could not read this request."))
    with transaction():
        is_new = register_phone(device, serial, push_token=token, now=clock.now())
    return Response(status=201 if is_new else 200)


@service.delete("/devices/<device>/registrations/<pass_type>/<serial>")
def unregister(device: str, pass_type: str, serial: str) -> ResponseReturnValue:
    with transaction():
        forget_phone(device, serial)
    return Response(status=200)


@service.get("/devices/<device>/registrations/<pass_type>")
def list_changed(device: str, pass_type: str) -> ResponseReturnValue:
    """Which passes of the phone changed since what we said last; 204 when none did."""
    changes = list_changes(device)
    if changes:
        with transaction():
            note_changes(device, changes, now=clock.now())
    passes = list_passes(device, since=_since(request.args.get("passesUpdatedSince", "")))
    if not passes:
        return Response(status=204)
    newest = (passes[-1][1] - _BEGINNING) // _MICROSECOND
    return jsonify({"serialNumbers": [serial for serial, _at in passes], "lastUpdated": str(newest)})


@service.get("/passes/<pass_type>/<serial>")
def show(pass_type: str, serial: str) -> ResponseReturnValue:
    """The pass as it is now; a void one says so."""
    response = Response(pass_bundle(get_card(serial), _identity()), content_type=MEDIA_TYPE)
    response.last_modified = clock.now()
    return response


@service.post("/log")
def log() -> ResponseReturnValue:
    """What a phone complains about, into our log: a few short lines, and not from anybody without end."""
    lines = _lines()
    with transaction():
        count_try(_COMPLAINTS, network_of(caller_address()), now=clock.now())
    for line in lines:
        current_app.logger.warning("a phone says of its pass: %s", line)
    return Response(status=200)


def _identity() -> AppleIdentity:
    wallets: Wallets = current_app.extensions["wallets"]
    if wallets.apple is None:
        raise NotFound()
    return wallets.apple


def _body(name: str) -> object:
    sent = request.get_json(silent=True)
    return sent.get(name) if isinstance(sent, dict) else None


def _push_token() -> str:
    token = _body("pushToken")
    fits = isinstance(token, str) and token.isascii() and token.isalnum() and len(token) <= _LONGEST_TOKEN
    return str(token) if fits else ""


def _lines() -> list[str]:
    told = _body("logs")
    lines = told if isinstance(told, list) else []
    return [clean_line(line)[:_LONGEST_LINE] for line in lines[:_MOST_LINES] if isinstance(line, str)]


def _since(tag: str) -> datetime | None:
    """What we said as lastUpdated; anything else asks for all."""
    if not (tag.isascii() and tag.isdigit() and len(tag) <= 17):
        return None
    return _BEGINNING + int(tag) * _MICROSECOND
