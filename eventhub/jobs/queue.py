"""Later work: huey is nudged and sweeps; the truth stays in our tables, so a lost nudge loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey

from config import Settings

_huey: Huey | None = None
_nudges: dict[str, Callable[[], Any]] = {}


def configure(settings: Settings) -> Huey:
    """One queue a process: Redis when there is one, else a file of its own in the data folder."""
    global _huey  # one process has one queue
    if settings.redis_url:
        _huey = RedisHuey("eventhub", url=settings.redis_url, results=False)
    else:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _huey = SqliteHuey(
            "eventhub", filename=str(settings.data_dir / "queue.sqlite3"), results=False, timeout=2
        )
    _nudges.clear()
    return _huey


def the_queue() -> Huey:
    """The configured queue."""
    if _huey is None:
        raise RuntimeError("queue.configure() was not called")
    return _huey
