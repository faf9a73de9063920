"""Decides what a ticket code is: fifteen bytes and their signature, as one text that only we can write.

The layout is a public contract; gate phones read it too, `tests/vectors/ticket_codes.json` holds both to it.
Nothing here knows a person, a database or the time.
"""

import base64
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eventhub.core.errors import Refusal
from eventhub.core.text import N_

VERSION = 1
TICKET_ID_BYTES = 8
CODE_LENGTH = 127

_DOMAIN = b"eventhub-ticket-v1"
_PAYLOAD = struct.Struct(f">BBI{TICKET_ID_BYTES}sB")
# Longer than any address that we print; what a hostile QR or form holds beyond it is never looked at.
_LONGEST_TEXT = 512
_TEXT = re.compile(rf"(?:HTTPS?://[^/?#]+/T/)?([A-Z2-7]{{{CODE_LENGTH}}})/?(?:[?#].*)?")


class BadCode(Refusal):
    """The text is no ticket code of ours."""

    sentence = N_("This is not a ticket of ours.")
    status = 404


class MalformedCode(BadCode):
    """The text does not have the form of a ticket code."""


class UnknownKey(BadCode):
    """The code names a signing key that is not among the given ones."""


class ForgedCode(BadCode):
    """The signature does not belong to the content."""


@dataclass(frozen=True, kw_only=True)
class TicketClaim:
    """What a code says of itself; true only after `verify`. `ticket_id` is 8 random bytes.

    Raises ValueError when a value does not fit its field.
    """

    key_id: int
    event_number: int
    ticket_id: bytes
    generation: int

    def __post_init__(self) -> None:
        # struct would cut or pad the id without a word.
        if len(self.ticket_id) != TICKET_ID_BYTES:
            raise ValueError(f"a ticket id has {TICKET_ID_BYTES} bytes")
        if not (0 <= self.key_id < 2**8 and 0 <= self.event_number < 2**32 and 0 <= self.generation < 2**8):
            raise ValueError("a number does not fit its field of the ticket code")


def sign(claim: TicketClaim, private_key: Ed25519PrivateKey) -> str:
    """The code of the claim: 127 characters of upper-case Base32 (RFC 4648) without padding."""
    payload = _packed(claim)
    return _encoded(payload + private_key.sign(_DOMAIN + payload))


def read(text: str) -> tuple[TicketClaim, bytes]:
    """The claim and its signature, not yet verified, from a code or an address that holds one.

    Accepts either letter case and white space anywhere, as people and wedge scanners leave them.
    Raises MalformedCode.
    """
    raw = _decoded(_bare_code(text))
    payload, signature = raw[: _PAYLOAD.size], raw[_PAYLOAD.size :]
    version, key_id, event_number, ticket_id, generation = _PAYLOAD.unpack(payload)
    if version != VERSION:
        raise MalformedCode()
    claim = TicketClaim(key_id=key_id, event_number=event_number, ticket_id=ticket_id, generation=generation)
    return claim, signature


def verify(text: str, public_keys: Mapping[int, Ed25519PublicKey]) -> TicketClaim:
    """The claim of a code signed by one of the keys. Raises MalformedCode, UnknownKey or ForgedCode."""
    claim, signature = read(text)
    public_key = public_keys.get(claim.key_id)
    if public_key is None:
        raise UnknownKey()
    try:
        public_key.verify(signature, _DOMAIN + _packed(claim))
    except InvalidSignature:
        raise ForgedCode() from None
    return claim


def canonical(text: str) -> str:
    """The one spelling of a code that people and machines may write in several ways. Raises MalformedCode."""
    claim, signature = read(text)
    return _encoded(_packed(claim) + signature)


def ticket_url(base_url: str, code: str) -> str:
    """The address in the QR, all upper case: a QR stays two versions smaller in its alphanumeric mode."""
    return f"{base_url.rstrip('/')}/T/{code}".upper()


def _packed(claim: TicketClaim) -> bytes:
    return _PAYLOAD.pack(VERSION, claim.key_id, claim.event_number, claim.ticket_id, claim.generation)


def _encoded(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def _decoded(code: str) -> bytes:
    raw = base64.b32decode(code + "=")
    # 127 characters carry three bits too many; unless they are zero, eight texts would be the same ticket.
    if _encoded(raw) != code:
        raise MalformedCode()
    return raw


def _bare_code(text: str) -> str:
    # Upper-casing comes after the ASCII check: some foreign letters (long s, dotless i) would become ours.
    if len(text) > _LONGEST_TEXT or not text.isascii():
        raise MalformedCode()
    found = _TEXT.fullmatch("".join(text.split()).upper())
    if found is None:
        raise MalformedCode()
    return found[1]
