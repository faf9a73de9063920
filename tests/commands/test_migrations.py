"""Migrations: up, down and up again with data, and what they make is what the models say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, update

from eventhub import create_app
from eventhub.badges.commands import print_one
from eventhub.badges.models import BadgePrint
from eventhub.badges.rules import Layout, PrintAsk
from eventhub.billing.commands import issue
from eventhub.billing.issuers import choose_issuer, retire_issuer
from eventhub.billing.models import Invoice, Series
from eventhub.billing.queries import find_issuer, list_issuers, list_misnumbered
from eventhub.billing.rules import Bill, Billed, Line
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.models import CheckInPoint, Gate, Presence, Scan
from eventhub.checkin.points import PointPlan, add_point
from eventhub.checkin.rules import ScanSource, Verdict
from eventhub.db import Base, db, transaction
from eventhub.events.models import CapacityPool, Event, Session
from eventhub.registration.forms.each import name_for, newcomer
from eventhub.registration.forms.queries import list_answers
from eventhub.registration.forms.shapes import PEOPLE, Option, QuestionKind
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.models import Attendee, Place, Registration
from eventhub.registration.proof import list_miscounts, list_misheld
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from eventhub.registration.session_lines.commands import wish_for
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.rules import WishState
from eventhub.registration.types.models import TicketType
from eventhub.registration.types.pools import add_pool
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.types.sharing import count_in
from eventhub.wallet.models import PassAtGoogle, PassOnPhone
from tests import postgres
from tests.commands.registration.asking import Known, cancel, registered, taken
from tests.commands.registration.parties import NINE, a_child, a_family
from tests.commands.registration.questions import a_section, answered, ask, typed
from tests.commands.registration.types import an_issuer, make_type
from tests.conftest import settings_for
from tests.factories import (
    both_languages,
    make_attendee,
    make_event,
    make_gate,
    make_phone,
    make_scan,
    make_session,
    make_user,
)

FOLDER = Path(__file__).parents[2] / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database that nobody has migrated yet."""
    environ = {}
    if request.param == "postgresql":
        server = db_server(request.getfixturevalue("postgresql_app"))
        environ["DATABASE_URL"] = postgres.fresh_database(server)
    app = create_app(settings_for(tmp_path, **environ))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgresql":
        postgres.drop_database(environ["DATABASE_URL"])


def db_server(app: Flask) -> str:
    """The server on which this application's database lives."""
    url: str = app.extensions["settings"].database_url
    return url.replace(f"@/{postgres.database_name(url)}?", "@/postgres?")


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def fill(now: datetime) -> None:
    with transaction():
        event = make_event(now=now, capacity=3)
        make_session(event, capacity=2)
        ticket = make_attendee(event, now=now).ticket
        assert ticket is not None
        held = {"serial": f"{ticket.number}.1.1", "ticket_id": ticket.id, "told_digest": "b", "look_at": now}
        asked = {"push_token": "a", "digest": "b", "registered_at": now, "changed_at": now}
        db.session.add(PassOnPhone(device="phone", **asked, **held))
        db.session.add(PassAtGoogle(language="en", offered_at=now, **held))


def test_up_down_and_up_again_with_data(empty: Flask, now: datetime) -> None:
    upgrade()
    fill(now)
    db.session.remove()

    downgrade(revision="base")
    assert tables() == set()

    upgrade()
    assert tables() == set(Base.metadata.tables)
    fill(now)
    assert len(db.session.scalars(select(Registration.id)).all()) == 1


def test_migrating_what_is_migrated_changes_nothing(empty: Flask, now: datetime) -> None:
    upgrade()
    fill(now)
    db.session.remove()

    upgrade()

    assert len(db.session.scalars(select(Registration.id)).all()) == 1


def keys_of_names() -> list[str]:
    db.session.rollback()
    keys = list(db.session.scalars(select(Attendee.search_key).order_by(Attendee.id)))
    db.session.rollback()  # what was read must not be in the way of the next migration
    return keys


