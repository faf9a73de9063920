"""Every route with every role, against the reviewed table; and what holds for every answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventhub import create_app
from eventhub.accounts.models import User
from eventhub.accounts.passwords import NOBODYS_HASH
from eventhub.accounts.rules import Role
from eventhub.badges.commands import plan_arrival, print_one
from eventhub.badges.rules import Layout, PrintAsk
from eventhub.billing.models import Invoice
from eventhub.billing.rules import Billed, DocumentKind, InvoiceState
from eventhub.checkin.devices.commands import pair, revoke
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.queries import pairing_path
from eventhub.checkin.devices.rules import Profile
from eventhub.checkin.models import Gate
from eventhub.checkin.offline.settings import change_offline_settings
from eventhub.checkin.parties import Passing, get_party, let_through
from eventhub.checkin.queries import find_door_of_event
from eventhub.checkin.rules import Direction, ScanSource, Verdict
from eventhub.core import clock
from eventhub.core.keys import digest
from eventhub.db import Base, db, transaction
from eventhub.events.models import Event
from eventhub.events.sections import add_section
from eventhub.mail.models import Message
from eventhub.mail.outbox import Recipient, post
from eventhub.mailings.commands import MailingAsk, draft_mailing
from eventhub.partners.commands import add_organisation
from eventhub.people.bulk import BulkAsk, Chosen, start_bulk
from eventhub.people.rules import BulkAction, PeopleWish
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.requests import Asker, ask
from eventhub.privacy.rules import RequestKind
from eventhub.registration.forms.editing import add_question
from eventhub.registration.forms.editing import add_section as add_form_section
from eventhub.registration.forms.shapes import Content, QuestionKind
from eventhub.registration.invoicing.commands import tell_payer
from eventhub.registration.invoicing.models import Payer
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.types.editing import Counting, add_type
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.pools import add_pool
from eventhub.registration.types.queries import types_of as types_with_pools
from eventhub.registration.types.rules import OfferedType, Paying, PoolKind, TypeContent
from eventhub.registration.types.taking import owe
from eventhub.web import guards
from tests.commands.registration.questions import seal_an_answer
from tests.commands.registration.types import an_issuer
from tests.conftest import settings_for
from tests.factories import (
    both_languages,
    grant,
    make_attendee,
    make_event,
    make_family,
    make_gate,
    make_phone,
    make_room,
    make_scan,
    make_session,
    make_user,
)
from tests.people import csrf, sign_in
from tests.snapshots import Snapshot, snapshot
from tests.web import routes
from tests.web.routes import ROUTES

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
SAFE = {"GET", "HEAD", "OPTIONS"}
ROLE_OF = {
    routes.PERSON: None,
    routes.CREW_A: Role.CHECKIN_STAFF,
    routes.CREW_B: Role.CHECKIN_STAFF,
    routes.ORGANISER_A: Role.EVENT_ORGANISER,
    routes.ORGANISER_B: Role.EVENT_ORGANISER,
    routes.OFFICE: Role.OFFICE_MANAGER,
    routes.ADMIN: Role.PLATFORM_ADMIN,
    routes.OFFICER: Role.DATA_PROTECTION_OFFICER,
}

TOKEN_OF = {
    routes.PHONE_A: "phone_token_a",
    routes.PHONE_B: "phone_token_b",
    routes.CHIEF_A: "chief_token_a",
}


@dataclass(frozen=True)
class World:
    """Two published events with all that belongs to one, and a person for every role."""

    app: Flask
    people: dict[str, User]
    places: dict[str, str]

    def client(self, actor: str) -> tuple[FlaskClient, dict[str, str]]:
        """A fresh browser of this actor, and what fills the placeholders of a path."""
        client, mark = self.app.test_client(), "nobodys"
        if actor in routes.PHONES:
            client.set_cookie("gate", self.places[TOKEN_OF[actor]])
        elif actor != routes.GUEST:
            mark = digest(sign_in(client, self.people[actor], now=clock.now()))
        return client, {**self.places, "mark": mark}


@pytest.fixture(scope="module")
def kept() -> dict[str, tuple[World, Snapshot]]:
    """The world of the first test that asked for it, since making it takes longer than most walks through it."""
    return {}


@pytest.fixture
def world(app: Flask, kept: dict[str, tuple[World, Snapshot]]) -> World:
    if not kept:
        made = make_world(app)
        kept["world"] = made, snapshot()
    made, copy = kept["world"]
    copy.bring_back()
    return made


def make_world(app: Flask) -> World:
    now = clock.now()
    with transaction():
        events = {letter: make_event(now=now, slug=f"event-{letter}") for letter in "ab"}
        places = {}
        for letter, event in events.items():
            places |= things_of(letter, event)
        people = {}
        for number, (actor, role) in enumerate(ROLE_OF.items()):
            people[actor] = make_user(f"person{number}@example.org", now=now, full_name=actor)
            if role:
                grant(people[actor], role, now=now, event=events["b" if actor.endswith("B") else "a"])
    return World(app, people, places)


def token_of(phone: Device, *, now: datetime) -> str:
    return pair(phone, pairing_path(phone).rpartition("/")[2], now=now)


def things_of(letter: str, event: Event) -> dict[str, str]:
    """What fills the placeholders of paths: a session, a gate with a scan, a letter, somebody registered."""
    now = clock.now()
    asker = Asker(email="guest@example.org", full_name="", language="en")
    request = ask(asker, kind=RequestKind.ACCESS, text="Which data?", by="holder", now=now)
    gate = make_gate(event)
    change_offline_settings(event.id, admits_unlisted=True, new_pin_hash=NOBODYS_HASH, by="test", now=now)
    phone = make_phone(event, now=now)
    helper, chief = (token_of(make_phone(event, now=now, profile=profile), now=now) for profile in Profile)
    scan = make_scan(gate, now=now, verdict=Verdict.UNKNOWN)
    facts = {"has_password": True, "link": "/"}
    to = Recipient(email="guest@example.org", full_name="", language="en")
    post("password_changed", to=to, facts=facts, about=("user", "1"), now=now, event_id=event.id)
    crew = make_user(f"crew-{letter}@example.org", now=now)
    grant(crew, Role.CHECKIN_STAFF, now=now, event=event)
    person = make_attendee(event, now=now)
    assert person.ticket is not None
    scan.ticket_id = person.ticket.id
    family = make_family(event, now=now, names=("Ada Example", "Vera Example"))
    number = family[0].ticket.number if family[0].ticket else ""
    passing = Passing(
        scan_id=str(uuid4()), direction=Direction.ENTRY, source=ScanSource.LINK, crew_id=crew.id
    )
    door = find_door_of_event(event.id)
    assert door is not None
    let_through(get_party(number, door, now=now), passing, door, chosen=[number], now=now)
    walked_in = make_scan(gate, now=now, ticket_id=person.ticket.id, source=ScanSource.WALK_IN)
    admitted, printing = badge_of(event, person, gate=gate, by=crew)
    room = make_room()
    event.venue_id = room.venue_id
    db.session.flush()
    section = add_section(event, title=both_languages("Section"), by="test", now=now)
    form_section = add_form_section(event, title=both_languages("Questions"), by="test", now=now)
    asked = Content(kind=QuestionKind.SHORT_TEXT, label=both_languages("Why?"))
    question = add_question(event, section=form_section, content=asked, by="test", now=now)
    text = both_languages("Consent")
    publish_consent(purpose=f"purpose-{letter}", title=text, body=text, is_required=False, now=now)
    sealed = seal_an_answer(event, form_section, person.registration.id, now=now)
    wish = MailingAsk(subject={"en": "News"}, text={"en": "The room changed."}, states=("confirmed",))
    deed = BulkAsk(key=f"job-{letter}", action=BulkAction.RESEND, word="")
    job = start_bulk(event, Chosen(wish=PeopleWish(event_id=event.id)), deed, by="test", now=now)
    kind, pool = types_of(event)
    known = add_organisation(name={"en": f"University {letter}"}, country="", by="test", now=now)
    owe(person.registration.id, [kind])
    payer, invoice = invoice_of(event, person.registration)
    return {
        f"organisation_{letter}": known.public_id,
        f"payer_{letter}": payer.public_id,
        f"invoice_{letter}": invoice.public_id,
        f"issuer_{letter}": an_issuer(event, now=now, prefix=f"NO{letter.upper()}").public_id,
        f"type_{letter}": kind.public_id,
        f"place_{letter}": pool.public_id,
        f"form_section_{letter}": str(form_section),
        f"question_{letter}": question,
        f"sealed_{letter}": sealed,
        f"purpose_{letter}": f"purpose-{letter}",
        f"job_{letter}": job.public_id,
        f"mailing_{letter}": draft_mailing(event, wish, by="test", now=now).public_id,
        f"request_{letter}": request.public_id,
        f"admitted_{letter}": admitted,
        f"walked_in_{letter}": walked_in.scan_id,
        f"printing_{letter}": printing,
        f"party_{letter}": number,
        f"passing_{letter}": passing.scan_id,
        f"person_{letter}": person.registration.public_id,
        f"ticket_{letter}": person.ticket.number,
        f"room_{letter}": str(room.id),
        f"section_{letter}": str(section.id),
        f"event_{letter}": event.slug,
        f"session_{letter}": make_session(event).public_id,
        f"gate_{letter}": gate.public_id,
        f"point_{letter}": gate.point.public_id,
        f"phone_{letter}": phone.public_id,
        f"phone_token_{letter}": helper,
        f"chief_token_{letter}": chief,
        f"scan_{letter}": scan.scan_id,
        f"crew_{letter}": str(crew.grants[0].id),
        f"letter_{letter}": str(db.session.scalar(select(func.max(Message.id)))),
    }


def badge_of(event: Event, person: Attendee, *, gate: Gate, by: User) -> tuple[str, str]:
    """A scan that let somebody in, and a printing of the badge."""
    now = clock.now()
    assert person.ticket is not None
    scan = make_scan(gate, now=now, ticket_id=person.ticket.id)
    plan_arrival(event, on_arrival=True, layout=Layout.CARD, by="test", now=now)
    ask = PrintAsk(key=f"badge-{event.slug}", layout=Layout.CARD)
    return scan.scan_id, print_one(person.ticket, ask, by=by, now=now).public_id


def invoice_of(event: Event, registration: Registration) -> tuple[Payer, Invoice]:
    """Who pays by invoice, and an invoice as it would be printed."""
    now = clock.now()
    billed = Billed(name="Works", address="1 Street", country="DE", email="bills@example.org")
    payer = tell_payer(billed, registration=registration, language="en", now=now)
    invoice = Invoice(
        public_id=f"invoice-{event.slug}",
        event_id=event.id,
        subject_kind="registration",
        subject_id=registration.public_id,
        issuer=event.slug,
        year=2027,
        number=1,
        kind=DocumentKind.INVOICE,
        state=InvoiceState.ISSUED,
        language="en",
        total=100,
        currency="RUB",
        content={"billed": vars(billed)},
        pdf=b"%PDF",
        digest="",
        made_at=now,
        made_by="test",
    )
    db.session.add(invoice)
    db.session.flush()
    return payer, invoice


def types_of(event: Event) -> tuple[OfferedType, NamedPool]:
    """A ticket type that costs something, and places that several types may share."""
    now = clock.now()
    content = TypeContent(name=both_languages("Guest"), price=100, paying=Paying.ON_SPOT)
    add_type(event, content, Counting(), by="test", now=now)
    name = both_languages("Hall")
    pool = add_pool(event, name=name, kind=PoolKind.SHARED, places=5, by="test", now=now)
    (offered,) = types_with_pools(event)
    return offered, pool


def methods_of(app: Flask, endpoint: str) -> set[str]:
    return {
        method
        for rule in app.url_map.iter_rules(endpoint)
        for method in rule.methods or set()
        if method not in {"HEAD", "OPTIONS"}
    }


def call(world: World, endpoint: str, method: str, actor: str) -> TestResponse:
    client, places = world.client(actor)
    line = ROUTES[endpoint]
    more = {"headers": csrf(client), **({"json": {}} if line.is_json else {})} if method in UNSAFE else {}
    return client.open(line.path.format(**places), method=method, **more)


def outcome(answer: TestResponse) -> str:
    """What became of the caller: sent to sign in, nothing there, forbidden, broken, or in."""
    if answer.status_code in (301, 302, 303) and "/account/sign-in?" in (answer.location or "") + "?":
        return "sent to sign in"
    if answer.status_code >= 500:
        return "broken"
    return {401: "forbidden", 403: "forbidden", 404: "nothing there"}.get(answer.status_code, "in")


def test_every_route_has_its_line_in_the_table(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}

    assert sorted(endpoints ^ set(ROUTES)) == []


@pytest.mark.parametrize("endpoint", ROUTES)
def test_a_route_lets_in_whom_the_table_names(app: Flask, world: World, endpoint: str) -> None:
    may = ROUTES[endpoint].may
    is_gate = endpoint.startswith("gate.")  # elsewhere a phone is a guest
    # Who is turned away comes first: whoever is let in may change what is found.
    actors = sorted(routes.EVERYONE, key=lambda actor: (actor in may, actor))

    for method in sorted(methods_of(app, endpoint)):
        answers = {actor: call(world, endpoint, method, actor) for actor in actors}
        if may == routes.EVERYONE:
            assert {answer.status_code for answer in answers.values()} == {answers[routes.GUEST].status_code}
            assert answers[routes.GUEST].status_code not in (401, 403, 500)
        else:
            expected = {
                actor: "in"
                if actor in may
                else "sent to sign in"
                if actor == routes.GUEST or (actor in routes.PHONES and not is_gate)
                else "nothing there"
                for actor in actors
            }
            assert {actor: outcome(answer) for actor, answer in answers.items()} == expected


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("state", ["at another gate", "ended", "over"])
def test_a_phone_that_works_elsewhere_or_no_more_gets_nothing_of_any_gate(
    app: Flask, world: World, state: str, profile: Profile
) -> None:
    at_every_gate = {f"gate.{name}" for name in ("index", "decoder", "start", "keeper", "app_manifest")}
    token, client = _token_of_phone(world, state, profile), app.test_client()
    outcomes = {}
    for endpoint in (name for name in ROUTES if name.startswith("gate.")):
        client.set_cookie("gate", token)  # one that is told it is over forgets it
        path = ROUTES[endpoint].path.format(**world.places)
        for method in methods_of(app, endpoint):
            more = {"headers": csrf(client), "json": {}} if method in UNSAFE else {}
            outcomes[endpoint] = outcome(client.open(path, method=method, **more))

    if state == "at another gate":
        assert outcomes == {name: "in" if name in at_every_gate else "nothing there" for name in outcomes}
    else:
        still_open = {"gate.sync"} if state == "over" else set()  # what it has seen may come up
        assert {
            name for name, told in outcomes.items() if told not in ("forbidden", "sent to sign in")
        } == still_open


def _token_of_phone(world: World, state: str, profile: Profile) -> str:
    now = clock.now()
    with transaction():
        event = db.session.scalars(select(Event).where(Event.slug == world.places["event_a"])).one()
        gates = [make_gate(event).public_id] if state == "at another gate" else None
        phone = make_phone(event, now=now, profile=profile, gates=gates)
        token = token_of(phone, now=now)
        if state == "ended":
            revoke(phone, by="test", now=now)
        elif state == "over":
            phone.expires_at = now
    return token


@pytest.mark.parametrize(
    "endpoint",
    [name for name, line in ROUTES.items() if line.path.count("{") > 1 or line.path.startswith("/gate/{")],
)
def test_what_belongs_to_another_event_is_not_found_by_way_of_ones_own(
    app: Flask, world: World, endpoint: str
) -> None:
    """Whoever runs A asks for the things of B under the address of A."""
    line = ROUTES[endpoint]
    path = line.path
    things = (
        "admitted",
        "printing",
        "session",
        "scan",
        "letter",
        "crew",
        "person",
        "room",
        "section",
        "mailing",
    )
    more = (
        "job",
        "form_section",
        "question",
        "type",
        "place",
        "payer",
        "invoice",
        "point",
        "phone",
        "walked_in",
    )
    for thing in (*things, *more):
        path = path.replace(f"{{{thing}_a}}", f"{{{thing}_b}}")
    if path == line.path:
        path = path.replace("{gate_a}", "{gate_b}").replace("{ticket_a}", "{ticket_b}")

    for method in sorted(methods_of(app, endpoint)):
        client, places = world.client(routes.ORGANISER_A)
        body = {"json" if line.is_json else "data": {"scan_id": str(uuid4()), "reason": "swapped"}}
        before = everything()

        answer = client.open(path.format(**places), method=method, headers=csrf(client), **body)

        assert answer.status_code == 404
        assert everything() == before


@pytest.mark.parametrize("endpoint", [name for name, line in ROUTES.items() if line.reads_cookies])
def test_an_unsafe_request_without_its_token_or_from_another_site_is_refused(
    app: Flask, world: World, endpoint: str
) -> None:
    for method in sorted(methods_of(app, endpoint) & UNSAFE):
        client, places = world.client(routes.ADMIN)
        other, _ = world.client(routes.OFFICE)
        path, good = ROUTES[endpoint].path.format(**places), csrf(client)
        with other.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        before = everything()

        answers = [
            client.open(path, method=method).status_code,
            client.open(path, method=method, data='{"a": 1}', content_type="text/plain").status_code,
            other.open(path, method=method, headers=good).status_code,
            client.open(path, method=method, headers={**good, "Sec-Fetch-Site": "cross-site"}).status_code,
            client.open(path, method=method, headers={**good, "Sec-Fetch-Site": "same-site"}).status_code,
        ]

        assert answers == [403] * 5
        assert everything() == before


@pytest.mark.parametrize("actor", [routes.GUEST, routes.PERSON, routes.ADMIN])
def test_reading_changes_nothing(app: Flask, world: World, actor: str) -> None:
    client, places = world.client(actor)
    for gate in (
        places["gate_a"],
        places["gate_b"],
    ):  # whoever asks first has the list made that phones carry
        client.get(f"/gate/{gate}/manifest")
    before = everything()

    for endpoint, line in ROUTES.items():
        if "GET" in methods_of(app, endpoint):
            for _ in range(2):
                client.get(line.path.format(**places))
            client.head(line.path.format(**places))

    assert everything() == before


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    rows = {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return rows


@pytest.mark.parametrize("actor", [routes.GUEST, routes.ADMIN])
def test_every_answer_carries_the_headers_of_the_house(app: Flask, world: World, actor: str) -> None:
    client, places = world.client(actor)
    missing = []

    for line in [*ROUTES.values(), routes.to("/nothing/here")]:
        headers = client.get(line.path.format(**places)).headers
        policy = headers.get("Content-Security-Policy", "")
        if (
            "default-src 'none'" not in policy
            or "unsafe" in policy.replace("'wasm-unsafe-eval'", "")
            or headers.get("X-Content-Type-Options") != "nosniff"
            or "Cache-Control" not in headers
        ):
            missing.append(line.path)

    assert missing == []


def test_a_page_for_who_is_signed_in_is_kept_by_no_cache(app: Flask, world: World) -> None:
    client, places = world.client(routes.ADMIN)

    kept = [
        line.path
        for endpoint, line in ROUTES.items()
        if line.may != routes.EVERYONE
        and "GET" in methods_of(app, endpoint)
        and client.get(line.path.format(**places)).headers["Cache-Control"] != "private, no-store"
    ]

    assert kept == []


def test_a_route_that_nobody_declared_stops_the_start(app: Flask, tmp_path: Path) -> None:
    fresh = create_app(settings_for(tmp_path))
    guards.check_every_route_is_declared(fresh)  # the control: as it stands, it starts

    stray = Blueprint("stray", __name__)
    stray.add_url_rule("/stray", "show", lambda: "open")
    fresh.register_blueprint(stray)

    with pytest.raises(guards.UndeclaredRoute, match="stray.show"):
        guards.check_every_route_is_declared(fresh)


def test_a_route_outside_of_every_blueprint_stops_the_start(app: Flask, tmp_path: Path) -> None:
    fresh = create_app(settings_for(tmp_path))

    fresh.add_url_rule("/stray", "stray", lambda: "open")

    with pytest.raises(guards.UndeclaredRoute, match="stray"):
        guards.check_every_route_is_declared(fresh)


def test_the_table_tells_a_mistake(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """The control: with the guard of /account taken away, the walk is red."""
    monkeypatch.setitem(app.before_request_funcs, "account", [])

    answer = call(world, "account.leave", "GET", routes.GUEST)

    assert outcome(answer) != "sent to sign in"
