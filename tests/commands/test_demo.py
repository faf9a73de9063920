"""Demo data: whole in both languages, honest in its counters, once alone, never in production."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import JSON, func, select

from eventhub import create_app
from eventhub.accounts.passwords import is_right
from eventhub.accounts.queries import find_user
from eventhub.billing.queries import list_misnumbered, page_of_invoices
from eventhub.billing.rules import InvoiceState
from eventhub.checkin.models import Gate
from eventhub.cli.demo import demo
from eventhub.core import clock
from eventhub.db import Base, db
from eventhub.demo.people import PEOPLE
from eventhub.demo.questions import FORMS
from eventhub.events.models import Event
from eventhub.events.rules import EventState, Kind, Registering, registering
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.registration.forms.queries import get_form, get_seats
from eventhub.registration.invoicing.queries import list_debtors
from eventhub.registration.models import Registration
from eventhub.registration.proof import list_miscounts, list_misheld
from tests.conftest import settings_for


def run_demo(folder: Path, *options: str, **environ: str) -> Result:
    return CliRunner().invoke(demo, options, env={"DATA_DIR": str(folder), "MAIL_URL": "memory:", **environ})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("demo")
    done = run_demo(where)
    assert done.exit_code == 0, done.output
    return where


@pytest.fixture
def filled(folder: Path) -> Iterator[Flask]:
    app = create_app(settings_for(folder))
    with app.app_context():
        yield app


def states_of_registering() -> set[Registering]:
    now = clock.now()
    return {
        registering(event.window, places_left=event.pool and event.pool.capacity - event.pool.taken, now=now)
        for event in db.session.scalars(select(Event))
    }


def test_every_kind_has_an_event(filled: Flask) -> None:
    kinds = set(db.session.scalars(select(Event.kind).where(Event.state == EventState.PUBLISHED)))

    assert kinds == set(Kind)


def test_every_way_of_registering_can_be_seen(filled: Flask) -> None:
    shown = {Registering.OPEN, Registering.FULL, Registering.NOT_YET, Registering.CANCELLED}

    assert states_of_registering() >= shown


def test_a_door_can_be_tried_now(filled: Flask) -> None:
    now = clock.now()
    running = select(Event.id).where(
        Event.starts_at < now, Event.ends_at > now + timedelta(hours=12), Event.state == EventState.PUBLISHED
    )

    gates = db.session.scalars(select(Gate).where(Gate.event_id.in_(running))).all()

    assert len(gates) == 3


def test_every_text_is_there_in_both_languages(filled: Flask) -> None:
    halves = [
        f"{table.name}.{column.name}: {text}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JSON)
        for text in db.session.scalars(select(column))
        if isinstance(text, dict) and text.keys() & {"en", "ru"}
        if not (text.get("en") and text.get("ru"))
    ]

    assert halves == []


def test_the_counters_of_places_agree_with_the_places(filled: Flask) -> None:
    assert list_miscounts() == []


def test_sixty_people_of_twelve_countries_take_part(filled: Flask) -> None:
    people = set(db.session.execute(select(Registration.email_key, Registration.country)).all())

    assert len(PEOPLE) == len({one.full_name for one in PEOPLE}) == 60
    assert len(people) == 60
    assert len({country for _email, country in people}) == 12


def test_no_letter_of_the_demo_waits_to_be_sent(filled: Flask) -> None:
    states = set(db.session.scalars(select(Message.state)))

    assert states == {MessageState.SENT}


def test_the_sign_ins_are_written_for_the_owner_alone_and_work(filled: Flask, folder: Path) -> None:
    notes = folder / "demo-sign-ins.txt"
    lines = [line.split()[-2:] for line in notes.read_text(encoding="utf-8").splitlines() if "@" in line]

    assert stat.S_IMODE(notes.stat().st_mode) == 0o600
    assert len(lines) == 5
    for email, password in lines:
        user = find_user(email)
        assert user is not None
        assert is_right(password, user.password_hash)


def test_a_second_run_adds_nothing(folder: Path, filled: Flask) -> None:
    before = (folder / "demo-sign-ins.txt").read_bytes()
    events = db.session.scalar(select(func.count(Event.id)))

    done = run_demo(folder, "--if-empty")

    db.session.rollback()
    assert done.exit_code == 0
    assert db.session.scalar(select(func.count(Event.id))) == events
    assert (folder / "demo-sign-ins.txt").read_bytes() == before


def test_a_filled_database_is_refused(folder: Path) -> None:
    done = run_demo(folder)

    assert done.exit_code == 1
    assert done.output == "Error: There are events already; demo data go into an empty database alone.\n"


def test_production_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = run_demo(
        tmp_path,
        BASE_URL="https://events.example.org",
        SECRET_KEY="k" * 40,
        MAIL_URL="smtp://127.0.0.1:9",
    )

    assert done.exit_code == 1
    assert done.output == "Error: Demo data have no place in production.\n"
    assert not (tmp_path / "eventhub.sqlite3").exists()


def test_the_conferences_and_the_summer_school_ask_and_their_guests_have_answered(filled: Flask) -> None:
    kinds = {}
    forms = FORMS.keys() - {"fablab-picnik"}
    for event in db.session.scalars(select(Event).where(Event.slug.in_(forms))):
        form = get_form(event.id)
        kinds[event.slug] = {one.content.kind.value for one in form}
        assert any(one.content.condition.tests for one in form)
        assert [pool for pool in get_seats(form).values() if pool.taken] != []

    assert [slug for slug, asked in kinds.items() if not asked >= {"choice", "dietary"}] == []
    assert sorted(kinds) == sorted(forms)
    assert (list_miscounts(), list_misheld()) == ([], [])


def test_a_conference_has_a_paid_invoice_an_unpaid_one_and_somebody_without(filled: Flask) -> None:
    event = db.session.scalars(select(Event).where(Event.slug == "digital-engineering")).one()
    found = page_of_invoices(event.id, text="", page=1)
    invoices = [(one.name[:5], one.name[-4:], one.state) for one in found.documents]
    waiting = [one.payer and one.payer.name for one in list_debtors(event.id)]

    assert invoices == [
        ("DEMO-", "0002", InvoiceState.ISSUED),
        ("DEMO-", "0001", InvoiceState.PAID),
    ]
    assert (waiting, list_misnumbered()) == (["Malli Works"], [])
