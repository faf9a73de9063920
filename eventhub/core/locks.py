"""One at a time across threads and processes: queued, so that nobody polls, and no wait without an end."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eventhub.core.errors import Busy

# A process that has the lock may take it again for so long before it queues behind the others.
TURN_SECONDS = 0.01
# What the next in the queue needs to wake up; who asks again sooner would always be first.
WAKING_SECONDS = 0.0002


class WriterLock:
    """A thread lock, then flock on a file beside the database.

    SQLite's own busy handler polls; queued here, 32 writers have a tenth of the 99th-percentile wait.
    """

    def __init__(self, *, longest_wait: float) -> None:
        self._longest_wait = longest_wait
        self._begin()

    def _begin(self) -> None:
        self._thread = threading.Lock()
        self._files: dict[str, LockedFile] = {}

    @contextmanager
    def held(self, database: str | None) -> Iterator[None]:
        """Hold the lock of this database file; None (PostgreSQL) needs no lock. Raises Busy."""
        if database is None:
            yield
            return
        until = time.monotonic() + self._longest_wait
        if not self._thread.acquire(timeout=self._longest_wait):
            raise Busy()
        try:
            file = self._file(database)
            file.take(until=until)
            try:
                yield
            finally:
                file.release()
        finally:
            self._thread.release()

    def forget(self) -> None:
        """In a forked child: an inherited handle would share the parent's lock instead of waiting for it."""
        for file in self._files.values():
            file.close()
        self._begin()  # a thread that is not here any more may hold the lock

    def _file(self, database: str) -> LockedFile:
        if database not in self._files:
            self._files[database] = LockedFile(Path(f"{database}.writer"))
        return self._files[database]


class LockedFile:
    """flock with an end to the waiting, for one thread of this process at a time.

    The kernel's queue knows no time limit, and who polls beside it loses his place. So a thread of its own stands
    in the queue; if its turn comes after its caller has gone, the next caller has it, or it gives the lock back.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._changed = threading.Condition()
        self._queuer: threading.Thread | None = None
        self._is_queued = self._is_wanted = self._is_had = False
        self._turn_ends = self._released_at = 0.0

    def take(self, *, until: float) -> None:
        """Raises Busy when that moment passes."""
        now = time.monotonic()
        with self._changed:
            if not (self._is_had or self._is_queued):
                if self._may_try(now) and self._is_free():
                    return
                self._queue()
            if not self._wait(until - now):
                raise Busy()
        self._turn_ends = time.monotonic() + TURN_SECONDS

    def release(self) -> None:
        self._released_at = time.monotonic()
        fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._handle)

    def _wait(self, seconds: float) -> bool:
        """Whether the lock came in time. Whoever is interrupted while waiting must not be given it later."""
        self._is_wanted = True
        try:
            self._changed.wait_for(lambda: self._is_had or not self._is_queued, max(0.0, seconds))
        except BaseException:
            if self._is_had:
                self.release()
            raise
        else:
            return self._is_had
        finally:
            self._is_wanted = self._is_had = False

    def _may_try(self, now: float) -> bool:
        if now - self._released_at > WAKING_SECONDS:
            self._turn_ends = now + TURN_SECONDS
        return now < self._turn_ends

    def _is_free(self) -> bool:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _queue(self) -> None:
        if self._queuer is None or not self._queuer.is_alive():
            queuer = threading.Thread(target=self._stand_in_queue, daemon=True)
            queuer.start()
            self._queuer = queuer
        self._is_queued = True
        self._changed.notify_all()

    def _stand_in_queue(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_queued)
            time.sleep(WAKING_SECONDS)
            is_had = self._is_locked()
            with self._changed:
                self._is_queued, self._is_had = False, is_had and self._is_wanted
                if is_had and not self._is_wanted:
                    fcntl.flock(self._handle, fcntl.LOCK_UN)
                self._changed.notify_all()

    def _is_locked(self) -> bool:
        """Waits for the turn. False where the file system refuses, as one over the network may."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except OSError:
            return False
        return True
