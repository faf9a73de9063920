"""Later work: huey is nudged and sweeps; the truth stays in our tables, so a lost nudge loses nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey

from config import Settings

log = logging.getLogger(__name__)
Doing = Callable[[str, bool], None]

# A process nudges a kind once in this time; what is posted meanwhile is found by the worker's second look.
QUIET_SECONDS = 1.0

_huey: Huey | None = None
_ask: Callable[[str, bool], Any] | None = None
_doing: Doing | None = None
_nudged: dict[str, float] = {}


def configure(settings: Settings) -> Huey:
    """One queue a process: Redis when there is one, else a file of its own in the data folder."""
    global _huey, _ask  # one process has one queue
    _huey = _open(settings)
    _ask = _huey.task(name="do")(_do)
    _nudged.clear()
    return _huey


def _open(settings: Settings) -> Huey:
    if settings.redis_url:
        return RedisHuey("eventhub", url=settings.redis_url, results=False)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = str(settings.data_dir / "queue.sqlite3")
    # No write-ahead log, no fsync: nudges are cheap to lose, and Python's own SQLite may be an unsafe one.
    return SqliteHuey(
        "eventhub", filename=file, results=False, timeout=2, journal_mode="truncate", fsync=False, cache_mb=1
    )


def the_queue() -> Huey:
    """The configured queue."""
    if _huey is None:
        raise RuntimeError("queue.configure() was not called")
    return _huey


def nudge(kind: str) -> None:
    """Ask for this work soon. Cheap, coalesced, and never an error: the schedule does it within a minute."""
    now = time.monotonic()
    if now - _nudged.get(kind, now - QUIET_SECONDS) < QUIET_SECONDS:
        return
    _nudged[kind] = now
    try:
        ask(kind, scheduled=False)
    except Exception:  # the deed is stored; a full disk or a missing Redis must not turn it into an error
        log.warning("nudge lost", extra={"kind": kind}, exc_info=True)


def ask(kind: str, *, scheduled: bool) -> None:
    """Put this work into the queue."""
    if _ask is None:
        raise RuntimeError("queue.configure() was not called")
    _ask(kind, scheduled)


def answer_with(doing: Doing) -> None:
    """This process is a worker: it does what is asked for, doing(kind, scheduled)."""
    global _doing  # one process has one workshop
    _doing = doing


def _do(kind: str, scheduled: bool) -> None:
    if _doing is None:
        raise RuntimeError("this process only asks")
    _doing(kind, scheduled)
