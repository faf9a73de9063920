"""`eventhub user`: the first administrator is made in the shell, and everything else can be mended there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask

from eventhub.cli import user as shell
from eventhub.core import clock
from eventhub.db import transaction
from tests.factories import make_event

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on the test's database."""
    settings = app.extensions["settings"]
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("MAIL_URL", "memory:")
    return lambda *words: CliRunner().invoke(shell.user, words)


def listed(run: Run) -> list[str]:
    return run("list").output.splitlines()


def test_the_first_administrator_is_made_in_the_shell(app: Flask, run: Run) -> None:
    answer = run("add", "--email", "Admin@Example.org", "--name", "First Admin", "--role", "platform_admin")

    assert (answer.exit_code, answer.output) == (0, "Admin@example.org can sign in.\n")
    assert listed(run) == ["Admin@example.org\tFirst Admin\tplatform_admin"]


def test_a_role_on_an_event_is_given_and_taken(app: Flask, run: Run) -> None:
    with transaction():
        make_event(now=clock.now(), slug="festival")
    run("add", "--email", "crew@example.org")
    words = ("--email", "crew@example.org", "--role", "checkin_staff", "--event", "festival")

    assert run("grant", *words).exit_code == 0
    assert listed(run) == ["crew@example.org\t-\tcheckin_staff of festival"]
    assert run("end", *words).exit_code == 0
    assert listed(run) == ["crew@example.org\t-\t-"]


def test_a_role_for_a_time_ends_by_itself(app: Flask, run: Run) -> None:
    run("add", "--email", "manager@example.org")
    words = ("--email", "manager@example.org", "--role", "office_manager", "--until", "2999-01-31")

    assert run("grant", *words).exit_code == 0
    assert listed(run) == ["manager@example.org\t-\toffice_manager"]
    with time_machine.travel(datetime(2999, 1, 31, tzinfo=UTC)):
        assert listed(run) == ["manager@example.org\t-\t-"]
    past = ("--email", "manager@example.org", "--role", "office_manager", "--until", "2001-01-01")
    assert "begun already" in run("grant", *past).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grant", "--email", "nobody@example.org", "--role", "office_manager"), "has no account"),
        (("add", "--email", "not an address"), "Invalid value"),
        (("add", "--email", "a@example.org", "--role", "event_organiser"), "needs --event"),
        (
            ("add", "--email", "a@example.org", "--role", "office_manager", "--event", "x"),
            "not a role on one event",
        ),
        (("add", "--email", "a@example.org", "--role", "event_organiser", "--event", "none"), "can't find"),
        (("add", "--email", "a@example.org", "--role", "king"), "Invalid value"),
    ],
)
def test_a_mistake_is_explained_and_leaves_nothing(
    app: Flask, run: Run, words: tuple[str, ...], said: str
) -> None:
    answer = run(*words)

    assert (answer.exit_code in (1, 2), said in answer.output) == (True, True)
    assert listed(run) == []


def test_the_last_administrator_stays_also_in_the_shell(app: Flask, run: Run) -> None:
    run("add", "--email", "admin@example.org", "--role", "platform_admin")

    answer = run("end", "--email", "admin@example.org", "--role", "platform_admin")

    assert answer.output == "Error: This is the last administrator. Name another one first.\n"
    assert run("close", "--email", "admin@example.org").exit_code == 1


def test_an_account_is_closed_and_opened(app: Flask, run: Run) -> None:
    run("add", "--email", "guest@example.org")

    run("close", "--email", "guest@example.org")
    assert listed(run) == ["guest@example.org\t-\t- (closed)"]
    run("open", "--email", "guest@example.org")
    assert listed(run) == ["guest@example.org\t-\t-"]
