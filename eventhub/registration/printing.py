"""A ticket's sheet in the words and the time of its reader, and the sheet as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Load, joinedload

from eventhub.core.errors import NotFound
from eventhub.core.links import absolute, base_url
from eventhub.core.text import N_, localised
from eventhub.core.tombstones import shown_name
from eventhub.core.translation import translator
from eventhub.db import db
from eventhub.documents.ticket import TicketSheet, tickets_pdf
from eventhub.events.models import Event
from eventhub.events.queries import without_long_texts
from eventhub.events.rules import Format
from eventhub.events.wording import when, where
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.fares import type_of
from eventhub.registration.parties.queries import list_names_with
from eventhub.tickets.picture import qr_svg
from eventhub.tickets.queries import code_of
from eventhub.tickets.signing import ticket_url

PARTICIPANT = N_("Participant")
ONLINE = N_("Online")
NOT_KNOWN_YET = N_("Place to be announced")
# More of them would be printed too small to be read.
MOST_NAMES = 6


def get_attendee_of(ticket_id: int) -> Attendee:
    """The holder of a ticket, with registration and event. Raises NotFound."""
    attendee = db.session.scalars(_holder(), {"ticket": ticket_id}).one_or_none()
    if attendee is None:
        raise NotFound()
    return attendee


@cache
def _holder() -> Select[Attendee]:
    return (
        select(Attendee)
        .where(Attendee.ticket_id == bindparam("ticket"))
        .options(
            joinedload(Attendee.ticket),
            joinedload(Attendee.registration).options(
                joinedload(Registration.event).options(
                    joinedload(Event.venue), *without_long_texts(Load(Event))
                ),
            ),
        )
    )


def ticket_document(ticket_id: int, *, language: str | None = None, now: datetime) -> bytes:
    """The ticket as an A6 PDF, in the holder's language unless another is asked for. Raises NotFound."""
    attendee = get_attendee_of(ticket_id)
    chosen = language or attendee.registration.language
    return tickets_pdf(
        [sheet_of(attendee, chosen)], language=chosen, made_at=now, translate=translator(chosen)
    )


def sheet_of(attendee: Attendee, language: str) -> TicketSheet:
    """What is printed of this attendee's ticket."""
    registration, ticket = attendee.registration, attendee.ticket
    if ticket is None:
        raise NotFound()
    event, party = registration.event, list_names_with(attendee)
    return TicketSheet(
        accent=event.accent,
        host=localised(event.host, language),
        event_title=localised(event.title, language),
        when=when(event, language),
        where=printed_place(event, language),
        holder=_holders(party or [attendee.full_name], language),
        is_for_several=len(party) > 1,
        ticket_type=type_line(attendee, language),
        number=ticket.number,
        qr_svg=qr_svg(ticket_url(base_url(), code_of(ticket)), title=ticket.number),
        manage_url=absolute(manage_path(registration)),
    )


def holder_line(attendee: Attendee, language: str) -> str:
    """Whose ticket it is: of all that it admits."""
    return _holders(list_names_with(attendee) or [attendee.full_name], language)


def type_line(attendee: Attendee, language: str) -> str:
    """As what the holder takes part."""
    kind = type_of(attendee)
    return localised(kind.content.name, language) if kind else translator(language)(PARTICIPANT)


def printed_place(event: Event, language: str) -> str:
    """Where the event is, or why no place is named."""
    unnamed = ONLINE if event.format is Format.ONLINE else NOT_KNOWN_YET
    return where(event, language) or translator(language)(unnamed)


def _holders(names: Sequence[str], language: str) -> str:
    """All names; of many the first and how many come along."""
    if len(names) <= MOST_NAMES:
        return ", ".join(shown_name(name, language) for name in names)
    return f"{shown_name(names[0], language)} + {len(names) - 1}"
