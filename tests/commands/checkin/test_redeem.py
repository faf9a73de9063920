"""Redeeming on both databases: every verdict, exactly one first, the stored answer, undo."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql

from eventhub.accounts.models import User
from eventhub.checkin import commands
from eventhub.checkin.commands import redeem, undo
from eventhub.checkin.models import Gate, Presence, Scan
from eventhub.checkin.people import count_people, search_people
from eventhub.checkin.queries import get_door, list_last_scans
from eventhub.checkin.rules import (
    AlreadyUndone,
    Direction,
    LaterScanCounts,
    NothingToUndo,
    ScanIdTaken,
    ScanSource,
    Verdict,
)
from eventhub.checkin.showing import ScanRecord, Showing, Shown, shown_by_code
from eventhub.core.errors import NotFound
from eventhub.core.refusals import ReasonMissing
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.registration.models import Attendee
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.commands import reissue_ticket, revoke_key, void_ticket
from eventhub.tickets.queries import code_of
from tests.factories import make_attendee, make_event, make_gate, make_user

pytestmark = pytest.mark.usefixtures("both")
FOREIGN = "WIFI:S:canary-network;T:WPA;P:canary-password;;"


@dataclass
class Stage:
    """An event that has begun, two gates, one crew member, one guest."""

    event: Event
    gate: Gate
    other_gate: Gate
    crew: User
    attendee: Attendee
    code: str
    now: datetime

    def showing(self, **changes: object) -> Showing:
        plain = Showing(
            scan_id=str(uuid4()),
            gate_id=self.gate.id,
            event_id=self.event.id,
            shown=shown_by_code(self.code),
            direction=Direction.ENTRY,
            source=ScanSource.CAMERA,
            crew_id=self.crew.id,
        )
        return replace(plain, **changes)

    def scan(self, *, after: timedelta = timedelta(), **changes: object) -> ScanRecord:
        with transaction():
            return redeem(self.showing(**changes), now=self.now + after)

    def leave(self, *, after: timedelta) -> ScanRecord:
        return self.scan(after=after, direction=Direction.EXIT)

    def undo(self, record: ScanRecord, *, reason: str = "Wrong person", **changes: object) -> ScanRecord:
        values = {"scan_id": str(uuid4()), "door": get_door(self.gate.public_id), **changes}
        with transaction():
            return undo(
                undone_id=record.scan_id,
                reason=reason,
                crew_id=self.crew.id,
                now=self.now + timedelta(hours=1),
                **values,
            )

    def presence(self) -> tuple[bool, str] | None:
        row = db.session.execute(select(Presence.is_inside, Presence.scan_id)).one_or_none()
        return tuple(row) if row else None  # type: ignore[return-value]


@pytest.fixture
def stage(app: Flask, now: datetime) -> Stage:
    event = make_event(now=now, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=8))
    attendee = make_attendee(event, now=now)
    stage = Stage(
        event=event,
        gate=make_gate(event, "Gate A"),
        other_gate=make_gate(event, "Gate B"),
        crew=make_user(now=now),
        attendee=attendee,
        code=code_of(attendee.ticket),
        now=now,
    )
    db.session.commit()
    return stage


def stored() -> list[tuple[Verdict, int | None]]:
    return [tuple(row) for row in db.session.execute(select(Scan.verdict, Scan.ticket_id).order_by(Scan.id))]


def test_the_first_scan_is_admitted_by_name(stage: Stage) -> None:
    record = stage.scan()

    assert (record.verdict, record.full_name) == (Verdict.ADMIT, "Ada Example")
    assert stage.presence() == (True, record.scan_id)


def test_a_second_scan_is_refused_with_the_time_and_gate_of_the_first(stage: Stage) -> None:
    stage.scan(gate_id=stage.other_gate.id)

    again = stage.scan(after=timedelta(minutes=5))

    assert again.verdict is Verdict.ALREADY_IN
    assert (again.moment, again.first_gate) == (stage.now, stage.other_gate.name)
    assert stored() == [
        (Verdict.ADMIT, stage.attendee.ticket_id),
        (Verdict.ALREADY_IN, stage.attendee.ticket_id),
    ]


def test_who_left_may_come_back(stage: Stage) -> None:
    verdicts = [
        stage.scan().verdict,
        stage.leave(after=timedelta(minutes=1)).verdict,
        stage.leave(after=timedelta(minutes=2)).verdict,
        stage.scan(after=timedelta(minutes=3)).verdict,
    ]

    assert verdicts == [Verdict.ADMIT, Verdict.LEFT, Verdict.NOT_INSIDE, Verdict.ADMIT]
    assert count_people(get_door(stage.gate.public_id)).admitted == 1


def _cancel_event(stage: Stage) -> None:
    stage.event.state = EventState.CANCELLED
    stage.event.cancel_reason = {"en": "Storm"}


def _cancel_registration(stage: Stage) -> None:
    stage.attendee.registration.state = RegistrationState.CANCELLED


def _void(stage: Stage) -> None:
    void_ticket(stage.attendee.ticket, reason="Lost", by="test", now=stage.now)


def _reissue(stage: Stage) -> None:
    reissue_ticket(stage.attendee.ticket, by="test", now=stage.now)


def _steal_the_key(stage: Stage) -> None:
    revoke_key(1, by="test", now=stage.now)


def _start_tomorrow(stage: Stage) -> None:
    stage.event.starts_at = stage.now + timedelta(days=1)
    stage.event.ends_at = stage.now + timedelta(days=2)


def _end(stage: Stage) -> None:
    stage.event.ends_at = stage.now


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (_cancel_event, Verdict.CANCELLED),
        (_cancel_registration, Verdict.CANCELLED),
        (_void, Verdict.VOID),
        (_reissue, Verdict.VOID),
        (_steal_the_key, Verdict.UNKNOWN),
        (_start_tomorrow, Verdict.NOT_YET),
        (_end, Verdict.OVER),
    ],
)
def test_a_ticket_that_does_not_count_lets_nobody_in(stage: Stage, change, verdict) -> None:
    with transaction():
        change(stage)

    record = stage.scan()

    assert record.verdict is verdict
    assert stage.presence() is None
    assert [scan[0] for scan in stored()] == [verdict]


def test_a_reissued_ticket_counts_with_its_new_code(stage: Stage) -> None:
    with transaction():
        _reissue(stage)

    assert stage.scan(shown=shown_by_code(code_of(stage.attendee.ticket))).verdict is Verdict.ADMIT


def test_a_ticket_of_another_event_is_refused_without_its_name(stage: Stage) -> None:
    with transaction():
        other = make_event(now=stage.now)
        guest = make_attendee(other, now=stage.now, full_name="Canary Name")

    record = stage.scan(shown=shown_by_code(code_of(guest.ticket)))

    assert (record.verdict, record.full_name) == (Verdict.OTHER_EVENT, None)
    assert [line.full_name for line in list_last_scans(get_door(stage.gate.public_id))] == [None]


@pytest.mark.parametrize(
    "shown", [FOREIGN, "", "\x00", "A" * 127, "Я" * 127, "HTTPS://EXAMPLE.ORG/T/" + "A" * 10_000]
)
def test_a_foreign_code_is_refused_and_kept_nowhere(stage: Stage, shown: str) -> None:
    record = stage.scan(shown=shown_by_code(shown))

    assert record.verdict is Verdict.UNKNOWN
    assert stored() == [(Verdict.UNKNOWN, None)]
    kept = " ".join(str(value) for row in db.session.execute(select(Scan.__table__)) for value in row)
    assert "canary" not in kept


def test_a_ticket_chosen_from_the_list_is_admitted(stage: Stage) -> None:
    number = search_people("example ada", get_door(stage.gate.public_id), now=stage.now)[0].number

    found = {"shown": Shown(number=number), "source": ScanSource.SEARCH, "scan_id": str(uuid4())}

    with pytest.raises(ReasonMissing):
        stage.scan(**found)
    nothing = stage.presence()
    admitted = stage.scan(**found, reason="Forgot the ticket")

    assert (nothing, admitted.verdict, admitted.reason) == (None, Verdict.ADMIT, "Forgot the ticket")
    assert stage.scan(**found) == admitted
    found["scan_id"] = str(uuid4())
    assert stage.scan(**found).verdict is Verdict.ALREADY_IN
    assert stage.scan(**{**found, "scan_id": str(uuid4())}, direction=Direction.EXIT).verdict is Verdict.LEFT
    assert stage.scan(shown=Shown(number="NO-SUCH-NUMBER")).verdict is Verdict.UNKNOWN


def test_the_same_scan_has_the_same_answer_whatever_happened_since(stage: Stage) -> None:
    scan_id = str(uuid4())
    first = stage.scan(scan_id=scan_id)
    with transaction():
        _cancel_registration(stage)
        _void(stage)

    again = stage.scan(scan_id=scan_id, after=timedelta(hours=1))

    assert again == first
    assert len(stored()) == 1


def test_a_refused_scan_stays_refused_when_it_is_sent_again(stage: Stage) -> None:
    scan_id = str(uuid4())
    stage.scan()
    refused = stage.scan(scan_id=scan_id, after=timedelta(minutes=1))
    stage.leave(after=timedelta(minutes=2))

    assert stage.scan(scan_id=scan_id, after=timedelta(minutes=3)) == refused
    assert stage.presence()[0] is False  # type: ignore[index]


def test_a_scan_of_another_event_is_not_answered(stage: Stage) -> None:
    record = stage.scan()
    with transaction():
        other = make_gate(make_event(now=stage.now))

    with pytest.raises(NotFound):
        stage.scan(scan_id=record.scan_id, gate_id=other.id, event_id=other.event_id)


def _another_ticket(stage: Stage) -> dict[str, object]:
    guest = make_attendee(stage.event, now=stage.now, full_name="Bob Example")
    return {"shown": shown_by_code(code_of(guest.ticket))}


def _another_number(stage: Stage) -> dict[str, object]:
    guest = make_attendee(stage.event, now=stage.now, full_name="Bob Example")
    return {"shown": Shown(number=guest.ticket.number)}


def _a_foreign_code(_stage: Stage) -> dict[str, object]:
    return {"shown": shown_by_code(FOREIGN)}


def _the_other_way(_stage: Stage) -> dict[str, object]:
    return {"direction": Direction.EXIT}


@pytest.mark.parametrize("other", [_another_ticket, _another_number, _a_foreign_code, _the_other_way])
def test_a_scan_id_answers_for_no_other_scan(stage: Stage, other) -> None:
    first = stage.scan()
    with transaction():
        changes = other(stage)

    with pytest.raises(ScanIdTaken):
        stage.scan(scan_id=first.scan_id, **changes)

    assert stored() == [(Verdict.ADMIT, stage.attendee.ticket_id)]
    assert stage.presence() == (True, first.scan_id)


def test_a_foreign_codes_scan_id_answers_for_no_ticket(stage: Stage) -> None:
    first = stage.scan(shown=shown_by_code(FOREIGN))

    with pytest.raises(ScanIdTaken):
        stage.scan(scan_id=first.scan_id)

    assert stage.scan(scan_id=first.scan_id, shown=shown_by_code(FOREIGN)) == first
    assert (stored(), stage.presence()) == ([(Verdict.UNKNOWN, None)], None)


def test_the_same_ticket_by_number_is_the_same_scan(stage: Stage) -> None:
    first = stage.scan()

    assert stage.scan(scan_id=first.scan_id, shown=Shown(number=stage.attendee.ticket.number)) == first


def test_a_scan_under_a_key_revoked_before_or_since_is_still_the_same(stage: Stage) -> None:
    before = stage.scan()
    with transaction():
        _steal_the_key(stage)
    since = stage.scan()

    assert stage.scan(scan_id=before.scan_id) == before
    assert stage.scan(scan_id=since.scan_id) == since


def test_scans_and_undoings_do_not_answer_for_each_other(stage: Stage) -> None:
    admitted = stage.scan()
    left = stage.leave(after=timedelta(minutes=1))
    undoing = stage.undo(left)

    with pytest.raises(ScanIdTaken):
        stage.scan(scan_id=undoing.scan_id, direction=Direction.EXIT)
    for taken in (admitted, left, undoing):
        with pytest.raises(ScanIdTaken):
            stage.undo(admitted, scan_id=taken.scan_id)

    assert len(stored()) == 3


def redeem_at_once(both: Flask, stage: Stage, *, times: int) -> list[Verdict]:
    """Many gates scan one ticket at the same moment, each in its own thread and connection."""
    showings = [stage.showing() for _ in range(times)]

    def one(showing: Showing) -> Verdict:
        with both.app_context(), transaction():
            return redeem(showing, now=stage.now).verdict

    with ThreadPoolExecutor(max_workers=16) as threads:
        verdicts = list(threads.map(one, showings))
    db.session.rollback()  # what this thread had read is from before
    return verdicts


def test_of_fifty_scans_at_once_exactly_one_is_first(both: Flask, stage: Stage) -> None:
    verdicts = redeem_at_once(both, stage, times=50)

    assert (verdicts.count(Verdict.ADMIT), verdicts.count(Verdict.ALREADY_IN)) == (1, 49)
    assert count_people(get_door(stage.gate.public_id)).inside == 1


def test_without_the_guard_the_race_is_real(
    both: Flask, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: look, then write, not asking who won. SQLite's one writer still guards."""
    monkeypatch.setattr(commands, "_moved", _moved_without_asking)

    admitted = redeem_at_once(both, stage, times=50).count(Verdict.ADMIT)

    assert admitted == 1 if db.engine.dialect.name == "sqlite" else admitted > 1


