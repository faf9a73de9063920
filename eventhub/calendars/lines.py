"""What icalendar's values need to be right whatever people type: clean text, escapes, quotes, addresses, folds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from icalendar import Component, Parameters, vCalAddress, vCategory, vDatetime, vGeo, vText, vUri

_BREAKS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters break parsers; marks that reverse the reading order let a title pose as another one;
# a byte-order mark, halves of surrogate pairs and noncharacters are no text.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))
_URI_CHARACTERS = ":/?#[]@!$&'()*+,;=%-._~"
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST = 75


def plain_text(value: str) -> str:
    """Keep what can be read, with every kind of line break as one newline."""
    return _UNWANTED.sub("", _BREAKS.sub("\n", value).replace("\t", " ")).strip()


def plain_line(value: str) -> str:
    """Like plain_text, on one line."""
    return " ".join(plain_text(value).split("\n"))


class Text(vText):
    """Cleaned TEXT (RFC 5545 3.3.11): only backslash, semicolon, comma and newline are escaped.

    Its base makes a line break of a backslash before N, as in `C:\\New`.
    """

    def to_ical(self) -> bytes:
        escaped = plain_text(self)
        for character, escape in _ESCAPES:
            escaped = escaped.replace(character, escape)
        return escaped.encode()


class Point(vGeo):
    """GEO with six decimals: its base writes 0.00001 as 1e-05, which is no FLOAT (RFC 5545 3.3.7)."""

    def to_ical(self) -> str:
        return f"{self.latitude:.6f};{self.longitude:.6f}"


class Quoted(Parameters):
    """Parameters with what people type in quotes: readers take an unquoted backslash for an escape."""

    # Their number is part of the type that the base gives them.
    always_quoted = ("CN", "LABEL")  # type: ignore[assignment]  # another number of names than the base


def parameter(value: str) -> str:
    """One line for Quoted; few readers know RFC 6868's ^', so a double quote becomes a single one."""
    return plain_line(value).replace('"', "'")


def categories(values: Iterable[str]) -> vCategory:
    """CATEGORIES of Text: given to its constructor, they would become vText."""
    several = vCategory([])
    several.cats = [Text(value) for value in values]
    return several


def web_address(value: str, parameters: Mapping[str, Sequence[str]] | None = None) -> vUri:
    """An absolute http(s) URI, other characters percent-encoded. ValueError for anything else."""
    encoded = quote(value.strip(), safe=_URI_CHARACTERS, errors="replace")
    parts = urlsplit(encoded)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("the address is not absolute http(s)")
    address = vUri(encoded)
    address.params = Quoted(parameters)
    return address


def mail_address(value: str, *, name: str) -> vCalAddress:
    """A mailto: URI (RFC 6068). ValueError when it is not one mailbox."""
    if not _MAILBOX.fullmatch(value) or _UNWANTED.search(value):
        raise ValueError("the mail address is not one mailbox")
    address = vCalAddress("mailto:" + quote(value, safe="@!$'*+-._~"))
    address.params = Quoted({"CN": parameter(name)})
    return address


def utc(value: datetime) -> vDatetime:
    """A UTC date-time. ValueError when the zone of `value` is not known, which icalendar would write as local."""
    if value.utcoffset() is None:
        raise ValueError("a time without zone")
    return vDatetime(value.astimezone(UTC))


def write(component: Component) -> list[bytes]:
    """Its content lines in the order of their making, each folded, with CRLF.

    Not Component.to_ical, which takes two to three times as long: it makes parameters for values that have none,
    encodes and decodes each value twice and folds by single characters.
    """
    return [fold(_line(name, value)) for name, value in component.property_items(sorted=False)]


def _line(name: str, value: Any) -> str:
    """`value` is one of icalendar's, or the bare octets of BEGIN and END."""
    written = value if isinstance(value, bytes) else value.to_ical()
    text = written if isinstance(written, str) else written.decode()
    parameters = getattr(value, "params", None)
    return f"{name};{parameters.to_ical(sorted=False).decode()}:{text}" if parameters else f"{name}:{text}"


def fold(line: str) -> bytes:
    """The line as octets with its CRLF, none longer than 75, no character or escape cut in two.

    ValueError when a line break came through: it would start a line of its own making. In icalendar that check
    is an assert, which python -O removes.
    """
    if "\n" in line or "\r" in line:
        raise ValueError("a line break inside a content line")
    octets = line.encode()
    pieces, start, room = [], 0, _LONGEST
    while len(octets) - start > room:
        end = _last_border(octets, start, start + room)
        pieces.append(octets[start:end])
        start, room = end, _LONGEST - 1
    return b"\r\n ".join([*pieces, octets[start:]]) + b"\r\n"


def _last_border(octets: bytes, start: int, end: int) -> int:
    while octets[end] & 0xC0 == 0x80:
        end -= 1
    chunk = octets[start:end]
    is_escape_open = (len(chunk) - len(chunk.rstrip(b"\\"))) % 2
    return end - is_escape_open
