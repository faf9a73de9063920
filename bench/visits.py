"""What a visitor does, as generators of requests: read a page, subscribe, register to the end, scan a ticket."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.post_box import PostBox
from bench.stock import SLUG, Door
from bench.wire import FORM, Answer, Request, Visit

_HIDDEN = re.compile(rb'name="(csrf_token|submission_key)"[^>]*value="([^"]*)"')
_HIDDEN_TURNED = re.compile(rb'value="([^"]*)"[^>]*name="(csrf_token|submission_key)"')
_TICK = re.compile(rb'<input[^>]*type="checkbox"[^>]*>')
_NAME = re.compile(rb'name="(\w+)"')
_VALUE = re.compile(rb'value="([^"]*)"')
_ORGANISATIONS = ("Zhejiang University", "TU Graz", "LUT University", "Politecnico di Milano")


@dataclass
class Tally:
    """What was done: seconds of each whole operation, and a line for each surprise."""

    seconds: list[float] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def expect(self, answer: Answer, status: int, what: str) -> bool:
        if answer.status == status:
            return True
        self.surprises.append(f"{what}: {answer.status} {answer.body[:300]!r}")
        return False


def reading(path: str, tally: Tally) -> Callable[[], Visit]:
    """Fetch the whole page each time."""
    return _fetching(Request("GET", path), 200, tally)


def rereading(path: str, etag: str, tally: Tally) -> Callable[[], Visit]:
    """Ask whether it has changed; it has not."""
    return _fetching(Request("GET", path, head=(("If-None-Match", etag),)), 304, tally)


def _fetching(request: Request, status: int, tally: Tally) -> Callable[[], Visit]:
    def visit() -> Visit:
        answer = yield request
        if tally.expect(answer, status, request.path):
            tally.seconds.append(answer.seconds)

    return visit


def form_fields(page: bytes) -> list[tuple[str, str]]:
    """The hidden fields, every consent, and the first session that is offered."""
    found = [(name.decode(), value.decode()) for name, value in _HIDDEN.findall(page)]
    found = found or [(name.decode(), value.decode()) for value, name in _HIDDEN_TURNED.findall(page)]
    ticks = [(_NAME.search(tag), _VALUE.search(tag)) for tag in _TICK.findall(page)]
    pairs = [(name[1].decode(), value[1].decode()) for name, value in ticks if name and value]
    sessions = [pair for pair in pairs if pair[0] == "sessions"]
    return found + [pair for pair in pairs if pair[0] == "consents"] + sessions[:1]


def cookie_of(answer: Answer) -> tuple[tuple[str, str], ...]:
    given = answer.header(b"set-cookie").partition(";")[0]
    return (("Cookie", given),) if given else ()


def person(number: int) -> list[tuple[str, str]]:
    return [
        ("full_name", f"Visitor Example {number}"),
        ("email", f"visitor{number}@example.org"),
        ("organisation", _ORGANISATIONS[number % 4]),
        ("country", "FI"),
        ("language", "en"),
    ]


@dataclass
class Registering:
    """Complete registrations: the first half waits in the post box until its letter has come."""

    tally: Tally
    post_box: PostBox
    first: int = 0
    most_open: int = 400
    started: int = 0
    half_done: dict[str, float] = field(default_factory=dict)
    is_over: Callable[[], bool] = lambda: False

    def next_visit(self) -> Visit | None:
        """Whose letter has come goes on first; a new one begins while the time lasts."""
        if self.post_box.links:
            email, path = self.post_box.links.popleft()
            return self.second_half(email, path)
        if self.is_over() or len(self.half_done) >= self.most_open:
            return None
        self.started += 1
        return self.first_half(self.first + self.started)

    def first_half(self, number: int) -> Visit:
        """Form, submit."""
        path = f"/events/{SLUG}/register"
        form = yield Request("GET", path)
        if not self.tally.expect(form, 200, "form"):
            return
        head = (*cookie_of(form), ("Content-Type", FORM))
        fields = person(number) + form_fields(form.body)
        answer = yield Request("POST", path, urlencode(fields).encode(), head)
        if self.tally.expect(answer, 302, "submit"):
            self.half_done[f"visitor{number}@example.org"] = form.seconds + answer.seconds

    def second_half(self, email: str, path: str) -> Visit:
        """Open the link, confirm, see the ticket."""
        page = yield Request("GET", path)
        if not self.tally.expect(page, 200, "link"):
            return
        head = (*cookie_of(page), ("Content-Type", FORM))
        body = urlencode(form_fields(page.body)).encode()
        done = yield Request("POST", path, body, head)
        if not self.tally.expect(done, 302, "confirm"):
            return
        ticket = yield Request("GET", done.header(b"location"))
        if self.tally.expect(ticket, 200, "ticket"):
            first = self.half_done.pop(email, 0.0)
            self.tally.seconds.append(first + page.seconds + done.seconds + ticket.seconds)


def scanning(door: Door, tally: Tally, *, repeat_every: int = 10) -> Callable[[], Visit]:
    """Show one ticket after the other; every tenth is shown a second time, and refused."""
    showings = _showings(door.codes, repeat_every)

    def visit() -> Visit:
        code, verdict = next(showings)
        body = {"scan_id": str(uuid4()), "code": code, "direction": "entry", "source": "camera"}
        answer = yield Request("POST", door.path, json.dumps(body).encode(), door.head)
        if not tally.expect(answer, 200, "scan"):
            return
        said: dict[str, Any] = json.loads(answer.body)
        if said["verdict"] == verdict:
            tally.seconds.append(answer.seconds)
        else:
            tally.surprises.append(f"scan: {said['verdict']} instead of {verdict}")

    return visit


def _showings(codes: Sequence[str], repeat_every: int) -> Iterator[tuple[str, str]]:
    """(code, the verdict it must have). A repeat comes long after its first showing."""
    late = 50
    for number, code in enumerate(codes):
        yield code, "admit"
        if number % repeat_every == 0 and number >= late:
            yield codes[number - late], "already_in"
    while True:
        yield codes[0], "already_in"
