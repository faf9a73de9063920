"""Reads what stands on a pass: in every language, and nothing personal once the ticket is not good any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventhub.core.links import base_url
from eventhub.core.text import LANGUAGES, clean_line, localised
from eventhub.core.translation import translator
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.events.queries import get_event_by_id
from eventhub.events.wording import when, where
from eventhub.registration.models import Attendee
from eventhub.registration.printing import ONLINE, get_attendee_of, sheet_of
from eventhub.tickets.models import Ticket, TicketState
from eventhub.tickets.queries import code_of
from eventhub.tickets.signing import ticket_url
from eventhub.wallet.rules import Serial, read_serial

_LONGEST = 200


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


def find_card(serial: str) -> Card | None:
    """The pass as it is now: void when its code is not the ticket's last, or the event was cancelled."""
    read = read_serial(serial)
    if read is None:
        return None
    ticket = db.session.scalars(select(Ticket).where(Ticket.number == read.number)).one_or_none()
    return None if ticket is None else _card(ticket, read)


def _card(ticket: Ticket, serial: Serial) -> Card:
    event = get_event_by_id(ticket.event_id)
    is_last = (serial.key_id, serial.generation) == (ticket.key_id, ticket.generation)
    is_good = is_last and ticket.state is TicketState.VALID and event.cancelled_at is None
    attendee = get_attendee_of(ticket.id) if is_good else None
    return Card(
        serial=serial,
        event_id=event.id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        faces={language: _face(event, attendee, language) for language in LANGUAGES},
        message=ticket_url(base_url(), code_of(ticket)) if is_good else "",
    )


def _face(event: Event, attendee: Attendee | None, language: str) -> Face:
    if attendee is None:
        return Face(
            title=_fitting(localised(event.title, language)),
            host=_fitting(localised(event.host, language)),
            when=when(event, language),
            where=_fitting(where(event, language) or translator(language)(ONLINE)),
        )
    sheet = sheet_of(attendee, language)
    return Face(
        title=_fitting(sheet.event_title),
        host=_fitting(sheet.host),
        when=sheet.when,
        where=_fitting(sheet.where),
        holder=_fitting(sheet.holder),
        ticket_type=_fitting(sheet.ticket_type),
    )


def _fitting(text: str) -> str:
    line = clean_line(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
