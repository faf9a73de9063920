"""Later work: each moment of the schedule once, nudges coalesced, and never an error for who nudges."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from eventhub import create_app
from eventhub.db import transaction
from eventhub.handlers import HANDLERS
from eventhub.jobs import queue, schedule, worker
from eventhub.jobs.worker import Turn, Workshop
from tests.conftest import settings_for


def test_every_scheduled_job_has_a_handler() -> None:
    assert sorted(schedule.SCHEDULE) == sorted(HANDLERS)


def test_a_moment_of_the_schedule_is_begun_once(both: Flask, app: Flask, now: datetime) -> None:
    def begin(moment: datetime) -> bool:
        with transaction():
            return schedule.begin("expire_holds", now=moment)

    assert begin(now)
    assert not begin(now)
    assert not begin(now + timedelta(seconds=59))
    assert begin(now + timedelta(seconds=60))
    assert not begin(now)


def test_two_workers_share_one_moment(both: Flask, app: Flask) -> None:
    done: list[datetime] = []
    workshops = [Workshop({"prove_capacity": done.append}, app.app_context) for _ in range(2)]

    threads = [threading.Thread(target=one.do, args=("prove_capacity", True)) for one in workshops * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 1


def test_a_nudged_kind_is_looked_at_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECOND_LOOK_SECONDS", 0)
    done: list[datetime] = []

    Workshop({"send_letters": done.append}, app.app_context).do("send_letters", False)

    assert len(done) == 2


def test_asked_for_during_a_run_it_runs_once_more() -> None:
    turn, runs = Turn(), []

    def work() -> None:
        runs.append(1)
        if len(runs) == 1:
            for _ in range(5):
                turn.run(work)

    turn.run(work)

    assert len(runs) == 2


def test_nudges_of_one_second_are_one(tmp_path: Path) -> None:
    create_app(settings_for(tmp_path))

    for _ in range(50):
        queue.nudge("send_letters")

    assert queue.the_queue().pending_count() == 1


def test_a_nudge_that_gets_lost_is_no_error(tmp_path: Path) -> None:
    create_app(settings_for(tmp_path))
    (tmp_path / "queue.sqlite3").unlink()
    (tmp_path / "queue.sqlite3").mkdir()

    queue.nudge("send_letters")
