"""The worker: does what the queue asks for, one run of a kind at a time, until it is told to end."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Lock
from typing import Any

from huey import crontab
from huey.consumer import Consumer

from eventhub.core import clock
from eventhub.db import transaction
from eventhub.jobs import queue, schedule

Handler = Callable[[datetime], None]

# Longer than the web processes are quiet: a letter whose nudge was left out is there by then.
SECOND_LOOK_SECONDS = queue.QUIET_SECONDS + 0.2
THREADS = 3
LONGEST_PAUSE = 0.5  # seconds between two looks into an idle queue
LONGEST_GOOD_BYE = 20.0  # seconds that a running job may take to end


class Turn:
    """One run at a time; asked for during a run, it runs once more afterwards."""

    def __init__(self) -> None:
        self._running = Lock()
        self._is_wanted = False

    def run(self, work: Callable[[], None]) -> None:
        self._is_wanted = True
        while self._is_wanted and self._running.acquire(blocking=False):
            try:
                self._is_wanted = False
                work()
            finally:
                self._running.release()


class Workshop:
    """The handlers, each called inside an application context of its own."""

    def __init__(
        self, handlers: Mapping[str, Handler], context: Callable[[], AbstractContextManager[Any]]
    ) -> None:
        self._handlers = handlers
        self._context = context
        self._turns = {kind: Turn() for kind in handlers}

    def do(self, kind: str, scheduled: bool) -> None:
        """One run for an untaken moment of the schedule; for a nudge, two with a pause between."""
        if not scheduled:
            self._turns[kind].run(lambda: self._look_twice(kind))
        elif self._is_due(kind):
            self._turns[kind].run(lambda: self._handle(kind))

    def _is_due(self, kind: str) -> bool:
        with self._context(), transaction():
            return schedule.begin(kind, now=clock.now())

    def _look_twice(self, kind: str) -> None:
        self._handle(kind)
        time.sleep(SECOND_LOOK_SECONDS)
        self._handle(kind)

    def _handle(self, kind: str) -> None:
        with self._context():
            self._handlers[kind](clock.now())


def run(handlers: Mapping[str, Handler], context: Callable[[], AbstractContextManager[Any]]) -> None:
    """Work until SIGINT or SIGTERM; a running job may end first."""
    the_queue = queue.the_queue()
    queue.answer_with(Workshop(handlers, context).do)
    the_queue.periodic_task(crontab(), name="every_minute")(ask_for_all)
    _Consumer(the_queue, workers=THREADS, max_delay=LONGEST_PAUSE, shutdown_timeout=LONGEST_GOOD_BYE).run()


def ask_for_all() -> None:
    """Ask for everything on the schedule; what is not due is found so by whoever takes it up."""
    for kind in schedule.SCHEDULE:
        queue.ask(kind, scheduled=True)


class _Consumer(Consumer):  # type: ignore[misc]  # huey has no types
    """A consumer that ends gracefully by Ctrl-C and by SIGTERM alike."""

    def _set_signal_handlers(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)

    def _end(self, number: int, _frame: object) -> None:
        self._signum, self._graceful = number, True
