"""Passwords by argon2: as slow for an unknown person as for a known one, and never many at once."""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

# OWASP's minimum: 19 MiB, two passes. One costs 20 to 40 ms of a core, so that two may run at once.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_running = BoundedSemaphore(2)
# Of a random password that was thrown away; a test holds it to the cost above.
NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$5NgjAXSfDAm9KU6UwUVDTQ$RctJFafr9zpsP8x5yszpNmgqktlKZ5h66ZRCZeDK9xM"
)


def hash_of(password: str) -> str:
    """What is stored. Made before a transaction begins: nobody waits for the database meanwhile."""
    with _running:
        return _hasher.hash(_normal(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether it is the password; None, for a person without one, takes as long and is never right."""
    with _running:
        try:
            _hasher.verify(password_hash or NOBODYS_HASH, _normal(password))
        except (VerifyMismatchError, UnicodeEncodeError):  # half a character, as only a program sends it
            return False
    return password_hash is not None


def _normal(password: str) -> str:
    """The same letters typed on another keyboard (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
