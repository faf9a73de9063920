"""What a crowd costs: the form of a full event, the organisers' table of people, its export and the nightly proof.
One line of JSON.

Before each look at the form an option has another number of places left and shows it, so every page is made anew.
Memory is the most that one process of the server ever had.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from bench.counting import count_visit
from bench.server import Place, descendants, place, serving
from bench.wire import Answer, Line, Request, Visit, ask
from eventhub.accounts.rules import Role
from eventhub.core import clock
from eventhub.core.ids import public_id, readable_number
from eventhub.core.names import search_key
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.forms.editing import add_question, add_section
from eventhub.registration.forms.models import Answer as GivenAnswer
from eventhub.registration.forms.models import OptionPool, QuestionRow, QuestionVersion
from eventhub.registration.forms.shapes import Content, Option, QuestionKind
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.models import Place as TakenPlace
from eventhub.registration.proof import list_miscounts, list_misheld
from eventhub.registration.rules import RegistrationState
from tests.factories import grant, make_event, make_user
from tests.people import forget_kept, sign_in

BIG, SMALL, FEW = "crowd", "handful", 30
OPTIONS, FEW_LEFT = 10, 5
NAMES = ("Анна Примерова", "Ivan Example", "Élodie Exemple", "Юлия Образцова", "Wei Sample")
COUNTRIES = ("RU", "FI", "CN", "DE", "IN")
LOOKS = 90


@dataclass(frozen=True)
class Crowd:
    """Where to look, as whom, and the pools of the options that change meanwhile."""

    cookie: tuple[str, str]
    pools: list[int]

    def look(self, path: str) -> Request:
        return Request("GET", path, head=(self.cookie,))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--people", type=int, default=20_000)
    options = parser.parse_args()
    with place(options.database, mail_url="memory://") as where:
        print(json.dumps(measure(where, options.people)))


def measure(where: Place, people: int) -> dict[str, Any]:
    """The figures, times in milliseconds but for the export."""
    app = where.application()
    crowd = _fill(app, people)
    counted = {
        "form_statements": _statements(app, crowd.look(_form())),
        "people_statements": _statements(app, crowd.look(_people(BIG))),
        "people_statements_of_few": _statements(app, crowd.look(_people(SMALL))),
    }
    with serving(where) as server:
        line = Line(where.host, where.port)
        looks = count()
        form = _p95(lambda: _form_made_anew(app, line, crowd, next(looks)))
        table = _p95(lambda: _good(ask(line, crowd.look(_people(BIG)))))
        sheet = _export(where, crowd)
        memory = max(map(_peak_mb, descendants(server)))
        line.close()
    figures = {"form_p95_ms": form, "people_p95_ms": table, "xlsx_s": round(sheet, 2), "peak_mb": memory}
    figures |= {"proof_s": _proof(app)}
    return {"people": people, **figures, **counted}


def _form() -> str:
    return f"/events/{BIG}/register"


def _people(slug: str) -> str:
    return f"/organiser/events/{slug}/people"


def _p95(look: Callable[[], float]) -> float:
    look()
    return round(statistics.quantiles((look() for _ in range(LOOKS)), n=20)[-1] * 1000, 1)


def _proof(app: Flask) -> float:
    """Seconds of the nightly proof, which finds every place in order."""
    with app.app_context():
        start = time.perf_counter()
        assert (list_miscounts(), list_misheld()) == ([], [])
        return round(time.perf_counter() - start, 2)


def _form_made_anew(app: Flask, line: Line, crowd: Crowd, look: int) -> float:
    """The numbers left are never the same twice."""
    with app.app_context(), transaction():
        pool = db.session.get(CapacityPool, crowd.pools[look % OPTIONS])
        assert pool is not None
        pool.capacity = pool.taken + 1 + look // OPTIONS
    return _good(ask(line, Request("GET", _form())))


def _export(where: Place, crowd: Crowd) -> float:
    """Seconds until the last byte of the sheet, which comes in pieces."""
    link, start = HTTPConnection(where.host, timeout=60), time.perf_counter()
    link.request("GET", f"{_people(BIG)}.xlsx", headers=dict([crowd.cookie]))
    answer = link.getresponse()
    assert answer.status == 200, answer.status
    answer.read()
    link.close()
    return time.perf_counter() - start


def _good(answer: Answer) -> float:
    assert answer.status == 200, answer.head
    return answer.seconds


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _statements(app: Flask, request: Request) -> int:
    """With nothing kept."""
    forget_kept(app)
    return count_visit(app, _only(request))


def _only(request: Request) -> Visit:
    yield request


def _fill(app: Flask, people: int) -> Crowd:
    now = clock.now()
    with app.app_context():
        with transaction():
            user = make_user("organiser@example.org", now=now)
            grant(user, Role.OFFICE_MANAGER, now=now)
            for slug, size in ((BIG, people), (SMALL, FEW)):
                event = make_event(now=now, slug=slug, capacity=people + 1)
                _ask_about_workshops(event, size // OPTIONS + FEW_LEFT, now=now)
                _come(event, size, now=now)
        query = select(OptionPool.pool_id).order_by(OptionPool.pool_id)
        pools = list(db.session.scalars(query))
        client = app.test_client()
        sign_in(client, user, now=now)
        cookie = client.get_cookie("eventhub")
        assert cookie is not None
    return Crowd(("Cookie", f"eventhub={cookie.value}"), pools)


def _ask_about_workshops(event: Event, places: int, *, now: datetime) -> None:
    """One question with ten limited options."""
    options = tuple(
        Option(
            key=f"o{number}", label={"en": f"Workshop {number}", "ru": f"Мастерская {number}"}, limit=places
        )
        for number in range(OPTIONS)
    )
    label = {"en": "Which workshop?", "ru": "Какая мастерская?"}
    content = Content(kind=QuestionKind.CHOICE, label=label, purpose=label, options=options)
    section = add_section(event, title={"en": "Workshops", "ru": "Мастерские"}, by="bench", now=now)
    add_question(event, section=section, content=content, by="bench", now=now)


def _come(event: Event, size: int, *, now: datetime) -> None:
    """So many confirmed people with their answers and places."""
    db.session.flush()
    question, version = db.session.execute(
        select(QuestionRow.id, QuestionVersion.id)
        .join(QuestionVersion, QuestionVersion.question_id == QuestionRow.id)
        .where(QuestionRow.event_id == event.id)
    ).one()
    pools = dict(
        db.session.execute(select(OptionPool.key, OptionPool.pool_id).filter_by(question_id=question)).all()
    )
    rows = list(_registrations(event, size, now=now))
    ids = db.session.scalars(
        insert(Registration).returning(Registration.id, sort_by_parameter_order=True), rows
    ).all()
    keys = [f"o{number % OPTIONS}" for number in range(size)]
    db.session.execute(insert(Attendee), [_person(one, number) for number, one in enumerate(ids)])
    taken = [(one, pools[key]) for one, key in zip(ids, keys, strict=True)] + [
        (one, event.pool_id) for one in ids
    ]
    db.session.execute(
        insert(TakenPlace), [{"registration_id": one, "pool_id": pool, "count": 1} for one, pool in taken]
    )
    answers = [
        {
            "registration_id": one,
            "question_id": question,
            "version_id": version,
            "value": key,
            "answered_at": now,
        }
        for one, key in zip(ids, keys, strict=True)
    ]
    db.session.execute(insert(GivenAnswer), answers)
    for pool in {pool for _, pool in taken}:
        counted = db.session.get(CapacityPool, pool)
        assert counted is not None
        counted.taken = sum(1 for _, one in taken if one == pool)


def _registrations(event: Event, size: int, *, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(size):
        email = f"guest{number}@example.org"
        yield {
            "public_id": public_id(),
            "number": readable_number(),
            "submission_key": public_id(),
            "event_id": event.id,
            "state": RegistrationState.CONFIRMED,
            "email": email,
            "email_key": email,
            "organisation": f"Example University {number % 250}",
            "country": COUNTRIES[number % len(COUNTRIES)],
            "language": "en",
            "link_generation": 1,
            "created_at": now - timedelta(minutes=number % 5000),
            "confirmed_at": now,
        }


def _person(registration: int, number: int) -> dict[str, Any]:
    name = f"{NAMES[number % len(NAMES)]} {number}"
    return {"registration_id": registration, "full_name": name, "search_key": search_key(name)}


if __name__ == "__main__":
    main()
