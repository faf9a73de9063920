"""How many SQL statements an operation takes, counted in this process on the same database."""

from __future__ import annotations

import re
import time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select

from bench import visits
from bench.post_box import PostBox
from bench.stock import SLUG, Door
from bench.wire import Answer, Request, Visit
from config import QUICKEST_PERSON
from eventhub.db import db, transaction
from eventhub.mail.models import Message
from tests.people import forget_kept

SPARE_TICKETS = 3
_CONFIRM = re.compile(r"/registrations/[\w-]+/confirm/[\w.~-]+")


def statements_of(what: str, app: Flask, door: Door | None) -> int:
    """BEGIN and COMMIT are not counted; of a registration the worker's statements are not either."""
    if what == "registration":
        return _of_registration(app)
    return _of_page(app, what) if door is None else _of_scan(app, door)


def _of_page(app: Flask, what: str) -> int:
    path = f"/events/{SLUG}" if what.startswith("page") else "/calendar/events.ics"
    etag = app.test_client().get(path).headers["ETag"]
    forget_kept(app)
    head = (("If-None-Match", etag),) if what.endswith("304") else ()
    return count_visit(app, _only(Request("GET", path, head=head)))


def _only(request: Request) -> Visit:
    yield request


def _of_scan(app: Flask, door: Door) -> int:
    tally = visits.Tally()
    visit = visits.scanning(door, tally, repeat_every=10**9)
    _lead(app, visit())
    return count_visit(app, visit())


def _of_registration(app: Flask) -> int:
    """The second of two: the first one also makes the key that signs tickets."""
    tally = visits.Tally()
    box = PostBox()
    flow = visits.Registering(tally, box)
    total = 0
    for number in (10**8, 10**8 + 1):
        total = count_visit(app, flow.open_form(number))
        time.sleep(QUICKEST_PERSON)
        total += count_visit(app, flow.send(flow.shown.popleft()))
        email = f"visitor{number}@example.org"
        total += count_visit(app, flow.second_half(email, _link_in_letter(app, email)))
    box.close()
    assert not tally.surprises, tally.surprises
    with app.app_context(), transaction():
        db.session.execute(delete(Message))  # the server shall not send them
    return total


def _link_in_letter(app: Flask, email: str) -> str:
    with app.app_context():
        text = db.session.scalars(select(Message.text).where(Message.to_email == email)).one()
    found = _CONFIRM.search(text)
    assert found is not None, text
    return found[0]


def count_visit(app: Flask, visit: Visit) -> int:
    with app.app_context():
        engine = db.engine
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        _lead(app, visit)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return len(said)


def _lead(app: Flask, visit: Visit) -> None:
    """The visit in this process. Outside any application context: each request makes its own, as in a server."""
    client = app.test_client(use_cookies=False)
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
