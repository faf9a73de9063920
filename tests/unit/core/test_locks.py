"""The writers' lock: one at a time, an end to every wait, nothing kept by who has gone."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from eventhub.core.errors import Busy
from eventhub.core.locks import WriterLock


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "database")


def lock(*, longest_wait: float = 5) -> WriterLock:
    """As another process would have it: with a file handle of its own."""
    return WriterLock(longest_wait=longest_wait)


def test_a_wait_has_an_end(database: str) -> None:
    late = lock(longest_wait=0.1)

    with lock().held(database):
        asked_at = time.monotonic()
        with pytest.raises(Busy), late.held(database):
            pass
        assert 0.1 <= time.monotonic() - asked_at < 1

    with late.held(database):
        pass


def test_who_gave_up_keeps_nothing_from_the_others(database: str) -> None:
    late = lock(longest_wait=0.05)
    with lock().held(database), pytest.raises(Busy), late.held(database):
        pass

    for _ in range(3):
        with lock(longest_wait=1).held(database):
            pass


def test_a_place_in_the_queue_is_passed_to_the_next_of_the_same_process(database: str) -> None:
    holder, late = lock(), lock(longest_wait=0.3)

    with ThreadPoolExecutor(1) as threads, ExitStack() as held:
        held.enter_context(holder.held(database))
        with pytest.raises(Busy), late.held(database):
            pass
        waiting = threads.submit(lambda: _held_since(late, database))
        time.sleep(0.1)
        released_at = time.monotonic()
        held.close()

        assert 0 <= waiting.result(5) - released_at < 0.2


def _held_since(one: WriterLock, database: str) -> float:
    with one.held(database):
        return time.monotonic()


def test_of_many_writers_one_is_inside_and_all_get_in(database: str) -> None:
    inside: list[int] = []
    most: list[int] = []

    def write(one: WriterLock) -> int:
        for _ in range(50):
            with one.held(database):
                inside.append(1)
                most.append(len(inside))
                inside.pop()
        return 50

    with ThreadPoolExecutor(8) as threads:
        done = sum(threads.map(write, [one for one in (lock(), lock(), lock(), lock()) for _ in range(2)]))

    assert (done, max(most)) == (400, 1)


def test_who_goes_on_writing_gives_way_to_others(database: str) -> None:
    greedy, patient = lock(), lock(longest_wait=0.5)

    with ThreadPoolExecutor(1) as threads:
        stop_at = time.monotonic() + 1
        writing = threads.submit(_write_until, stop_at, greedy, database)
        time.sleep(0.05)
        for _ in range(3):
            with patient.held(database):
                pass
        assert time.monotonic() < stop_at
        writing.result(5)


def _write_until(moment: float, one: WriterLock, database: str) -> None:
    while time.monotonic() < moment:
        with one.held(database):
            time.sleep(0.001)


def test_who_is_interrupted_while_waiting_takes_the_lock_for_nobody(database: str) -> None:
    def ring(*_: object) -> None:
        raise KeyboardInterrupt

    late, before = lock(), signal.signal(signal.SIGALRM, ring)
    try:
        with lock().held(database):
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(KeyboardInterrupt), late.held(database):
                pass
    finally:
        signal.signal(signal.SIGALRM, before)

    for one in (lock(longest_wait=1), late):
        with one.held(database):
            pass
