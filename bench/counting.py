"""How many SQL statements an operation takes, counted in this process on the same database."""

from __future__ import annotations

import re
import time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from bench import visits
from bench.post_box import PostBox
from bench.stock import SLUG, Door
from bench.wire import Answer, Request, Visit
from eventhub.db import db, transaction
from eventhub.mail.models import Message
from tests.people import statements

SPARE_TICKETS = 3
_CONFIRM = re.compile(r"/registrations/[\w-]+/confirm/[\w.~-]+")


def statements_of(what: str, app: Flask, door: Door | None) -> int:
    """BEGIN and COMMIT are not counted; of a registration the worker's statements are not either."""
    with app.app_context():
        if what == "registration":
            return _of_registration(app)
        if door is not None:
            return _of_scan(app, door)
        return _of_page(app, what)


def _of_page(app: Flask, what: str) -> int:
    path = f"/events/{SLUG}" if what.startswith("page") else "/calendar/events.ics"
    client = app.test_client()
    etag = client.get(path).headers["ETag"]
    for kept in ("kept_pages", "kept_feeds"):
        app.extensions[kept].clear()
    head = (("If-None-Match", etag),) if what.endswith("304") else ()
    return _count(client, _only(Request("GET", path, head=head)))


def _only(request: Request) -> Visit:
    yield request


def _of_scan(app: Flask, door: Door) -> int:
    tally = visits.Tally()
    visit = visits.scanning(door, tally, repeat_every=10**9)
    _lead(app.test_client(use_cookies=False), visit())
    return _count(app.test_client(use_cookies=False), visit())


def _of_registration(app: Flask) -> int:
    tally = visits.Tally()
    flow = visits.Registering(tally, PostBox())
    client = app.test_client(use_cookies=False)
    total = 0
    for number in (10**8, 10**8 + 1):  # the first one also makes the first key, and warms caches
        total = _count(client, flow.first_half(number))
        email = f"visitor{number}@example.org"
        text = db.session.scalars(select(Message.text).where(Message.to_email == email)).one()
        found = _CONFIRM.search(text)
        assert found is not None, text
        total += _count(client, flow.second_half(email, found[0]))
    assert not tally.surprises, tally.surprises
    with transaction():
        db.session.execute(delete(Message))  # the server shall not send them
    return total


def _count(client: FlaskClient, visit: Visit) -> int:
    db.session.rollback()
    with statements() as said:
        _lead(client, visit)
    return len(said)


def _lead(client: FlaskClient, visit: Visit) -> None:
    """The visit in this process."""
    answer: Answer | None = None
    while True:
        try:
            request = next(visit) if answer is None else visit.send(answer)
        except StopIteration:
            return
        answer = _ask(client, request)


def _ask(client: FlaskClient, request: Request) -> Answer:
    start = time.perf_counter()
    response = client.open(request.path, method=request.method, data=request.body, headers=list(request.head))
    head = "".join(f"\r\n{name}: {value}" for name, value in response.headers)
    return Answer(response.status_code, head.encode(), response.data, time.perf_counter() - start)
