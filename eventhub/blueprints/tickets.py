"""A ticket by its code: for its holder to show, for the crew to judge; as a picture and as a PDF."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from eventhub.blueprints.event_page import calendar_links
from eventhub.blueprints.gate.door import door_view
from eventhub.checkin.desk import find_presence
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.links import base_url
from eventhub.core.text import LANGUAGES
from eventhub.db import transaction
from eventhub.events import wording
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.registration.parties.queries import list_names_with
from eventhub.registration.printing import get_attendee_of, ticket_document
from eventhub.tickets.models import Ticket
from eventhub.tickets.picture import qr_png, qr_svg
from eventhub.tickets.queries import get_by_code
from eventhub.tickets.rules import is_current
from eventhub.tickets.signing import MalformedCode, canonical, ticket_url
from eventhub.wallet.apple import MEDIA_TYPE, pass_bundle
from eventhub.wallet.commands import note_offer
from eventhub.wallet.google import save_link
from eventhub.wallet.queries import Card, card_of
from eventhub.web.assets import DIST, asset
from eventhub.web.headers import private
from eventhub.web.i18n import language
from eventhub.web.wallets import wallets_at
from eventhub.web.wording import card, when

pages = Blueprint("tickets", __name__)
pages.before_request(private)


@pages.get("/t/sw.js")
def worker() -> Response:
    """The service worker that keeps an opened ticket for a place without network; its scope is /t/."""
    source = (DIST / Path(asset("ticket-sw.js")).name).read_bytes()
    return Response(source, content_type="text/javascript")


@pages.get("/T/<code>")
def from_qr(code: str) -> ResponseReturnValue:
    """A QR code holds capitals alone; the page's own address is the quieter one."""
    return redirect(f"/t/{_canonical(code)}")


@pages.get("/t/<code>")
def show(code: str) -> ResponseReturnValue:
    """The holder sees the ticket; a signed-in crew member sees the verdict, and the ticket by ?holder=1."""
    verdict = None if "holder" in request.args else door_view(code)
    if verdict is not None:
        return verdict
    ticket, is_last = _ticket(code)
    attendee = get_attendee_of(ticket.id)
    event = attendee.registration.event
    return render_template(
        "tickets/show.html",
        attendee=attendee,
        ticket=ticket,
        event=event,
        card=card(event),
        code=_canonical(code),
        when=when(event),
        where=wording.where(event, language()),
        calendar=calendar_links(event),
        state=_state(ticket, event, is_last=is_last),
        presence=find_presence(ticket),
        party=list_names_with(attendee),
        wallets=wallets_at(clock.now()),
    )


@pages.get("/t/<code>/qr.svg")
def svg(code: str) -> Response:
    attendee = _valid(code)
    picture = qr_svg(ticket_url(base_url(), _canonical(code)), title=_number(attendee))
    return Response(picture, content_type="image/svg+xml")


@pages.get("/t/<code>/qr.png")
def png(code: str) -> Response:
    _valid(code)
    return Response(qr_png(ticket_url(base_url(), _canonical(code))), content_type="image/png")


@pages.get("/t/<code>/ticket.pdf")
def pdf(code: str) -> Response:
    """A6, in the reader's language, or in that of ?lang=."""
    attendee = _valid(code)
    asked = request.args.get("lang")
    body = ticket_document(
        attendee.ticket_id or 0, language=asked if asked in LANGUAGES else language(), now=clock.now()
    )
    response = Response(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="ticket-{_number(attendee)}.pdf"'
    return response


@pages.get("/t/<code>/ticket.pkpass")
def apple_pass(code: str) -> Response:
    """The ticket for Apple's Wallet; nothing is there until an installation has its keys."""
    card, identity = _card(code), wallets_at(clock.now()).apple
    if identity is None:
        raise NotFound()
    response = Response(pass_bundle(card, identity), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="ticket-{card.serial.number}.pkpass"'
    return response


@pages.get("/t/<code>/google-wallet")
def google_pass(code: str) -> ResponseReturnValue:
    """On to Google's Wallet: who does not press the link tells Google nothing."""
    card, identity = _card(code), wallets_at(clock.now()).google
    if identity is None:
        raise NotFound()
    now = clock.now()
    with transaction():
        note_offer(card, language=language(), now=now)
    return redirect(save_link(card, identity, language=language(), now=now))


def _card(code: str) -> Card:
    ticket = _valid(code).ticket
    card = None if ticket is None else card_of(ticket)
    if card is None or card.is_void:
        raise NotFound()
    return card


def _ticket(code: str) -> tuple[Ticket, bool]:
    """The ticket, and whether this is its last code. Raises NotFound for what we did not sign."""
    ticket, claim = get_by_code(code)
    return ticket, is_current(claim, key_id=ticket.key_id, generation=ticket.generation)


def _valid(code: str) -> Attendee:
    """Pictures and prints are made of a good code alone: nobody shall print a void ticket."""
    ticket, is_last = _ticket(code)
    if not is_last or ticket.voided_at is not None:
        raise NotFound()
    return get_attendee_of(ticket.id)


def _canonical(code: str) -> str:
    try:
        return canonical(code)
    except MalformedCode:
        raise NotFound() from None


def _number(attendee: Attendee) -> str:
    return attendee.ticket.number if attendee.ticket else ""


def _state(ticket: Ticket, event: Event, *, is_last: bool) -> str:
    """What is to be said of the ticket before its code is shown: good, replaced, void or cancelled."""
    if event.cancelled_at is not None:
        return "cancelled"
    if ticket.voided_at is not None:
        return "void"
    return "good" if is_last else "replaced"
