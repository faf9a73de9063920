"""What stands on each badge, in the words of its reader, and the document or the picture of several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eventhub.badges.models import BadgePrinting
from eventhub.badges.queries import HolderRow, list_holders, list_printed
from eventhub.badges.rules import Layout
from eventhub.core.countries import country_in
from eventhub.core.errors import NotFound
from eventhub.core.links import base_url
from eventhub.core.text import localised
from eventhub.core.tombstones import shown_name
from eventhub.core.translation import translator
from eventhub.documents.badge import PAPERS, BadgeSheet, badge_svg, badges_pdf, badges_png
from eventhub.events.models import Event
from eventhub.events.wording import days
from eventhub.registration.printing import PARTICIPANT
from eventhub.tickets.picture import qr_png
from eventhub.tickets.queries import codes_of
from eventhub.tickets.signing import ticket_url

# Printed at 2 cm, so many pixels are more than a printer shows.
_MODULE_PIXELS = 4


def printed_document(printing: BadgePrinting, event: Event, *, now: datetime) -> bytes:
    """The PDF of a printing, of tickets that are still valid, with their last codes. Raises NotFound when none is."""
    sheets = _sheets(event, list_printed(printing), language=printing.language)
    if not sheets:
        raise NotFound()
    language = printing.language or sheets[0].language
    return badges_pdf(
        sheets,
        PAPERS[printing.layout],
        title=localised(event.title, language),
        language=language,
        made_at=now,
        translate=translator(language),
    )


def picture_of(event: Event, ticket: int, layout: Layout, *, language: str) -> bytes:
    """An SVG of one badge, a page of `layout`. Raises NotFound when the ticket is not valid."""
    sheets = _sheets(event, [ticket], language=language)
    if not sheets:
        raise NotFound()
    return badge_svg(sheets[0], PAPERS[layout], translate=translator(sheets[0].language))


def preview_of(event: Event, tickets: Sequence[int], layout: Layout, *, language: str) -> bytes:
    """A PNG of the first page. Raises NotFound when no ticket is valid."""
    paper = PAPERS[layout]
    sheets = _sheets(event, tickets[: paper.to_a_page], language=language)
    if not sheets:
        raise NotFound()
    return badges_png(sheets, paper, language=language or sheets[0].language)


def _sheets(event: Event, tickets: Sequence[int], *, language: str) -> list[BadgeSheet]:
    """`language` is empty for each person's own. Two statements and one for each key that signed some of them."""
    holders = list_holders(tickets)
    codes = codes_of([row.Ticket for row in holders])
    return [
        _sheet(event, row, code=codes[row.Ticket.number], language=language or row.language)
        for row in holders
    ]


def _sheet(event: Event, row: HolderRow, *, code: str, language: str) -> BadgeSheet:
    kind = localised(row.ticket_type, language) if row.ticket_type else ""
    return BadgeSheet(
        language=language,
        name=shown_name(row.full_name, language),
        organisation=row.organisation,
        country=country_in(row.country, language) if row.country else "",
        type=kind or translator(language)(PARTICIPANT),
        colour=row.badge_colour or event.accent,
        event=localised(event.title, language),
        when=days(event, language),
        number=row.Ticket.number,
        code=qr_png(ticket_url(base_url(), code), module_pixels=_MODULE_PIXELS),
    )
