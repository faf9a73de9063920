"""What watching machines read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import stamp

from eventhub import create_app
from eventhub.db import transaction
from eventhub.mail import outbox
from eventhub.mail.outbox import Recipient
from eventhub.web.migrations import FOLDER
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app(settings_for(tmp_path_factory.mktemp("watched"), METRICS_TOKEN="canary"))
    return app


def test_ready_means_that_the_database_answers_and_has_the_tables_of_this_version(
    app: Flask, client: FlaskClient
) -> None:
    stamp(directory=str(FOLDER), revision="head")
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready\n")

    stamp(directory=str(FOLDER), revision="base")
    answer = client.get("/readyz")

    assert (answer.status_code, answer.text) == (503, "the tables are of another version\n")


def test_not_ready_without_a_database(tmp_path: Path) -> None:
    missing = tmp_path / "none" / "eventhub.sqlite3"
    app = create_app(settings_for(tmp_path, DATABASE_URL=f"sqlite:///{missing}"))

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.text) == (503, "the database does not answer\n")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_figures_are_nowhere_without_their_token(
    client: FlaskClient, watched: Flask, header: dict[str, str]
) -> None:
    assert client.get("/metrics", headers=header).status_code == 404
    assert watched.test_client().get("/metrics", headers=header).status_code == 404


def test_figures_count_letters(app: Flask, now: datetime) -> None:
    to = Recipient(email="guest@example.org", full_name="Guest", language="en")
    facts = {"code": "123456", "link": "https://eventhub.example/x", "minutes": 10}
    with transaction():
        outbox.post("sign_in", to=to, facts=facts, about=("test", "1"), now=now)
    settings = settings_for(app.extensions["settings"].data_dir, METRICS_TOKEN="canary")

    answer = create_app(settings).test_client().get("/metrics", headers={"Authorization": "Bearer canary"})

    assert answer.status_code == 200
    assert 'eventhub_letters{state="queued"} 1.0' in answer.text
    assert 'eventhub_letters{state="parked"} 0.0' in answer.text
    assert "eventhub_miscounted_pools 0.0" in answer.text


def test_security_txt_says_whom_to_tell(client: FlaskClient) -> None:
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())

    assert lines["Contact"].startswith("mailto:security@")
    assert lines["Canonical"].endswith("/.well-known/security.txt")
    assert sorted(lines) == ["Canonical", "Contact", "Expires", "Preferred-Languages"]


def test_every_answer_carries_its_own_request_id(client: FlaskClient) -> None:
    first, second = (client.get(path).headers["X-Request-ID"] for path in ("/healthz", "/nowhere"))

    assert first != second
    assert len(first) == 16
