"""Files that people send: a folder of the data directory, each sealed under a key of its own.

The key is kept in the database. When its row goes, the file says nothing any more, even before it is swept away.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from pathlib import Path
from secrets import token_bytes, token_hex

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
_folder: Path | None = None


class NoFolder(RuntimeError):
    """The application was not started: nobody called configure()."""


def configure(folder: Path) -> None:
    """Take the folder, once per process start; it is made when the first file comes."""
    global _folder  # one process has one folder
    _folder = folder


def keep(content: bytes) -> tuple[str, bytes]:
    """Store a file under a random name; the name, and the key that opens it."""
    name, key, nonce = token_hex(16), AESGCM.generate_key(256), token_bytes(NONCE_BYTES)
    place = _place(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as out:
        place.chmod(0o600)
        out.write(nonce + AESGCM(key).encrypt(nonce, content, name.encode()))
    return name, key


def fetch(name: str, key: bytes) -> bytes:
    """The file's content. Raises FileNotFoundError, and InvalidTag when a bit was changed."""
    sealed = _place(name).read_bytes()
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())


def sweep(known: Container[str], *, before: datetime) -> int:
    """Remove the files that nobody knows and that lie there since before this moment; how many."""
    places = sorted(_root().glob("*/*"))
    old = [one for one in places if one.name not in known and one.stat().st_mtime < before.timestamp()]
    for place in old:
        place.unlink(missing_ok=True)
    return len(old)


def _place(name: str) -> Path:
    return _root() / name[:2] / name


def _root() -> Path:
    if _folder is None:
        raise NoFolder
    return _folder
