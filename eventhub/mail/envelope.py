"""A stored letter as a message of the internet (RFC 5322): headers, two forms of text, attachments.

Everything is 7-bit safe, and equal letters are equal octets. Header injection is impossible by construction: lines
are cleaned, and encoded words (RFC 2047) hold what is left. Every body is encoded, so that no line of it can be a
boundary. The standard library's EmailMessage parses each header that it is given; that took ten times as long.
"""

from __future__ import annotations

from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.utils import encode_rfc2231, format_datetime, formataddr, parseaddr, quote
from functools import lru_cache

from eventhub.core.text import clean_line
from eventhub.mail.models import Message

# RFC 5322 wants lines of at most 78; what is longer becomes several encoded words.
LONGEST_PLAIN = 66


class Unaddressable(Exception):
    """No mail can go to this address, now or later."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of a letter; `media_type` may carry parameters: text/calendar; method=REQUEST."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: MAIL_FROM, and the host that makes a Message-ID unique in the world."""

    address: str
    host: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The octets to hand to a server, and the two addresses of the envelope around them."""

    sender: str
    recipient: str
    octets: bytes


def wrap(message: Message, *, sender: Sender, attachments: Iterable[Attachment]) -> Mail:
    """The message to hand to a server, the same each time. Raises Unaddressable."""
    writer, from_address = _writer(sender.address)
    to_address = _addr_spec(message.to_email)
    content = _multipart("alternative", [_text("plain", message.text), _text("html", message.html)])
    files = [_attached(attachment) for attachment in attachments]
    headers = {
        "From": _mailbox(writer, from_address),
        "To": _mailbox(message.to_name, to_address),
        "Subject": _words(clean_line(message.subject)),
        "Date": format_datetime(message.created_at),
        "Message-ID": f"<{message.message_id}@{sender.host}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday notice answers it
        "Content-Language": message.language,
        "MIME-Version": "1.0",
    }
    body = _multipart("mixed", [content, *files]) if files else content
    return Mail(sender=from_address, recipient=to_address, octets=_lines(headers) + body)


@lru_cache(maxsize=4)
def _writer(address: str) -> tuple[str, str]:
    """Name and address; the same for every letter of a house."""
    writer, email = parseaddr(address)
    return writer, _addr_spec(email)


def _addr_spec(email: str) -> str:
    local, _, domain = email.rpartition("@")
    if not (local and domain and local.isascii() and local.isprintable() and " " not in local):
        raise Unaddressable(email)
    try:
        return Address(username=local, domain=domain.encode("idna").decode()).addr_spec
    except (UnicodeError, ValueError) as error:
        raise Unaddressable(email) from error


def _mailbox(name: str, addr_spec: str) -> str:
    clean = clean_line(name)
    return formataddr((clean, addr_spec)) if _is_plain(clean) else f"{_words(clean)}\r\n <{addr_spec}>"


def _words(line: str) -> str:
    """A header's text: as it is, or as encoded words, one a line."""
    return line if _is_plain(line) else Header(line, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _is_plain(line: str) -> bool:
    """Short ASCII; what looks like an encoded word is encoded once more, so that nobody decodes it."""
    return line.isascii() and len(line) <= LONGEST_PLAIN and "=?" not in line


def _multipart(subtype: str, parts: Sequence[bytes]) -> bytes:
    """Its headers and its parts. Neither encoding of a body can write the two letters that the boundary begins with."""
    boundary = f"=_{subtype}"
    head = _lines({"Content-Type": f'multipart/{subtype}; boundary="{boundary}"'})
    between = b"\r\n--" + boundary.encode()
    return b"".join([head, *(between + b"\r\n" + part for part in parts), between, b"--\r\n"])


def _text(subtype: str, text: str) -> bytes:
    """The shorter of the two encodings: quoted-printable stays readable, base64 suits other scripts."""
    lines = "\r\n".join(text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n"))
    content = f"{lines}\r\n".encode()
    quoted, packed = b2a_qp(content), _packed(content)
    encoding, body = ("quoted-printable", quoted) if len(quoted) <= len(packed) else ("base64", packed)
    headers = {"Content-Type": f"text/{subtype}; charset=utf-8", "Content-Transfer-Encoding": encoding}
    return _lines(headers) + b"\r\n" + body


def _attached(attachment: Attachment) -> bytes:
    name = attachment.name
    named = f'filename="{quote(name)}"' if name.isascii() else f"filename*={encode_rfc2231(name, 'utf-8')}"
    headers = {
        "Content-Type": attachment.media_type,
        "Content-Transfer-Encoding": "base64",
        "Content-Disposition": f"attachment; {named}",
    }
    return _lines(headers) + b"\r\n" + _packed(attachment.content)


def _packed(content: bytes) -> bytes:
    """Base64 in lines of 76 (RFC 2045, 6.8)."""
    packed = b64encode(content)
    return b"".join(packed[start : start + 76] + b"\r\n" for start in range(0, len(packed), 76))


def _lines(headers: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")
