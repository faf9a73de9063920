"""Error pages: what happened and what to do next, in the same dress as every page."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException, default_exceptions

from eventhub import create_app
from tests.conftest import settings_for

# What says by itself all that there is to say needs no advice.
NEEDS_ADVICE = {403: True, 404: True, 405: False, 413: False, 429: True, 503: True}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("status", NEEDS_ADVICE)
def test_an_error_page_says_what_happened_and_what_to_do(app: Flask, status: int, language: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": language}
    with app.test_request_context("/", headers=headers):
        error: HTTPException = default_exceptions[status]()
        answer = app.make_response(app.handle_user_exception(error))
    page = html.fromstring(answer.data)
    assert answer.status_code == status
    assert page.get("lang") == language
    assert page.xpath("string(//h1)").endswith((".", "»"))
    assert bool(page.xpath("string(//main//p[@class='lead'])")) is NEEDS_ADVICE[status]
    assert page.xpath("string(//p[@class='number'])").endswith(str(status))
    assert page.xpath("//main//a/@href") == ["/"]


@pytest.mark.parametrize("field", ["full_name", "lang"])
def test_a_form_beyond_all_measure_is_answered_with_the_page_for_it(client: FlaskClient, field: str) -> None:
    """The language of the page stands in the form that cannot be read."""
    endless = "x" * (client.application.config["MAX_CONTENT_LENGTH"] + 1)
    answer = client.post("/events/heat/register", data={field: endless})
    assert answer.status_code == 413
    assert html.fromstring(answer.data).xpath("string(//h1)") == "This is too large. Send less at once."


@pytest.mark.parametrize(
    ("database", "status", "waiting"),
    [
        ("sqlite:///{folder}/none/eventhub.sqlite3", 503, "60"),
        ("postgresql://nobody@/none?host={folder}", 503, "60"),
        ("sqlite:///{folder}/without-tables.sqlite3", 500, None),
    ],
    ids=["no file", "no server", "our own fault"],
)
def test_a_database_that_is_away_is_a_busy_moment_and_no_fault(
    tmp_path: Path, database: str, status: int, waiting: str | None
) -> None:
    url = database.format(folder=tmp_path)
    browser = create_app(settings_for(tmp_path, DATABASE_URL=url)).test_client()
    answers = [browser.get("/"), browser.get("/", headers={"Accept": "application/json"})]
    assert [(one.status_code, one.headers.get("Retry-After")) for one in answers] == [(status, waiting)] * 2
