"""Secrets derived from the one master key of the environment, and the links in mails that rest on them."""

from __future__ import annotations

import hmac
from base64 import b32encode
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
_master: bytes = b""


class KeysNotConfigured(RuntimeError):
    """The application was not started: nobody called configure()."""


def configure(secret_key: str) -> None:
    """Take the master key, once per process start."""
    global _master  # one process has one master key
    _master = secret_key.encode()
    subkey.cache_clear()


@lru_cache(maxsize=32)
def subkey(purpose: str) -> bytes:
    """32 bytes that only serve this purpose (HKDF-SHA256, RFC 5869)."""
    if not _master:
        raise KeysNotConfigured
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(_master)


def token_for(purpose: str, subject: str) -> str:
    """The 160-bit secret of a link: the same every time, so that a later letter can carry it too."""
    digest = hmac.digest(subkey(f"link:{purpose}"), subject.encode(), sha256)
    return b32encode(digest[:20]).decode().lower()


def token_matches(purpose: str, subject: str, token: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(token_for(purpose, subject).encode(), token.encode())


def seal(purpose: str, secret: bytes) -> bytes:
    """AES-256-GCM under the purpose's key: nonce and ciphertext."""
    nonce = token_bytes(NONCE_BYTES)
    return nonce + AESGCM(subkey(purpose)).encrypt(nonce, secret, purpose.encode())


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Raises cryptography's InvalidTag when the key is another or a bit was changed."""
    return AESGCM(subkey(purpose)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())


def digest(secret: str) -> str:
    """What the database keeps of a random secret: SHA-256 in hexadecimal."""
    return sha256(secret.encode()).hexdigest()


def flask_secret(secret_key: str) -> bytes:
    """The key of the cookie that holds a browser's session; separate from every other use."""
    configure(secret_key)
    return subkey("session-cookie")
