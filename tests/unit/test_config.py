"""Settings: every way in which the environment may be unsafe is said, and a safe one starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import config
from config import DEVELOPMENT_SECRET, UnsafeSettings, from_environment

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "EVENTHUB_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "BASE_URL": "https://events.example.org",
    "MAIL_URL": "smtp://mail.example.org",
}


def reasons(**environ: str) -> list[str]:
    """Why this does not start; empty when it does."""
    try:
        from_environment(environ)
    except UnsafeSettings as unsafe:
        return str(unsafe).split("\n- ")[1:]
    return []


def test_a_complete_production_starts() -> None:
    settings = from_environment(PRODUCTION)

    assert (settings.is_production, settings.is_secure, settings.host) == (True, True, "events.example.org")


def test_a_machine_that_talks_to_itself_starts_on_defaults() -> None:
    settings = from_environment({})

    assert (settings.environment, settings.base_url) == ("development", "http://127.0.0.1:8000")
    assert (settings.is_sqlite, settings.secret_key) == (True, DEVELOPMENT_SECRET)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing."),
        ({"SECRET_KEY": DEVELOPMENT_SECRET}, "SECRET_KEY must be your own, 32 characters or more."),
        ({"FIELD_KEYS": "k" * 32 + ",short"}, "Each of FIELD_KEYS must have 32 characters or more."),
        ({"SECRET_KEY": "k" * 31}, "SECRET_KEY must be your own, 32 characters or more."),
        ({"BASE_URL": ""}, "BASE_URL is missing."),
        (
            {"BASE_URL": "http://events.example.org"},
            "BASE_URL must be https: cookies never travel in the clear.",
        ),
        ({"MAIL_URL": ""}, "MAIL_URL is missing."),
        ({"MAIL_URL": "viewer:"}, "MAIL_URL must send real mail in production."),
        ({"MAIL_URL": "memory:"}, "MAIL_URL must send real mail in production."),
        ({"MAIL_URL": "console:"}, "MAIL_URL must send real mail in production."),
        ({"FORM_SECONDS": "1"}, "FORM_SECONDS must be 2 or more in production."),
    ],
)
def test_production_says_what_is_unsafe(changes: dict[str, str], reason: str) -> None:
    assert reasons(**{**PRODUCTION, **changes}) == [reason]


def test_all_reasons_are_said_at_once() -> None:
    assert len(reasons(EVENTHUB_ENV="production", PORT="x")) == 4


def test_an_address_of_the_outside_world_is_production_unless_said_otherwise() -> None:
    assert from_environment({**PRODUCTION, "EVENTHUB_ENV": ""}).is_production
    assert reasons(BASE_URL="https://events.example.org") == [
        "SECRET_KEY is missing.",
        "MAIL_URL is missing.",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://events.example.org",
        "events.example.org",
        "https://",
        "https://events.example.org/path",
        "https://events.example.org?x=1",
        "https://events.example.org#x",
        "https://user:word@events.example.org",
        "https://events.example.org:99999",
        "https://[::1",
        "https://events example.org",
        "https://events.example.org\r\nX: y",
    ],
)
def test_an_address_that_is_more_than_a_host_is_refused(url: str) -> None:
    assert "BASE_URL must be http(s)://host without a path." in reasons(**{**PRODUCTION, "BASE_URL": url})


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://events.example.org/", "events.example.org"),
        ("https://Events.Example.org:8443", "events.example.org:8443"),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
    ],
)
def test_an_address_without_a_path_is_taken(url: str, host: str) -> None:
    assert from_environment({**PRODUCTION, "BASE_URL": url}).host == host


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8000.0", "٣", "1e3"])
def test_a_port_that_is_no_port_is_refused(port: str) -> None:
    assert reasons(PORT=port) == [f"PORT must be a number below 65536, not {port!r}."]


@pytest.mark.parametrize("environment", ["test", "PRODUCTION", "prod"])
def test_an_unknown_environment_is_refused(environment: str) -> None:
    assert reasons(EVENTHUB_ENV=environment) == ["EVENTHUB_ENV is development or production."]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("?tls=starttls", []),
        ("?tls=none", []),
        ("?tls=yes", ["MAIL_URL takes ?tls=starttls or ?tls=none."]),
        ("?tls=", ["MAIL_URL takes ?tls=starttls or ?tls=none."]),
    ],
)
def test_a_mistyped_wish_for_tls_is_refused(query: str, expected: list[str]) -> None:
    assert reasons(MAIL_URL=f"smtp://mail.example.org:587{query}") == expected


@pytest.mark.parametrize("url", ["mysql://db", "db.sqlite3", "sqlite3:///db"])
def test_an_unknown_database_is_refused(url: str) -> None:
    assert "DATABASE_URL must be sqlite:///path or postgresql://..." in reasons(DATABASE_URL=url)


@pytest.mark.parametrize("url", ["postgres://u@h/db", "postgresql://u@h/db", "postgresql+psycopg://u@h/db"])
def test_every_spelling_of_postgresql_uses_the_one_driver(url: str) -> None:
    settings = from_environment({"DATABASE_URL": url})

    assert (settings.database_url, settings.is_sqlite) == ("postgresql+psycopg://u@h/db", False)


def test_an_old_sqlite_is_refused_where_sqlite_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "OLDEST_SAFE_SQLITE", (99, 0, 0))

    assert len(reasons()) == 1
    assert "SQLite is older" in reasons()[0]
    assert reasons(DATABASE_URL="postgresql://u@h/db") == []


@pytest.mark.parametrize("optimise", ["-O", "-OO"])
def test_python_without_asserts_does_not_start(optimise: str) -> None:
    command = [sys.executable, optimise, "-c", "from config import from_environment; from_environment({})"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ})

    assert done.returncode != 0
    assert "python -O removes checks" in done.stderr


def test_secrets_are_not_part_of_a_refusal() -> None:
    with pytest.raises(UnsafeSettings) as refused:
        from_environment({**PRODUCTION, "SECRET_KEY": "short-secret", "BASE_URL": ""})

    assert "short-secret" not in str(refused.value)
