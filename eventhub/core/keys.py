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
_FIELDS = "sealed-fields"
_master: bytes = b""
_field_secrets: tuple[str, ...] = ()


class KeysNotConfigured(RuntimeError):
    """The application was not started: nobody called configure()."""


def configure(secret_key: str) -> None:
    """Take the master key, once per process start."""
    global _master  # one process has one master key
    _master = secret_key.encode()
    subkey.cache_clear()


def configure_field_keys(secrets: tuple[str, ...]) -> None:
    """Take the secrets under which single fields lie sealed, the newest first; without any, the master key serves."""
    global _field_secrets  # as above
    _field_secrets = secrets


@lru_cache(maxsize=32)
def subkey(purpose: str) -> bytes:
    """32 bytes that only serve this purpose (HKDF-SHA256, RFC 5869)."""
    if not _master:
        raise KeysNotConfigured
    return _derived(_master, purpose)


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


def token_for(purpose: str, subject: str) -> str:
    """The 160-bit secret of a link: the same every time, so that a later letter can carry it too."""
    digest = hmac.digest(subkey(f"link:{purpose}"), subject.encode(), sha256)
    return b32encode(digest[:20]).decode().lower()


def token_matches(purpose: str, subject: str, token: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(token_for(purpose, subject).encode(), token.encode())


def seal(purpose: str, secret: bytes) -> bytes:
    """AES-256-GCM under the purpose's key: nonce and ciphertext."""
    return _encrypted(subkey(purpose), secret, purpose.encode())


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Raises cryptography's InvalidTag when the key is another or a bit was changed."""
    return _decrypted(subkey(purpose), sealed, purpose.encode())


def field_key_mark() -> str:
    """Names the key under which fields are sealed now, and tells nothing of it."""
    return next(iter(_field_keys()))


def seal_field(secret: bytes, *, about: bytes) -> bytes:
    """As seal(), under the newest field key. `about` says where it lies: elsewhere it does not open."""
    return _encrypted(_field_keys()[field_key_mark()], secret, about)


def unseal_field(sealed: bytes, *, mark: str, about: bytes) -> bytes:
    """Raises KeysNotConfigured when the environment does not hold the key of this mark any more, and InvalidTag."""
    key = _field_keys().get(mark)
    if key is None:
        raise KeysNotConfigured(f"no field key {mark}")
    return _decrypted(key, sealed, about)


def _field_keys() -> dict[str, bytes]:
    """By their marks, the newest first."""
    own = [_derived(secret.encode(), _FIELDS) for secret in _field_secrets]
    return {sha256(key).hexdigest()[:12]: key for key in (*own, subkey(_FIELDS))}


def _encrypted(key: bytes, secret: bytes, about: bytes) -> bytes:
    nonce = token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, about)


def _decrypted(key: bytes, sealed: bytes, about: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)


def digest(secret: str) -> str:
    """What the database keeps of a random secret: SHA-256 in hexadecimal."""
    return sha256(secret.encode()).hexdigest()


def flask_secret(secret_key: str) -> bytes:
    """The key of the cookie that holds a browser's session; separate from every other use."""
    configure(secret_key)
    return subkey("session-cookie")