def test_names_are_looked_up_in_latin_after_0002_and_not_before(empty: Flask, now: datetime) -> None:
    upgrade()
    with transaction():
        event = make_event(now=now)
        for name in ("Ёлкин Пётр", "Zoë Quill", "李明"):
            make_attendee(event, now=now, full_name=name)
    after = keys_of_names()

    downgrade(revision="0001")
    before = keys_of_names()
    upgrade()

    assert before == ["елкин петр", "zoe quill", "李明"]
    assert keys_of_names() == after == ["елкин петр elkin petr", "zoe quill zoe kuil", "李明 liming"]


def test_whoever_has_an_offer_gives_the_place_back_before_0003(empty: Flask, now: datetime) -> None:
    upgrade()
    with transaction():
        event = make_event(now=now, capacity=1)
        offered = make_attendee(event, now=now, state=RegistrationState.OFFERED, held_until=now).registration
        db.session.add(Place(registration_id=offered.id, pool_id=event.pool_id, count=1))
        assert event.pool is not None
        event.pool.taken = 1
    db.session.remove()

    downgrade(revision="0002")
    upgrade()

    assert db.session.scalars(select(Registration.state)).all() == [RegistrationState.CANCELLED]
    assert list_miscounts() == []
    assert list_misheld() == []


def test_accompanying_persons_are_a_text_without_places_before_0015(empty: Flask, now: datetime) -> None:
    upgrade()
    with transaction():
        event = make_event(now=now, capacity=5)
    options = (Option(key=PEOPLE, label={"en": "Who?"}, limit=4),)
    facts = {"kind": QuestionKind.ACCOMPANYING, "at_most": 2, "options": options, "takes_places": True}
    name = ask(event, a_section(event, now=now), now=now, **facts)
    guest = registered(event.slug, now=now, sheet=typed(name, "Linda", "", "Paul", "son")).public_id
    pool = event.pool_id
    before = taken(pool)
    db.session.remove()

    downgrade(revision="0013")
    upgrade()

    assert (before, taken(pool)) == (3, 1)
    assert answered(Known(guest)) == {"Why?": "Linda; Paul (son)"}
    assert (list_miscounts(), list_misheld()) == ([], [])


def test_families_wait_no_more_and_sessions_are_counted_apart_before_0016(
    empty: Flask, now: datetime
) -> None:
    upgrade()
    with transaction():
        facts = {"slug": "rush", "capacity": 20, "has_waiting_list": True, "takes_families": True}
        event = make_event(now=now, **facts)
        own, kites, robots = (make_session(event, capacity=places) for places in (2, 9, 9))
        kind = {"kind": PoolKind.SHARED, "places": 10, "by": "test"}
        pool = add_pool(event, name=both_languages("Hall"), now=now, **kind)
        for each in (kites, robots):
            count_in(event, each, pool.public_id, by="test", now=now)
    adult = make_type(event, now=now, pool=pool.public_id, most=4)
    family = a_family(a_child("Vera Example", NINE, kites), a_child("Gleb Example", NINE))
    party = registered("rush", now=now, ticket=adult, party=family).public_id
    registered("rush", "ada@example.org", now=now, ticket=adult, sessions=(robots.public_id,))
    with transaction():
        registration = get_registration(party)
        children = [one.ticket.number for one in registration.attendees[1:] if one.ticket]
        names = [own.public_id, robots.public_id]
        wish_for(registration, names, who=dict.fromkeys(names, children), now=now)
    before = taken(own.pool_id), taken(pool.pool_id)
    ids = own.id, kites.id, robots.id, pool.pool_id
    db.session.remove()

    downgrade(revision="0015")
    upgrade()

    assert before == (2, 8)  # four have tickets, two sit there, and two are offered seats
    assert db.session.scalars(select(SessionWish.state)).all() == [WishState.DECLINED] * 2
    sessions = [db.session.get_one(Session, each) for each in ids[:3]]
    pools = [db.session.get_one(CapacityPool, each.pool_id) for each in sessions]
    pools.append(db.session.get_one(CapacityPool, ids[3]))
    assert [one.shares_pool for one in sessions] == [False] * 3
    assert [(one.taken, one.capacity) for one in pools] == [(0, 2), (1, 2), (1, 2), (4, 6)]
    assert (list_miscounts(), list_misheld()) == ([], [])


