"""How a list names tickets without saying which, and people to nobody who has not their ticket in hand.

The layout is a contract with the scanner's script; `tests/vectors/manifest.json` holds both to it.
"""

from __future__ import annotations

import json
from base64 import b32decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SALT_BYTES = 16
LOOKUP_BYTES = 12
NONCE_BYTES = 12
_DISPLAY = b"eventhub-display-v1"
_LIST = b"eventhub-manifest-v1"


def lookup_of(secret: bytes, salt: bytes) -> bytes:
    """How the list names a ticket; `secret` are its 8 random bytes."""
    return sha256(salt + secret).digest()[:LOOKUP_BYTES]


def sealed(display: Mapping[str, Any], code: str, salt: bytes) -> bytes:
    """What the card of this ticket shows, for who has its code alone."""
    nonce = token_bytes(NONCE_BYTES)
    text = json.dumps(display, ensure_ascii=False, separators=(",", ":")).encode()
    return nonce + AESGCM(_display_key(code, salt)).encrypt(nonce, text, None)


def opened(box: bytes, code: str, salt: bytes) -> dict[str, Any]:
    """What `sealed` has sealed. Raises InvalidTag for another code."""
    text = AESGCM(_display_key(code, salt)).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], None)
    display: dict[str, Any] = json.loads(text)
    return display


def signature_of(body: bytes, private_key: Ed25519PrivateKey) -> bytes:
    """64 bytes by which the phone knows that the list is ours."""
    return private_key.sign(_LIST + body)


def in_text(raw: bytes) -> str:
    """Base64url without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """Raises ValueError for what is no such text."""
    if not text.isascii() or "=" in text:
        raise ValueError("no base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _display_key(code: str, salt: bytes) -> bytes:
    return sha256(_DISPLAY + salt + b32decode(code + "=")).digest()
