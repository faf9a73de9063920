"""transaction(): all or nothing, one writer at a time across processes, and broken constraints as refusals."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text

from eventhub.core.errors import Busy, NotFound, TooMany
from eventhub.core.locks import WriterLock
from eventhub.db import after_commit, db, snapshot, transaction
from eventhub.events.models import Stamp
from eventhub.registration.rules import AlreadyRegistered
from eventhub.throttle import Limit, Tries, count_try, network_of
from tests.conftest import settings_for
from tests.factories import make_attendee, make_event
from tests.people import at_once

HOUR = timedelta(hours=1)


def stamps() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Stamp.name).order_by(Stamp.name)))


def store(name: str, now: datetime) -> None:
    db.session.execute(insert(Stamp).values(name=name, value=1, changed_at=now))


def refused(deed: Callable[[], None]) -> None:
    with transaction():
        deed()
        raise NotFound()


def test_what_is_done_inside_is_stored(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        store("one", now)
        store("two", now)

    assert stamps() == ["one", "two"]


def test_a_refusal_undoes_everything(both: Flask, app: Flask, now: datetime) -> None:
    with pytest.raises(NotFound):
        refused(lambda: store("one", now))

    assert stamps() == []


def test_one_inside_another_is_a_mistake_that_stores_nothing(both: Flask, app: Flask, now: datetime) -> None:
    def nested() -> None:
        with transaction():
            store("outer", now)
            with transaction():
                store("inner", now)

    with pytest.raises(RuntimeError):
        nested()

    assert stamps() == []
    with transaction():
        store("after", now)
    assert stamps() == ["after"]


def test_what_was_read_before_is_read_anew(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        store("one", now)
        mine = db.session.get_one(Stamp, "one")
    with db.engine.begin() as other:
        other.execute(text("UPDATE stamps SET value = 7"))

    with transaction():
        assert mine.value == 7


def test_what_was_not_stored_before_is_not_stored_later(both: Flask, app: Flask, now: datetime) -> None:
    db.session.add(Stamp(name="forgotten", value=1, changed_at=now))

    with transaction():
        store("meant", now)

    assert stamps() == ["meant"]


def test_a_long_look_is_of_one_moment_and_nobody_waits_for_it(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        store("one", now)

    with snapshot():
        before = db.session.scalars(select(Stamp.name)).all()
        with db.engine.connect().execution_options(writes=True) as other, other.begin():
            other.execute(
                text("INSERT INTO stamps (name, value, changed_at) SELECT 'two', 2, changed_at FROM stamps")
            )
        meanwhile = db.session.scalars(select(Stamp.name)).all()

    assert (before, meanwhile, stamps()) == (["one"], ["one"], ["one", "two"])


def test_a_broken_constraint_is_the_refusal_that_belongs_to_it(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now)
        make_attendee(event, now=now, email_key="guest@example.org")

    with pytest.raises(AlreadyRegistered), transaction():
        make_attendee(db.session.merge(event), now=now, email_key="guest@example.org")


def test_a_constraint_without_a_refusal_stays_an_error(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        store("one", now)

    with pytest.raises(Exception, match="(?i)unique|duplicate"), transaction():
        store("one", now)


def test_what_follows_a_commit_runs_once_and_only_after_it(both: Flask, app: Flask, now: datetime) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        with db.engine.connect() as other:
            seen.append([row[0] for row in other.execute(text("SELECT name FROM stamps"))])

    with transaction():
        after_commit(look)
        store("one", now)
        after_commit(look)
        assert seen == []
    assert seen == [["one"]]

    with transaction():
        store("two", now)
    assert seen == [["one"]]


def test_what_should_follow_a_refused_deed_never_runs(both: Flask, app: Flask, now: datetime) -> None:
    ran: list[str] = []

    with pytest.raises(NotFound):
        refused(lambda: after_commit(lambda: ran.append("refused")))
    with transaction():
        store("one", now)

    assert ran == []


HOLDER = """
import sys, time
from tests.conftest import settings_for
from eventhub import create_app
from eventhub.db import transaction
from pathlib import Path
with create_app(settings_for(Path(sys.argv[1]))).app_context(), transaction():
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    print("letting go", flush=True)
"""


@contextmanager
def another_writer(app: Flask, *, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A process in whose transaction we are for so long."""
    folder = Path(app.extensions["settings"].data_dir)
    assert settings_for(folder).database_url == app.extensions["settings"].database_url
    db.session.rollback()
    command = [sys.executable, "-c", HOLDER, str(folder), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.wait(10)


def test_a_writer_waits_for_the_writer_of_another_process(app: Flask, now: datetime) -> None:
    with another_writer(app, seconds=0.7):
        asked_at = time.monotonic()

        with transaction():
            waited = time.monotonic() - asked_at
            store("mine", now)

    assert 0.4 < waited < 5
    assert stamps() == ["mine"]


def test_a_writer_who_waited_too_long_is_told_so_and_comes_through_later(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["eventhub.db"], "_writer", WriterLock(longest_wait=0.3))
    with another_writer(app, seconds=2):
        waits = []
        for _ in range(2):
            asked_at = time.monotonic()
            with pytest.raises(Busy), transaction():
                store("too early", now)
            waits.append(time.monotonic() - asked_at)

    with transaction():
        store("mine", now)

    assert all(0.25 < waited < 0.9 for waited in waits)
    assert stamps() == ["mine"]


def test_fifty_tries_at_once_are_counted_as_fifty(both: Flask, app: Flask, now: datetime) -> None:
    limit = Limit(name="test", tries=30, window=HOUR)

    def one(_number: int) -> str:
        try:
            with transaction():
                count_try(limit, "192.0.2.1", now=now)
        except TooMany as refusal:
            return f"wait {refusal.retry_after}"
        return "done"

    results = at_once(both, one, times=50)

    assert (results.count("done"), results.count("wait 3601")) == (30, 20)
    assert db.session.scalar(select(func.sum(Tries.count))) == 30


def test_a_new_window_begins_anew_and_another_subject_has_its_own(
    both: Flask, app: Flask, now: datetime
) -> None:
    limit = Limit(name="test", tries=1, window=HOUR)
    with transaction():
        count_try(limit, "a", now=now)
        count_try(limit, "b", now=now)
        count_try(limit, "a", now=now + HOUR)

        with pytest.raises(TooMany) as refused:
            count_try(limit, "a", now=now + HOUR + timedelta(minutes=59))

    assert refused.value.retry_after == 61


def test_no_address_is_kept_by_a_throttle(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        count_try(Limit(name="test", tries=1, window=HOUR), "192.0.2.77", now=now)

    assert "192.0.2.77" not in db.session.scalars(select(Tries.key)).one()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_a_caller_is_counted_by_network(address: str, network: str) -> None:
    assert network_of(address) == network
