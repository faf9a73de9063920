"""The measurements run to their end: one line of JSON, no error, and the race has no more winners than places."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.post_box import PostBox
from bench.visits import form_fields
from bench.wire import whole_answer

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {"per_s", "p50_ms", "p95_ms", "p99_ms", "cpu_ms", "statements", "rss_mb", "errors"}


def measured(program: str, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"bench.{program}", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_a_page_is_measured_without_an_error() -> None:
    figures = measured("load", "--what", "page", "--seconds", "0.5", "--clients", "2")

    assert figures.keys() == FIGURES
    assert figures["errors"] == 0
    assert figures["per_s"] > 0


def test_the_yardstick_tells_how_fast_the_machine_is() -> None:
    figures = measured("yardstick")

    assert figures.keys() == {"python", "python_ms", "fsync_ms"}
    assert min(figures["python_ms"], figures["fsync_ms"]) > 0


@pytest.mark.slow
def test_places_are_never_sold_twice_in_a_race_over_http() -> None:
    figures = measured("race", "--places", "5", "--clients", "20", "--processes", "2")

    assert figures == {"confirmed": 5, "refused": 15, "errors": 0}


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_processes_are_killed() -> None:
    figures = measured("crash", "--kills", "2")

    assert figures.pop("acknowledged") > 0
    assert figures == {"lost": 0, "without_letter": 0, "broken_invariants": 0}


def test_an_answer_is_whole_only_with_its_last_byte() -> None:
    wire = b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: "a"\r\n\r\nhello'

    early = whole_answer(bytearray(wire[:-1]), 0.0)
    whole = whole_answer(bytearray(wire), 0.0)

    assert early is None
    assert whole is not None
    assert (whole.status, whole.body, whole.header(b"etag")) == (200, b"hello", '"a"')


def test_a_form_is_filled_from_its_page() -> None:
    page = (
        b'<input id="csrf_token" name="csrf_token" type="hidden" value="t">'
        b'<input type="checkbox" name="sessions" value="s1"><input type="checkbox" name="sessions" value="s2">'
        b'<input type="checkbox" name="consents" value="3">'
    )

    assert form_fields(page) == [("csrf_token", "t"), ("consents", "3"), ("sessions", "s1")]


def test_the_post_box_gives_the_link_of_a_letter() -> None:
    box = PostBox()
    try:
        box._keep("ada@example.org", b"\r\nhttp://127.0.0.1:1/registrations/abc/confirm/se=\r\ncret-1\r\n")
    finally:
        box.close()

    assert list(box.links) == [("ada@example.org", "/registrations/abc/confirm/secret-1")]


@pytest.mark.slow
def test_a_crowd_costs_as_many_statements_as_a_handful() -> None:
    figures = measured("crowd", "--people", "200")

    assert figures.keys() == {
        "people",
        "form_p95_ms",
        "people_p95_ms",
        "xlsx_s",
        "peak_mb",
        "proof_s",
        "form_statements",
        "people_statements",
        "people_statements_of_few",
    }
    assert figures["people_statements"] == figures["people_statements_of_few"]
    assert figures["form_statements"] <= 15
