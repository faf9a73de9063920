"""How one iCalendar content line is written: cleaned, escaped, quoted and folded (RFC 5545 3.1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlsplit

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


def text(value: str) -> str:
    """A TEXT value (RFC 5545 3.3.11): only backslash, semicolon, comma and newline are escaped."""
    escaped = plain_text(value)
    for character, escape in _ESCAPES:
        escaped = escaped.replace(character, escape)
    return escaped


def parameter(value: str) -> str:
    """A quoted parameter value; few readers know RFC 6868's ^', so a double quote becomes a single one."""
    return '"' + plain_line(value).replace('"', "'").replace("^", "^^") + '"'


def web_address(value: str) -> str:
    """An absolute http(s) URI, other characters percent-encoded. ValueError for anything else."""
    encoded = quote(value.strip(), safe=_URI_CHARACTERS, errors="replace")
    parts = urlsplit(encoded)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("the address is not absolute http(s)")
    return encoded


def mail_address(value: str) -> str:
    """A mailto: URI (RFC 6068). ValueError when it is not one mailbox."""
    if not _MAILBOX.fullmatch(value) or _UNWANTED.search(value):
        raise ValueError("the mail address is not one mailbox")
    return "mailto:" + quote(value, safe="@!$'*+-._~")


def utc(value: datetime) -> str:
    """A UTC date-time. ValueError when the zone of `value` is not known."""
    if value.utcoffset() is None:
        raise ValueError("a time without zone")
    return wall(value.astimezone(UTC)) + "Z"


def wall(value: datetime) -> str:
    return f"{day(value)}T{value.hour:02}{value.minute:02}{value.second:02}"


def day(value: date) -> str:
    return f"{value.year:04}{value.month:02}{value.day:02}"


def duration(value: timedelta) -> str:
    """A positive DURATION (RFC 5545 3.3.6), in the largest unit that is exact."""
    seconds = int(value.total_seconds())
    if seconds <= 0:
        raise ValueError("a duration has to be positive")
    unit, letter = next(pair for pair in ((3600, "H"), (60, "M"), (1, "S")) if seconds % pair[0] == 0)
    return f"PT{seconds // unit}{letter}"


def fold(line: str) -> bytes:
    """The line as octets with its CRLF, none longer than 75, no character or escape cut in two.

    ValueError when a line break came through: it would start a line of its own making.
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
