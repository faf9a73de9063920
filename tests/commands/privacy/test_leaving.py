"""Export tells all, erasure and time take what need not stay: no total changes, and no trace of a name is left."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from eventhub.accounts.rules import Role, StillHasRoles
from eventhub.audit import AuditEntry
from eventhub.checkin.desk import tally
from eventhub.core.errors import IllegalMove, TooMany
from eventhub.core.subjects import DataSubject
from eventhub.db import Base, db, transaction
from eventhub.events.models import Event
from eventhub.handlers import purge_what_is_due
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.privacy import requests
from eventhub.privacy.models import ConsentRecord, SealedValue, SubjectRequest
from eventhub.privacy.requests import Asker, get_request, list_requests_of
from eventhub.privacy.rules import DataClass, RequestKind, RequestState, StillToCome
from eventhub.privacy.sealed import list_openings, seal_value
from eventhub.registration.desk import write_again
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import AlreadyEnded, RegistrationState
from eventhub.subjects.erasing import ask_for_erasure, erase
from eventhub.subjects.exporting import EXPORTS, export_zip
from eventhub.subjects.holdings import EXCEPTIONS, HOLDINGS
from eventhub.subjects.queries import subject_of_address, subject_of_registration
from eventhub.subjects.retention import TERMS
from tests.commands.privacy.people import (
    EMAIL,
    HOME,
    NAME,
    an_account,
    an_event,
    fresh,
    open_consent,
    over,
    takes_part,
)
from tests.commands.registration.asking import cancel, change
from tests.factories import grant, make_gate, make_scan, make_user

SECRET = "4509 123456"
CANARIES = (EMAIL, NAME, HOME, SECRET)


def someone(now: datetime, event: Event | None = None) -> Registration:
    """Took part, changed their answers, has an account, asked something, and has two sealed values."""
    document = open_consent("publication", now=now)
    registration = takes_part(event or an_event(now), now=now, consents=(document.id,), full_name="Typo Bird")
    change(registration, now=now, email=EMAIL, full_name=NAME, organisation=HOME)
    owner = ("registration", registration.public_id)
    with transaction():
        seal_value(owner, "passport", SECRET, now)
        seal_value(owner, "diet", f"no nuts for {NAME}", now, data_class=DataClass.HEALTH)
        requests.ask(
            Asker(email=EMAIL, full_name=NAME, language="en"),
            kind=RequestKind.ACCESS,
            text="What do you hold?",
            by="holder",
            now=now,
        )
    an_account(now)
    is_shown_at_a_door(fresh(registration), now)
    return fresh(registration)


def is_shown_at_a_door(registration: Registration, now: datetime) -> None:
    with transaction():
        gate = make_gate(registration.event)
        make_scan(gate, now=now, ticket_id=registration.attendees[0].ticket_id)


def whole() -> DataSubject:
    return subject_of_address(EMAIL, email=EMAIL)


def everything() -> dict[str, str]:
    """All that the database holds, as text, by table."""
    db.session.rollback()
    return {
        table.name: repr([tuple(row) for row in db.session.execute(select(table))])
        for table in Base.metadata.sorted_tables
    }


def traces(*but: str) -> dict[str, list[str]]:
    """Where one of the canaries still stands."""
    found = {
        table: [canary for canary in CANARIES if canary in content]
        for table, content in everything().items()
        if table not in but
    }
    return {table: canaries for table, canaries in found.items() if canaries}


def export(subject: DataSubject, now: datetime) -> tuple[dict[str, Any], set[str]]:
    with transaction():
        content = export_zip(subject, by="holder", now=now)
    archive = ZipFile(BytesIO(content))
    return json.loads(archive.read("data.json")), set(archive.namelist())


def asked_to_erase(registration: Registration, now: datetime, *, is_whole: bool = True) -> str:
    asker = Asker(
        email=EMAIL,
        full_name=NAME,
        language="en",
        registration=None if is_whole else registration.public_id,
    )
    subject = whole() if is_whole else subject_of_registration(registration)
    with transaction():
        return ask_for_erasure(asker, subject, by="holder", now=now).public_id


def carry_out(identity: str, now: datetime) -> None:
    with transaction():
        erase(get_request(identity), by="officer", now=now)


PERSONAL = re.compile(
    r"name|mail|address|phone|organi[sz]ation|affiliation|browser|birth|passport|guardian|subject_key|"
    r"person|owner_id|answer|(user|attendee|registration|crew|ticket)(_id)?$"
)


def test_every_table_with_personal_columns_is_told_of_or_excepted_with_a_reason() -> None:
    told = set().union(*(holding.tables for holding in HOLDINGS))
    personal = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(PERSONAL.search(column.name) for column in table.columns)
    }

    assert personal - told - set(EXCEPTIONS) == set()
    assert set(EXCEPTIONS) <= set(Base.metadata.tables)
    assert told & set(EXCEPTIONS) == set()
    assert told <= set(Base.metadata.tables)


def test_what_is_not_forgotten_says_why() -> None:
    assert [one.name for one in HOLDINGS if (one.forget is None) != bool(one.kept_because)] == []


def test_every_class_of_data_has_a_term() -> None:
    assert {term.data_class for term in TERMS} == set(DataClass)


def test_an_export_tells_all_that_is_held(both: Flask, app: Flask, now: datetime) -> None:
    registration = someone(now)
    ticket = registration.attendees[0].ticket
    assert ticket is not None

    data, files = export(whole(), now)

    assert set(data) == {"about", *(holding.name for holding in HOLDINGS)}
    assert files == {"data.json", f"tickets/{ticket.number}.pdf"}
    assert data["about"] == {"email": EMAIL, "everything": True, "made_at": now.isoformat()}
    assert [one["number"] for one in data["registrations"]] == [registration.number]
    assert data["registrations"][0]["people"][0]["full_name"] == NAME
    assert [one["purpose"] for one in data["consents"]] == ["publication"]
    assert "privacy_received" in [one["letter"] for one in data["letters"]]
    assert [one["text"] for one in data["sealed"]] == [f"no nuts for {NAME}", SECRET]
    assert data["account"]["account"]["email"] == EMAIL
    assert "registration.changed" in [one["did"] for one in data["history"]]
    assert [one["kind"] for one in data["requests"]] == ["access"]
    assert [(one["ticket"], one["verdict"]) for one in data["scans"]] == [(ticket.number, "admit")]
    assert len(list_openings(("registration", registration.public_id))) == 2


def test_an_export_by_a_link_tells_of_that_registration_alone(both: Flask, app: Flask, now: datetime) -> None:
    registration = someone(now)
    takes_part(an_event(now), now=now, full_name="Elsewhere")

    data, _files = export(subject_of_registration(registration), now)

    assert [one["number"] for one in data["registrations"]] == [registration.number]
    assert (data["account"], data["requests"]) == (None, [])
    assert [one["text"] for one in data["sealed"]] == [None, None]
    assert "Elsewhere" not in json.dumps(data)
    assert list_openings(("registration", registration.public_id)) == []


def test_an_export_holds_nothing_of_anybody_else(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    someone(now, event)
    takes_part(event, now=now, full_name="Other Person", email="other@example.org", organisation="Other Home")

    data, _files = export(whole(), now)

    assert [
        word for word in ("Other Person", "other@example.org", "Other Home") if word in json.dumps(data)
    ] == []


def test_exports_are_limited(both: Flask, app: Flask, now: datetime) -> None:
    registration = someone(now)
    for _ in range(EXPORTS.tries):
        export(subject_of_registration(registration), now)

    with pytest.raises(TooMany):
        export(subject_of_registration(registration), now)


def test_nobody_who_still_takes_part_is_forgotten(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    registration = someone(now, event)

    with pytest.raises(StillToCome):
        asked_to_erase(registration, now)
    cancel(registration, now=now)
    identity = asked_to_erase(registration, now)
    takes_part(event, now=now, email=EMAIL)  # meanwhile
    with pytest.raises(StillToCome):
        carry_out(identity, now)

    assert requests.get_request(identity).state is RequestState.RECEIVED
    assert fresh(registration).removed_at is None


def test_erasure_leaves_no_trace_but_the_proofs(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    registration = someone(now, event)
    number, then = registration.number, over(event)
    carry_out(asked_to_erase(registration, then), then)

    kept = {"consent_records", "subject_requests", "messages"}
    assert traces(*kept) == {}
    assert list(db.session.scalars(select(ConsentRecord.act))) == ["given"]
    written = db.session.execute(select(Message.letter).where(Message.to_email == EMAIL).order_by(Message.id))
    assert [row.letter for row in written] == ["privacy_received", "privacy_received", "privacy_answered"]
    row = fresh(registration)
    assert (row.number, row.state, row.country, row.removed_at) == (
        number,
        RegistrationState.CONFIRMED,
        "DE",
        then,
    )
    assert row.attendees[0].full_name == "Removed on 2027-03-09"


def test_erasure_changes_no_total(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=5)
    registration = someone(now, event)
    takes_part(event, now=now, email="other@example.org", country="CN")
    before = totals(event)

    carry_out(asked_to_erase(registration, over(event)), over(event))

    assert totals(event) == before


def totals(event: Event) -> tuple[object, ...]:
    db.session.rollback()
    db.session.expire_all()
    countries = select(Registration.country, func.count()).group_by(Registration.country)
    tables = ("registrations", "attendees", "tickets", "scans", "places", "consent_records", "users")
    counts = [db.session.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]
    return (tally(event.id), sorted(map(tuple, db.session.execute(countries))), counts)


def test_erasure_by_a_link_takes_that_registration_alone(both: Flask, app: Flask, now: datetime) -> None:
    event, other = an_event(now), an_event(now)
    registration = someone(now, event)
    stays = takes_part(other, now=now)
    then = over(event)

    carry_out(asked_to_erase(registration, then, is_whole=False), then)

    assert fresh(registration).removed_at == then
    assert fresh(stays).attendees[0].full_name == NAME
    assert subject_of_address(EMAIL, email=EMAIL).user is not None


def test_whoever_works_here_is_not_erased_before_their_roles_end(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    registration = takes_part(event, now=now)
    with transaction():
        grant(make_user(EMAIL, now=now), Role.OFFICE_MANAGER, now=now)
    identity = asked_to_erase(registration, over(event))

    with pytest.raises(StillHasRoles):
        carry_out(identity, over(event))

    assert fresh(registration).removed_at is None


def test_only_an_open_request_for_erasure_erases(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    registration = someone(now, event)
    access = list_requests_of(EMAIL)[0].public_id
    identity = asked_to_erase(registration, over(event))
    with transaction():
        requests.refuse(get_request(identity), text="No.", by="officer", now=over(event))

    for one in (access, identity):
        with pytest.raises(IllegalMove):
            carry_out(one, over(event))

    assert fresh(registration).removed_at is None


def test_a_letter_that_waits_does_not_leave_after_its_reader_is_forgotten(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    registration = someone(now, event)

    carry_out(asked_to_erase(registration, over(event), is_whole=False), over(event))

    about = Message.subject_id == registration.public_id
    rows = db.session.execute(select(Message.state, Message.to_email, Message.text).where(about)).all()
    assert set(map(tuple, rows)) == {(MessageState.CANCELLED, "", "")}


def test_nobody_writes_to_who_is_forgotten(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    registration = someone(now, event)
    carry_out(asked_to_erase(registration, over(event), is_whole=False), over(event))

    with pytest.raises(AlreadyEnded), transaction():
        write_again(get_registration(registration.public_id), by="organiser", now=over(event))


def purge(now: datetime) -> None:
    db.session.rollback()
    purge_what_is_due(now)


def purged() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "retention.purged").order_by(AuditEntry.id)
    )
    return [(row.detail["data_class"], row.subject_kind) for row in rows]


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (29, []),
        (30, [("H", "registration")]),
        (89, [("H", "registration")]),
        (90, [("H", "registration"), ("V", "registration")]),
        (1088, [("H", "registration"), ("V", "registration")]),
    ],
)
def test_each_class_goes_on_its_day_and_not_before(
    both: Flask, app: Flask, now: datetime, days: int, gone: list[tuple[str, str]]
) -> None:
    event = an_event(now)
    registration = someone(now, event)

    purge(event.ends_at + timedelta(days=days))

    assert purged() == gone
    assert fresh(registration).attendees[0].full_name == NAME


def test_after_three_years_nothing_says_who_it_was(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    registration = someone(now, event)
    before = totals(event)
    request = list_requests_of(EMAIL)[0]
    with transaction():
        requests.answer(get_request(request.public_id), text=f"We hold {NAME}.", by="officer", now=now)

    purge(event.ends_at + timedelta(days=1096))

    assert traces("users") == {}  # an account lives as long as its owner wants it
    assert totals(event) == before
    assert fresh(registration).state is RegistrationState.CONFIRMED
    assert sorted(set(purged())) == [
        ("H", "registration"),
        ("L", "consent"),
        ("L", "subject_request"),
        ("R", "letter"),
        ("R", "registration"),
        ("V", "registration"),
    ]


def test_what_is_purged_is_not_purged_again(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    someone(now, event)
    purge(event.ends_at + timedelta(days=1200))
    first = purged()

    purge(event.ends_at + timedelta(days=1201))

    assert purged() == first


def test_a_consent_stays_as_proof_while_it_was_withdrawn_less_than_three_years_ago(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    registration = someone(now, event)
    with transaction():
        line = db.session.scalars(select(ConsentRecord)).one()
        later = {
            "act": "withdrawn",
            "at": event.ends_at + timedelta(days=1000),
            "method": "page",
            "address": "",
        }
        db.session.add(
            ConsentRecord(
                document_id=line.document_id,
                subject_key=EMAIL,
                context=line.context,
                text_hash=line.text_hash,
                **later,
            )
        )

    purge(event.ends_at + timedelta(days=1100))
    assert ("L", "consent") not in purged()

    purge(event.ends_at + timedelta(days=1000 + 1096))
    assert purged().count(("L", "consent")) == 2
    assert fresh(registration).removed_at is not None


def test_one_bad_row_stops_no_other(both: Flask, app: Flask, now: datetime) -> None:
    """The value of one registration can't be written: its name is too much for a CHECK that stands there tonight."""
    event = an_event(now)
    bad = takes_part(event, now=now, email="bad@example.org", full_name="Bad Row")
    good = takes_part(event, now=now, email="good@example.org", full_name="Good Row")
    with transaction():
        db.session.execute(text(_TRAP[db.engine.dialect.name].format(bad=bad.id)))
    try:
        purge(event.ends_at + timedelta(days=1096))

        assert (fresh(bad).removed_at is None, fresh(good).removed_at is None) == (True, False)
    finally:
        with transaction():
            for statement in _UNTRAP[db.engine.dialect.name]:
                db.session.execute(text(statement))
    purge(event.ends_at + timedelta(days=1097))
    assert fresh(bad).removed_at is not None


