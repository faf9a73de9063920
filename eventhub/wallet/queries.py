"""Reads what stands on a pass: in every language, and nothing personal once the ticket is not good any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from eventhub.core.errors import NotFound
from eventhub.core.links import base_url
from eventhub.core.text import LANGUAGES, clean_line, localised
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.events.queries import get_event_by_id
from eventhub.events.wording import when
from eventhub.registration.models import Attendee
from eventhub.registration.printing import get_attendee_of, holder_line, printed_place, type_line
from eventhub.tickets.models import Ticket, TicketState
from eventhub.tickets.queries import code_of
from eventhub.tickets.signing import ticket_url
from eventhub.wallet.models import PassOnPhone
from eventhub.wallet.rules import Serial, read_serial

_LONGEST = 200
# Of one phone are looked at; nobody has so many tickets.
_MOST_PASSES = 100


@dataclass(frozen=True, kw_only=True)
class Face:
    """A pass in the words of one language. Without `holder` and `ticket_type` it is not good."""

    title: str
    host: str
    when: str
    where: str
    holder: str = ""
    ticket_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A ticket as a wallet shows it; `faces` by language. `message` is what its QR code says, empty when void."""

    serial: Serial
    ticket_id: int
    event_id: int
    starts_at: datetime
    ends_at: datetime
    faces: Mapping[str, Face]
    message: str

    @property
    def is_void(self) -> bool:
        return not self.message


def card_of(ticket: Ticket) -> Card:
    """The pass of the ticket's last code."""
    return _card(ticket, Serial(number=ticket.number, key_id=ticket.key_id, generation=ticket.generation))


def get_card(serial: str) -> Card:
    """The pass as it is now: void when its code is not the ticket's last, or the event was cancelled.

    Raises NotFound.
    """
    read = read_serial(serial)
    if read is None:
        raise NotFound()
    ticket = db.session.scalars(select(Ticket).where(Ticket.number == read.number)).one_or_none()
    if ticket is None:
        raise NotFound()
    return _card(ticket, read)


def digest_of(card: Card) -> str:
    """Another one when anything that stands on the pass is another."""
    return sha256(repr(card).encode()).hexdigest()


def list_changes(device: str) -> dict[str, str]:
    """The new digests, by serial, of the phone's passes that are others than when they were last looked at."""
    query = select(PassOnPhone.serial, PassOnPhone.digest).where(PassOnPhone.device == device)
    known = {row.serial: row.digest for row in db.session.execute(query.limit(_MOST_PASSES))}
    found = {serial: digest_of(get_card(serial)) for serial in known}
    return {serial: digest for serial, digest in found.items() if digest != known[serial]}


def list_passes(device: str, *, since: datetime | None) -> list[tuple[str, datetime]]:
    """The phone's passes that changed after this moment, or all, with when they did; the oldest change first."""
    query = select(PassOnPhone.serial, PassOnPhone.changed_at).where(PassOnPhone.device == device)
    if since is not None:
        query = query.where(PassOnPhone.changed_at > since)
    ordered = query.order_by(PassOnPhone.changed_at, PassOnPhone.serial).limit(_MOST_PASSES)
    return [(row.serial, row.changed_at) for row in db.session.execute(ordered)]


def _card(ticket: Ticket, serial: Serial) -> Card:
    event = get_event_by_id(ticket.event_id)
    is_last = (serial.key_id, serial.generation) == (ticket.key_id, ticket.generation)
    is_good = is_last and ticket.state is TicketState.VALID and event.cancelled_at is None
    attendee = get_attendee_of(ticket.id) if is_good else None
    return Card(
        serial=serial,
        ticket_id=ticket.id,
        event_id=event.id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        faces={language: _face(event, attendee, language) for language in LANGUAGES},
        message=ticket_url(base_url(), code_of(ticket)) if is_good else "",
    )


def _face(event: Event, attendee: Attendee | None, language: str) -> Face:
    return Face(
        title=_fitting(localised(event.title, language)),
        host=_fitting(localised(event.host, language)),
        when=when(event, language),
        where=_fitting(printed_place(event, language)),
        holder=_fitting(holder_line(attendee, language)) if attendee else "",
        ticket_type=_fitting(type_line(attendee, language)) if attendee else "",
    )


def _fitting(text: str) -> str:
    line = clean_line(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
