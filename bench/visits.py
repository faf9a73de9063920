"""What a visitor does, as generators of requests: read a page, subscribe, register to the end, scan a ticket."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.post_box import PostBox
from bench.stock import SLUG, Door
from bench.wire import FORM, Answer, Request, Visit
from config import QUICKEST_PERSON

PATH = f"/events/{SLUG}/register"
_HIDDEN = re.compile(rb'name="(csrf_token|submission_key)"[^>]*value="([^"]*)"')
_HIDDEN_TURNED = re.compile(rb'value="([^"]*)"[^>]*name="(csrf_token|submission_key)"')
_TICK = re.compile(rb'<input[^>]*type="checkbox"[^>]*>')
_NAME = re.compile(rb'name="(\w+)"')
_VALUE = re.compile(rb'value="([^"]*)"')
_HOMES = ip_network("198.18.0.0/15")  # kept for measurements (RFC 2544)
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


def from_home(number: int) -> tuple[tuple[str, str], ...]:
    """The address from which this person calls, as the proxy in front would say it."""
    return (("X-Forwarded-For", str(_HOMES[number % _HOMES.num_addresses])),)


def number_of(email: str) -> int:
    return int(email.removeprefix("visitor").partition("@")[0])


def filled(number: int, form: Answer, *, with_sessions: bool = True) -> Request:
    """The registration form as this person sends it."""
    fields = person(number) + form_fields(form.body)
    fields = [pair for pair in fields if with_sessions or pair[0] != "sessions"]
    head = (*cookie_of(form), ("Content-Type", FORM), *from_home(number))
    return Request("POST", PATH, urlencode(fields).encode(), head)


def pressed(path: str, page: Answer, *, head: tuple[tuple[str, str], ...]) -> Request:
    """The one button of this page."""
    body = urlencode(form_fields(page.body)).encode()
    return Request("POST", path, body, (*cookie_of(page), ("Content-Type", FORM), *head))


@dataclass(frozen=True)
class Shown:
    """A form before a person who types; ready to be sent at `ready_at` (perf_counter)."""

    number: int
    form: Answer
    ready_at: float


@dataclass
class Registering:
    """Complete registrations. Nobody waits on a line: forms wait here while people type, and whoever has sent one
    waits in the post box until the letter has come.

    As many forms as people type at once are kept ready: for each that is sent another one is shown.
    """

    tally: Tally
    post_box: PostBox
    most_open: int = 400
    most_shown: int = 300
    shown_so_far: int = 0
    sent: int = 0
    shown: deque[Shown] = field(default_factory=deque)
    half_done: dict[str, float] = field(default_factory=dict)
    is_over: Callable[[], bool] = lambda: False

    def next_visit(self) -> Visit | None:
        """Whose letter has come goes on first, then who has typed; a new form is shown while the time lasts."""
        if self.post_box.links:
            email, path = self.post_box.links.popleft()
            return self.second_half(email, path)
        if self.is_over():
            return None
        if len(self.shown) < self.most_shown:
            self.shown_so_far += 1
            return self.open_form(self.shown_so_far)
        is_ready = self.shown[0].ready_at <= time.perf_counter()
        if is_ready and len(self.half_done) < self.most_open:
            self.sent += 1
            return self.send(self.shown.popleft())
        return None

    def open_form(self, number: int) -> Visit:
        form = yield Request("GET", PATH, head=from_home(number))
        if self.tally.expect(form, 200, "form"):
            self.shown.append(Shown(number, form, time.perf_counter() + QUICKEST_PERSON))

    def send(self, shown: Shown) -> Visit:
        answer = yield filled(shown.number, shown.form)
        if self.tally.expect(answer, 302, "submit"):
            self.half_done[f"visitor{shown.number}@example.org"] = shown.form.seconds + answer.seconds

    def second_half(self, email: str, path: str) -> Visit:
        """Open the link, confirm, see the ticket."""
        home = from_home(number_of(email))
        page = yield Request("GET", path, head=home)
        if not self.tally.expect(page, 200, "link"):
            return
        done = yield pressed(path, page, head=home)
        if not self.tally.expect(done, 302, "confirm"):
            return
        ticket = yield Request("GET", done.header(b"location"), head=home)
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