_TRAP = {
    "sqlite": "CREATE TRIGGER trap BEFORE UPDATE ON registrations WHEN NEW.id = {bad} "
    "BEGIN SELECT RAISE(ABORT, 'a bad row'); END",
    "postgresql": "CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = {bad} THEN "
    "RAISE EXCEPTION 'a bad row'; END IF; RETURN NEW; END $$; "
    "CREATE TRIGGER trap BEFORE UPDATE ON registrations FOR EACH ROW EXECUTE FUNCTION trap()",
}
_UNTRAP = {
    "sqlite": ("DROP TRIGGER trap",),
    "postgresql": ("DROP TRIGGER trap ON registrations", "DROP FUNCTION trap"),
}


def test_a_purged_value_leaves_its_mark(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    someone(now, event)
    then = event.ends_at + timedelta(days=30)

    purge(then)

    rows = db.session.scalars(select(SealedValue).order_by(SealedValue.field)).all()
    assert [(row.field, row.removed_at) for row in rows] == [("diet", then), ("passport", None)]


def test_a_request_that_waits_is_not_forgotten_however_long(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    someone(now, event)

    purge(event.ends_at + timedelta(days=5000))

    row = db.session.scalars(select(SubjectRequest)).one()
    assert (row.email, row.removed_at) == (EMAIL, None)
