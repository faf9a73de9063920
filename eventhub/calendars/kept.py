"""A rendered feed with its compressed copy, made once."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Kept:
    """The bytes, the same bytes in gzip, and a mark that changes when they do."""

    plain: bytes
    packed: bytes
    mark: str


def keep(body: bytes) -> Kept:
    return Kept(body, gzip.compress(body, 6, mtime=0), sha256(body).hexdigest()[:32])