def test_sessions_are_counted_in_their_nearest_pool_alone_before_0017(empty: Flask, now: datetime) -> None:
    upgrade()
    with transaction():
        event = make_event(now=now, slug="rush", has_waiting_list=True)
        robots, kites = (make_session(event, capacity=places) for places in (1, 9))
        kind = {"kind": PoolKind.SHARED, "places": 5, "by": "test", "name": both_languages("Hall")}
        hall = add_pool(event, now=now, **kind)
        lab = add_pool(event, now=now, parent=hall.public_id, **kind)
        count_in(event, robots, lab.public_id, places=1, by="test", now=now)
        count_in(event, kites, lab.public_id, by="test", now=now)
    ada = registered("rush", "ada@example.org", now=now, sessions=(robots.public_id,))
    bob = registered("rush", "bob@example.org", now=now, sessions=(kites.public_id,)).public_id
    with transaction():
        wish_for(get_registration(bob), [robots.public_id], now=now)
    cancel(ada, now=now)  # so that bob is offered that place
    ids = [robots.pool_id, lab.pool_id, hall.pool_id]
    before = [taken(one) for one in ids]
    db.session.remove()

    downgrade(revision="0016")
    upgrade()

    assert (before, [taken(one) for one in ids]) == ([1, 2, 2], [1, 1, 0])
    assert (list_miscounts(), list_misheld()) == ([], [])


def test_printed_badges_and_colours_are_forgotten_before_0022_and_nothing_else(
    empty: Flask, now: datetime
) -> None:
    upgrade()
    with transaction():
        event = make_event(now=now)
        guest = make_attendee(event, now=now)
        slug = event.slug
    make_type(event, now=now, badge_colour="olive")
    with transaction():
        ticket, by = db.session.merge(guest).ticket, make_user(now=now)
        assert ticket is not None
        print_one(ticket, PrintAsk(key="key", layout=Layout.CARD), by=by, now=now)
    db.session.remove()

    downgrade(revision="0021")
    assert not {"badge_plans", "badge_printings", "badge_prints"} & tables()
    upgrade()

    assert db.session.scalars(select(TicketType.badge_colour)).all() == [None]
    assert db.session.scalars(select(Event.slug)).all() == [slug]
    assert db.session.scalars(select(BadgePrint.copy)).all() == []


def test_a_phone_from_before_0026_was_told_what_it_asked_for_last(empty: Flask, now: datetime) -> None:
    upgrade()
    fill(now)
    db.session.remove()

    downgrade(revision="0025")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE passes_on_phones SET digest = 'asked'")
    upgrade()

    (phone,) = db.session.scalars(select(PassOnPhone)).all()
    assert (phone.told_digest, phone.tries, phone.look_at, phone.push_token) == ("asked", 0, now, "a")
    assert db.session.scalars(select(PassAtGoogle.serial)).all() == []


def test_everybody_is_inside_the_event_alone_before_0020(empty: Flask, now: datetime) -> None:
    upgrade()
    with transaction():
        event = make_event(now=now)
        gate, ticket = make_gate(event), make_attendee(event, now=now).ticket
        assert ticket is not None
        meal = add_point(
            event_id=event.id,
            kind=PointKind.MEAL,
            plan=PointPlan(name={"en": "Lunch"}, mode=Mode.ONCE),
            by="test",
            now=now,
        )
        make_scan(gate, now=now, ticket_id=ticket.id, moment=now)
        facts = {"verdict": Verdict.USED, "source": ScanSource.CORRECTION, "point_id": meal.id}
        make_scan(gate, now=now, ticket_id=ticket.id, device_id=make_phone(event, now=now).id, **facts)
        for point in (gate.point_id, meal.id):
            here = {"ticket_id": ticket.id, "point_id": point, "is_inside": True, "scan_id": f"s{point}"}
            db.session.add(Presence(**here, since=now, entered_at=now, gate_id=gate.id))
        kept = f"s{gate.point_id}"
    db.session.remove()

    downgrade(revision="0019")
    with db.engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT verdict, source FROM scans ORDER BY id").all()
    upgrade()

    assert [tuple(row) for row in before] == [("admit", "wedge"), ("already_in", "link")]
    (point,) = db.session.scalars(select(CheckInPoint)).all()
    assert (point.kind, point.mode) == (PointKind.EVENT, Mode.REENTRY)
    assert {one.point_id for one in db.session.scalars(select(Gate))} == {point.id}
    (presence,) = db.session.scalars(select(Presence)).all()
    assert (presence.scan_id, presence.entered_at, presence.is_inside) == (kept, now, True)
    assert [one.moment for one in db.session.scalars(select(Scan).order_by(Scan.id))] == [now, None]


