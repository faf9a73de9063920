"""The file of a backup: one encrypted stream that shows every change, cut or swap of its pieces.

After a head (magic, kind of key, salt, prefix of the nonces) come pieces of 1 MiB, each AES-256-GCM with its
number in the nonce and "is last" in the authenticated data (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizar, 2015). A file whose last piece is missing does not open.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"EVENTHUB-BACKUP-1\n"
PIECE = 1024 * 1024
TAG = 16
SALT = 16
PREFIX = 7
BY_SECRET_KEY, BY_PASSPHRASE = b"K", b"P"


class Damaged(Exception):
    """Not a backup, a damaged one, or one made with another key: from outside they look alike."""


def encrypt(source: Path, target: Path, *, secret_key: str, passphrase: str | None) -> None:
    """Write `source` into a new encrypted file, readable for its owner alone."""
    salt, prefix = token_bytes(SALT), token_bytes(PREFIX)
    kind = BY_PASSPHRASE if passphrase else BY_SECRET_KEY
    cipher = AESGCM(_key(kind, salt, secret_key=secret_key, passphrase=passphrase))
    head = MAGIC + kind + salt + prefix
    with source.open("rb") as plain, target.open("xb") as out:
        target.chmod(0o600)
        out.write(head)
        for number, is_last, piece in _pieces(plain, PIECE):
            out.write(cipher.encrypt(_nonce(prefix, number), piece, head + _flag(is_last)))


def decrypt(source: Path, target: Path, *, secret_key: str, passphrase: str | None) -> None:
    """Write the content of an encrypted file. Raises Damaged; then `target` is of no use."""
    with source.open("rb") as sealed, target.open("wb") as out:
        head = sealed.read(len(MAGIC) + 1 + SALT + PREFIX)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + 1 + SALT + PREFIX:
            raise Damaged
        kind, rest = head[len(MAGIC) : len(MAGIC) + 1], head[len(MAGIC) + 1 :]
        salt, prefix = rest[:SALT], rest[SALT:]
        cipher = AESGCM(_key(kind, salt, secret_key=secret_key, passphrase=passphrase))
        for number, is_last, piece in _pieces(sealed, PIECE + TAG):
            out.write(_opened(cipher, _nonce(prefix, number), piece, head + _flag(is_last)))


def is_by_passphrase(path: Path) -> bool:
    """Whether a passphrase opens this file, and not the SECRET_KEY."""
    with path.open("rb") as sealed:
        return sealed.read(len(MAGIC) + 1) == MAGIC + BY_PASSPHRASE


def _opened(cipher: AESGCM, nonce: bytes, piece: bytes, about: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, piece, about)
    except InvalidTag as error:
        raise Damaged from error


def _key(kind: bytes, salt: bytes, *, secret_key: str, passphrase: str | None) -> bytes:
    if kind == BY_SECRET_KEY:
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"backup").derive(secret_key.encode())
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive((passphrase or "").encode())


def _pieces(stream: BinaryIO, size: int) -> Iterator[tuple[int, bool, bytes]]:
    """Number, "is last" and content of every piece; the last one may be empty."""
    number, piece = 0, stream.read(size)
    while True:
        following = stream.read(size) if len(piece) == size else b""
        yield number, not following, piece
        if not following:
            return
        number, piece = number + 1, following


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(5, "big")


def _flag(is_last: bool) -> bytes:
    return b"last" if is_last else b"more"
