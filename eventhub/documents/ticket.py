"""Decides what stands on a printed ticket, and how much of a text that is far too long."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from eventhub.core.text import N_
from eventhub.documents.compiler import compile_pdf

_WORDS = {
    "when": N_("When"),
    "where": N_("Where"),
    "holder": N_("Name"),
    "type": N_("Ticket"),
    "number": N_("Number"),
    "code": N_("QR code of the ticket"),
    "instructions": N_("Show this code at the entrance, on paper or on your phone. It admits one person."),
    "change": N_("Change or cancel"),
}
_FOR_ALL = N_(
    "Show this code at the entrance, on paper or on your phone. It admits all of you, together or one by one."
)
_EXACT = {"qr_svg", "manage_url"}
_LONGEST = {"holder": 120, "number": 40}
_LONGEST_OTHER = 200
# The compiler breaks lines between words, and between Chinese or Japanese characters; no word is so long.
_UNBREAKABLE = re.compile(r"[^\s\-\u2e80-\u9fff\uff00-\uffef]{30,}")
_MAY_BREAK = "\u200b"


@dataclass(frozen=True, kw_only=True)
class TicketSheet:
    """What is printed of one ticket, already in the words and the time of its reader.

    `accent` is one of the nine colour names of events, `when` names its time zone, `qr_svg` is a
    square picture with its quiet zone of four modules, `manage_url` is where the holder changes or cancels. One that
    `is_for_several` admits all whom `holder` names.
    """

    accent: str
    host: str
    event_title: str
    when: str
    where: str
    holder: str
    ticket_type: str
    number: str
    qr_svg: str
    manage_url: str
    is_for_several: bool = False


def tickets_pdf(
    sheets: Sequence[TicketSheet], *, language: str, made_at: datetime, translate: Callable[[str], str] = str
) -> bytes:
    """A PDF with an A6 page for each sheet, of which there is one at least.

    `translate` turns our English labels into `language`, "en" or "ru".
    """
    data = {
        "title": sheets[0].event_title,
        "language": language,
        "words": {name: translate(word) for name, word in _WORDS.items()},
        "tickets": [_printable(sheet, translate) for sheet in sheets],
    }
    return compile_pdf("ticket", data, made_at=made_at)


def _printable(sheet: TicketSheet, translate: Callable[[str], str]) -> dict[str, str]:
    texts = {name: value for name, value in asdict(sheet).items() if isinstance(value, str)}
    printed = {name: value if name in _EXACT else _fitting(name, value) for name, value in texts.items()}
    advice = _FOR_ALL if sheet.is_for_several else _WORDS["instructions"]
    return {**printed, "instructions": translate(advice)}


def _fitting(name: str, value: str) -> str:
    longest = _LONGEST.get(name, _LONGEST_OTHER)
    shown = value if len(value) <= longest else value[: longest - 1] + "…"
    return _UNBREAKABLE.sub(lambda run: _MAY_BREAK.join(run[0]), shown)