def _moved_without_asking(known, showing, verdict, *, now) -> bool:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_sleep(0.05)))
    values = {"ticket_id": known.ticket_id, "point_id": known.point_id, "is_inside": True}
    row = postgresql.insert(Presence).values(scan_id=showing.scan_id, since=now, entered_at=now, **values)
    db.session.execute(row.on_conflict_do_nothing())
    return True


def test_a_scan_takes_at_most_four_statements_beyond_its_keys(stage: Stage) -> None:
    showing = stage.showing()

    with statements() as said, transaction():
        redeem(showing, now=stage.now)

    assert said == ["SELECT", "SELECT", "INSERT", "INSERT"]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The first word of every statement, beginnings of transactions aside."""
    said: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement.split()[0])

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", listen)
    yield said
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", listen)


def test_an_undone_admission_leaves_nobody_inside(stage: Stage) -> None:
    admitted = stage.scan()

    undoing = stage.undo(admitted)

    assert undoing.verdict is Verdict.UNDONE
    assert (stage.presence(), count_people(get_door(stage.gate.public_id)).admitted) == (None, 0)
    assert stage.scan(after=timedelta(hours=2)).verdict is Verdict.ADMIT


def test_an_undone_exit_puts_the_person_back_inside(stage: Stage) -> None:
    admitted = stage.scan()
    left = stage.leave(after=timedelta(minutes=1))

    stage.undo(left)

    assert stage.presence() == (True, admitted.scan_id)
    again = stage.scan(after=timedelta(hours=2))
    assert (again.verdict, again.moment) == (Verdict.ALREADY_IN, stage.now)


def test_an_undone_return_leaves_the_person_outside(stage: Stage) -> None:
    stage.scan()
    left = stage.leave(after=timedelta(minutes=1))
    returned = stage.scan(after=timedelta(minutes=2))

    stage.undo(returned)

    assert stage.presence() == (False, left.scan_id)
    assert count_people(get_door(stage.gate.public_id)).admitted == 1


def test_a_scan_is_undone_once(stage: Stage) -> None:
    admitted = stage.scan()
    stage.undo(admitted)

    with pytest.raises(AlreadyUndone):
        stage.undo(admitted)


def test_an_undoing_sent_twice_is_one(stage: Stage) -> None:
    admitted, scan_id = stage.scan(), str(uuid4())

    assert stage.undo(admitted, scan_id=scan_id) == stage.undo(admitted, scan_id=scan_id)
    assert len(stored()) == 2


def test_only_the_scan_that_counts_can_be_undone(stage: Stage) -> None:
    admitted = stage.scan()
    refused = stage.scan(after=timedelta(minutes=1))
    stage.leave(after=timedelta(minutes=2))

    with pytest.raises(NothingToUndo):
        stage.undo(refused)
    with pytest.raises(LaterScanCounts):
        stage.undo(admitted)


@pytest.mark.parametrize("reason", ["", "x" * 201])
def test_an_undoing_says_why(stage: Stage, reason: str) -> None:
    admitted = stage.scan()

    with pytest.raises(ReasonMissing):
        stage.undo(admitted, reason=reason)

    assert stage.presence() == (True, admitted.scan_id)


def test_another_events_crew_undoes_nothing(stage: Stage) -> None:
    admitted = stage.scan()
    with transaction():
        other = make_gate(make_event(now=stage.now)).public_id

    with pytest.raises(NotFound):
        stage.undo(admitted, door=get_door(other))


def test_people_are_found_by_any_words_of_their_name(stage: Stage) -> None:
    with transaction():
        for name in ("Zoë Müller-Example", "Пётр Образцов", "100% Example"):
            make_attendee(stage.event, now=stage.now, full_name=name)

    found = {
        text: [
            person.full_name for person in search_people(text, get_door(stage.gate.public_id), now=stage.now)
        ]
        for text in ("zoe mul", "петр", "ОБРАЗЦОВ п", "0%", "a_a", "a%e", "a", "")
    }

    assert found == {
        "zoe mul": ["Zoë Müller-Example"],
        "петр": ["Пётр Образцов"],
        "ОБРАЗЦОВ п": ["Пётр Образцов"],
        "0%": ["100% Example"],
        "a_a": [],
        "a%e": [],
        "a": [],
        "": [],
    }


@pytest.mark.parametrize("name", ["Юлия Иванова", "Iuliia Ivanova", "Yuliya Ivanova", "Julia Ivanova"])
@pytest.mark.parametrize("text", ["юлия", "Yulia", "iuliia", "Julia", "иван", "IVANOVA", "Юл Ива"])
def test_people_are_found_in_either_script(stage: Stage, name: str, text: str) -> None:
    with transaction():
        make_attendee(stage.event, now=stage.now, full_name=name)

    assert [
        person.full_name for person in search_people(text, get_door(stage.gate.public_id), now=stage.now)
    ] == [name]


def test_half_a_name_is_found_although_the_whole_is_spelled_otherwise(stage: Stage) -> None:
    with transaction():
        make_attendee(stage.event, now=stage.now, full_name="Daniel Schmidt")

    found = {
        text: len(search_people(text, get_door(stage.gate.public_id), now=stage.now))
        for text in ("Dani", "Daniel", "Даниэль", "Sch", "Шмидт")
    }

    assert found == dict.fromkeys(found, 1)


def test_the_last_scans_of_a_gate_are_its_own_newest_first(stage: Stage) -> None:
    first = stage.scan()
    stage.scan(gate_id=stage.other_gate.id, after=timedelta(minutes=1))
    last = stage.scan(after=timedelta(minutes=2))
    stage.undo(first)

    lines = list_last_scans(get_door(stage.gate.public_id))

    assert [(line.scan_id, line.is_undone) for line in lines] == [
        (last.scan_id, False),
        (first.scan_id, True),
    ]