def test_issuers_are_typed_for_each_event_before_0018_and_what_is_printed_keeps_its_number(
    empty: Flask, now: datetime
) -> None:
    upgrade()
    with transaction():
        slugs = ("fair", "gala", "other")
        fair, gala, other = (make_event(now=now, slug=slug, takes_families=True) for slug in slugs)
        shared = an_issuer(fair, now=now, prefix="ONE")
        choose_issuer(gala, shared, by="test", now=now)
        an_issuer(other, now=now, prefix="TWO", bank=both_languages("Account 2"))
        bill = Bill(
            billed=Billed(name="Works", address="1 Street", country="DE", email="bills@example.org"),
            lines=(Line(text="Guest", count=1, price=100),),
            currency="RUB",
            language="en",
            about=("registration", "nobody"),
        )
        for event in (fair, other):
            issue(event, bill, by="test", now=now)
        for table in (Invoice, Series):  # as they were printed before
            db.session.execute(update(table).where(table.issuer == "TWO").values(issuer="7707083893"))
        retire_issuer(shared, by="test", now=now)
    size = ask(fair, a_section(fair, now=now), now=now, is_for_each=True)
    both = {size: ["L"], name_for(size, newcomer(0)): ["S"]}
    family = registered("fair", now=now, party=a_family(), sheet=Sheet(typed=both))
    ids = [fair.id, gala.id, other.id]
    db.session.remove()

    downgrade(revision="0016")
    upgrade()
    prefixes = [getattr(find_issuer(each), "prefix", "") for each in ids]
    banks = [getattr(find_issuer(each), "bank", {})["en"] for each in ids]
    documents = db.session.scalars(select(Invoice).order_by(Invoice.id)).all()
    answers = [(one.value, one.question.content.is_for_each) for one in list_answers(family.id)]

    assert answers == [("L", False)]  # what each answered besides the first is lost
    assert [one.retired_at for one in list_issuers()] == [None, None]
    assert [one.name for one in documents] == ["ONE-2027-0001", "2027-0001"]
    assert [one.search_key.split()[:2] for one in documents] == [
        ["one-2027-0001", "works"],
        ["2027-0001", "works"],
    ]
    assert (prefixes, banks) == (["INV1", "INV1", "INV2"], ["Example", "Example", "Account 2"])
    assert list_misnumbered() == []


def test_models_match_head(empty: Flask) -> None:
    upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_column_that_no_migration_made_would_be_noticed(empty: Flask) -> None:
    """The control of the test above."""
    upgrade()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE stamps DROP COLUMN changed_at")

    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert [(kind, column.name) for kind, _schema, _table, column in differences] == [
        ("add_column", "changed_at")
    ]


def constraints_of(inspector: object, table: str) -> set[str]:
    ask: list[Callable[[str], list[dict[str, str]]]] = [
        inspector.get_check_constraints,
        inspector.get_unique_constraints,
        inspector.get_foreign_keys,
        inspector.get_indexes,
    ]
    return {one["name"] for question in ask for one in question(table)}


def test_every_named_constraint_of_the_models_is_in_the_database(empty: Flask) -> None:
    """Alembic compares no CHECKs, and what it misses would only be missed on the day of a race."""
    upgrade()
    inspector = inspect(db.engine)

    missing = {
        str(one.name)
        for table in Base.metadata.sorted_tables
        for one in (*table.constraints, *table.indexes)
        if str(one.name) not in constraints_of(inspector, table.name) and not str(one.name).startswith("pk_")
    }

    assert missing == set()


def test_migrations_are_one_line_with_one_head_and_numbered_in_order() -> None:
    scripts = ScriptDirectory(str(FOLDER))

    order = [script.revision for script in scripts.walk_revisions()][::-1]
    files = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))

    assert len(scripts.get_heads()) == 1
    assert [re.match(r"(\d{4})_", name)[1] for name in files] == [
        f"{number:04}" for number in range(1, len(files) + 1)
    ]
    assert [name.partition("_")[0] for name in files] == [revision[:4] for revision in order]
