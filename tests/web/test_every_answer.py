"""What holds for every answer, errors and files included: headers, hosts, and errors in words or as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from eventhub import create_app
from eventhub.db import db, transaction
from eventhub.web.headers import EVERYWHERE
from tests.conftest import settings_for
from tests.factories import make_event
from tests.web.reading import dangers, parsed

UNSAFE = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")


@pytest.fixture
def faulty(app: Flask, tmp_path: Path) -> FlaskClient:
    """An application with a page that fails as ours never should."""
    broken = create_app(settings_for(tmp_path, DATABASE_URL=app.extensions["settings"].database_url))
    broken.extensions["guards"]["faults"] = lambda: None

    def fail() -> None:
        db.session.execute(text("SELECT nonsense FROM nowhere"))

    broken.add_url_rule("/fail", "faults.fail", fail)
    return broken.test_client()


def answers(client: FlaskClient) -> dict[str, tuple[int, object]]:
    static = "/static/dist/manifest.json"
    asked = {
        "home": client.get("/"),
        "event": client.get("/events/shells"),
        "feed": client.get("/calendar/events.ics"),
        "cover": client.get("/events/shells/cover.svg"),
        "probe": client.get("/healthz"),
        "static": client.get(static),
        "redirect": client.get("/account"),
        "404": client.get("/nowhere"),
        "404 static": client.get("/static/nowhere.js"),
        "405": client.post("/robots.txt"),
        "400": client.get("/", headers={"Host": "evil.example"}),
        "403": client.post("/events/shells/register", data={}),
        "413": client.post("/events/shells/register", data={"full_name": "x" * 2_000_000}),
    }
    return {name: (answer.status_code, answer) for name, answer in asked.items()}


def test_every_answer_carries_the_headers(client: FlaskClient, faulty: FlaskClient, now) -> None:
    with transaction():
        make_event(now=now, slug="shells")
    found = {**answers(client), "500": (500, faulty.get("/fail"))}

    assert {name: status for name, (status, _) in found.items() if name[0] in "45"} == {
        "404": 404, "404 static": 404, "405": 405, "400": 400, "403": 403, "413": 413, "500": 500,
    }  # fmt: skip
    for name, (_status, answer) in found.items():
        headers = answer.headers
        assert headers["Content-Security-Policy"] == EVERYWHERE, name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "camera=()" in headers["Permissions-Policy"], name
        assert "Cache-Control" in headers, name


def test_the_policy_has_no_unsafe_word() -> None:
    words = EVERYWHERE.replace(";", " ").split()

    assert [word for word in words for unsafe in UNSAFE if unsafe in word] == []
    assert "default-src 'none'" in EVERYWHERE


def test_every_error_is_a_page_with_one_heading_and_a_way_on(
    client: FlaskClient, faulty: FlaskClient
) -> None:
    for answer in (client.get("/nowhere"), client.post("/robots.txt"), faulty.get("/fail")):
        page = parsed(answer)
        assert page.xpath("//h1")[0].text_content().strip() != ""
        assert page.xpath("//main//a/@href") == ["/"]
        assert dangers(answer) == []


def test_a_failed_statement_is_told_kindly_on_both_databases(both: Flask, app: Flask, tmp_path: Path) -> None:
    broken = create_app(settings_for(tmp_path, DATABASE_URL=both.extensions["settings"].database_url))
    broken.extensions["guards"]["faults"] = lambda: None
    broken.add_url_rule(
        "/fail", "faults.fail", lambda: db.session.execute(text("SELECT nonsense FROM nowhere"))
    )
    client = broken.test_client()
    with client.session_transaction() as session:
        session["sign_in"] = "unknown"

    answer = client.get("/fail")

    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert "nonsense" not in answer.text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost@evil.example", "", "[", "a b"],
)
def test_a_foreign_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})

    assert (answer.status_code, "evil" in answer.text) == (400, False)


def test_in_production_only_the_one_host_is_answered(app: Flask, tmp_path: Path) -> None:
    settings = settings_for(
        tmp_path, BASE_URL="https://events.example.org", SECRET_KEY="k" * 40, MAIL_URL="smtp://localhost"
    )
    client = create_app(settings).test_client()
    hosts = ("events.example.org", "EVENTS.example.org", "localhost", "127.0.0.1", "other.example.org")

    answers = [client.get("/help", headers={"Host": host}) for host in hosts]

    assert [answer.status_code for answer in answers] == [200, 200, 400, 400, 400]
    assert answers[0].headers["Strict-Transport-Security"] == "max-age=31536000"
    assert client.get("/healthz", headers={"Host": "10.0.0.1"}).status_code == 200
    switched = client.get("/help?lang=ru", headers={"Host": "events.example.org"})
    assert "Secure" in switched.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/nowhere", "GET", 404), ("/robots.txt", "POST", 405)]
)
def test_who_asks_for_json_gets_a_problem(client: FlaskClient, path: str, method: str, status: int) -> None:
    answer = client.open(path, method=method, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (answer.json["status"], set(answer.json)) == (status, {"type", "title", "status", "detail"})


def test_a_browser_gets_a_page_not_json(client: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    for headers in ({"Accept": accept}, {"Accept": "*/*"}, {}):
        assert client.get("/nowhere", headers=headers).mimetype == "text/html"


@pytest.mark.parametrize(
    "path",
    ["/events/%00", "/events/a%00/register", "/events/%00/event.ics", "/events/%00/cover.svg",
     "/seminars/series/%00", "/privacy/%00/1", "/privacy/x/99999999999999999999", "/privacy/x/2147483648",
     "/registrations/%00/x", "/registrations/x/%00", "/registrations/x/confirm/%00", "/t/%00", "/T/%00",
     "/calendar/series/%00.ics", "/events/" + "x" * 5000, "/events/%ED%A0%80", "/events/%FF", "/static/%00",
     "/static/../config.py", "/static/%2e%2e/%2e%2e/config.py"],
)  # fmt: skip
def test_no_address_is_an_error_of_ours(both: Flask, app: Flask, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
