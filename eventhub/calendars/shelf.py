"""Rendered feeds, kept as long as nothing changed, each with its compressed copy made once."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock


@dataclass(frozen=True)
class Kept:
    """The bytes, the same bytes in gzip, and a mark that changes when they do."""

    plain: bytes
    packed: bytes
    mark: str


class Shelf:
    """The latest feeds. One builder at a time, so a change is rendered once however many ask for it."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, build: Callable[[], bytes]) -> Kept:
        """What is kept under this key, built when it is not there."""
        with self._lock:
            kept = self._kept.get(key) or _kept(build())
            self._kept[key] = kept
            self._kept.move_to_end(key)
            if len(self._kept) > self._places:
                self._kept.popitem(last=False)
            return kept

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def _kept(body: bytes) -> Kept:
    return Kept(body, gzip.compress(body, 6, mtime=0), sha256(body).hexdigest()[:32])
