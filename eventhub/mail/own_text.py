"""Words of an organiser in a letter of ours: a subject, and plain paragraphs with links to our own pages alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from eventhub.core.errors import Refusal
from eventhub.core.links import base_url
from eventhub.core.text import N_, clean_line
from eventhub.mail.kinds import KINDS, WRITTEN_BY_PEOPLE
from eventhub.mail.letters import OwnWords, Piece, literal
from eventhub.mail.placeholders import check_placeholders, fill
from eventhub.mail.rules import TextPlace

LONGEST_SUBJECT = 150
LONGEST_TEXT = 5000
LONGEST_FILLED_SUBJECT = 200
# Organisers see the subjects of all letters, and the links in them are their readers' own.
OWN_LINK = "link"
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}»”’\"'"


class ForeignLink(Refusal):
    sentence = N_(
        "Only links to pages of %(host)s may stand in a letter: mail filters and readers distrust others. "
        "Take “%(link)s” away, or put it on the page of the event."
    )
    status = 422


class NotOneLine(Refusal):
    sentence = N_("A subject is one line of at most %(most)s characters.")
    status = 422


class TextTooLong(Refusal):
    sentence = N_("A text has at most %(most)s characters.")
    status = 422


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """As the organiser wrote it, with placeholders. An empty subject or text leaves ours."""

    subject: str = ""
    text: str = ""
    place: TextPlace = TextPlace.ADDED

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> OwnText:
        return cls(subject=data["subject"], text=data["text"], place=TextPlace(data["place"]))


def check_subject(subject: str, *, letter: str) -> None:
    """Raises NotOneLine, PlaceholderUnknown and PlaceholderOpen; a secret link is no part of a subject."""
    if len(subject) > LONGEST_SUBJECT or len(subject.splitlines()) > 1 or clean_line(subject) != subject:
        raise NotOneLine(most=LONGEST_SUBJECT)
    check_placeholders(subject, [name for name in KINDS[letter].placeholders if name != OWN_LINK])


def check_text(text: str, *, letter: str) -> None:
    """Raises TextTooLong, PlaceholderUnknown, PlaceholderOpen and ForeignLink."""
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(most=LONGEST_TEXT)
    check_placeholders(text, KINDS[letter].placeholders)
    for found in _ADDRESS.finditer(text):
        if not _own_link(found[0]):
            host = base_url().partition("://")[2]
            raise ForeignLink(host=host, link=found[0][:60])


def worded(own: OwnText, *, letter: str, facts: Mapping[str, Any]) -> OwnWords:
    """The organiser's words for one reader. Raises Unresolved when a fact that they name is not known."""
    values = {
        name: _value(name, facts[fact])
        for name, fact in KINDS[letter].placeholders.items()
        if isinstance(facts.get(fact), str | int)
    }
    in_subject = {name: value for name, value in values.items() if name != OWN_LINK}
    subject = clean_line(fill(own.subject, in_subject))
    return OwnWords(
        subject=subject if len(subject) <= LONGEST_FILLED_SUBJECT else f"{subject[:LONGEST_FILLED_SUBJECT]}…",
        paragraphs=_paragraphs(fill(own.text, values)),
        replaces=own.place is TextPlace.INSTEAD and bool(own.text),
    )


def _value(name: str, value: object) -> str:
    text = clean_line(str(value))
    return (literal(text) if name in WRITTEN_BY_PEOPLE else text) or "–"


def _paragraphs(text: str) -> tuple[tuple[tuple[Piece, ...], ...], ...]:
    """Empty lines part paragraphs."""
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return tuple(
        tuple(tuple(_pieces(line)) for line in block.split("\n")) for block in blocks if block.strip()
    )


def _pieces(line: str) -> list[Piece]:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        link = _own_link(found[0])
        if link:
            pieces += [Piece(text=line[end : found.start()], is_link=False), Piece(text=link, is_link=True)]
            end = found.start() + len(link)
    return [piece for piece in [*pieces, Piece(text=line[end:], is_link=False)] if piece.text]


def _own_link(address: str) -> str:
    """The part of this that is an address of ours, empty when it leads elsewhere."""
    link = address.rstrip(_TRAILING)
    rest = link.removeprefix(base_url())
    return link if rest != link and (not rest or rest[0] in "/?#") else ""
