"""Scans that phones made by themselves, on both databases: stored once, and folded to the same end in every order."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from eventhub.checkin.commands import redeem, undo
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.models import Gate, Presence, Scan
from eventhub.checkin.offline import presences, syncing
from eventhub.checkin.offline.listing import KEPT_AFTER, is_due, list_changed, seal_all, take_turn, tell
from eventhub.checkin.offline.models import ManifestEntry, ScanConflict
from eventhub.checkin.offline.personal import drop_old_lists, forget_entries
from eventhub.checkin.offline.presences import fold_again
from eventhub.checkin.offline.reports import Report, Result, Status
from eventhub.checkin.offline.times import PhoneTime
from eventhub.checkin.personal import forget_reasons
from eventhub.checkin.points import PointPlan, add_point, change_gate
from eventhub.checkin.queries import get_door
from eventhub.checkin.rules import Direction, ScanSource, Verdict
from eventhub.checkin.showing import Showing, Shown
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.registration.models import Attendee
from tests.factories import make_attendee, make_event, make_gate

pytestmark = pytest.mark.usefixtures("both")
Move = tuple[int, Verdict, int]


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@dataclass
class Site:
    """An event that is on, two gates that lead into it, and guests who are on the phones' list."""

    event: Event
    gates: list[Gate]
    guests: list[Attendee]
    now: datetime

    def report(
        self, guest: int, *, minute: int, verdict: Verdict = Verdict.ADMIT, **changes: object
    ) -> Report:
        """What a phone has of a scan `minute` minutes after the event began."""
        at = ms(self.now + timedelta(minutes=minute))
        report = Report(
            scan_id=str(uuid4()),
            seq=minute,
            lookup=self.lookup(guest),
            signed=None,
            direction=Direction.EXIT if verdict is Verdict.LEFT else Direction.ENTRY,
            source=ScanSource.CAMERA,
            verdict=verdict,
            moment=None,
            point=None,
            rules_version=1,
            mode=None,
            time=PhoneTime(at=at, offset=0, listed=ms(self.now), seq=minute),
            ticked=None,
            reason=None,
            undoes=None,
        )
        return replace(report, **changes)

    def lookup(self, guest: int) -> bytes:
        ticket = self.guests[guest].ticket_id
        found = db.session.scalar(select(ManifestEntry.lookup).where(ManifestEntry.ticket_id == ticket))
        assert found is not None
        return found

    def undoing(self, undone: Report, *, minute: int) -> Report:
        return replace(
            undone,
            scan_id=str(uuid4()),
            verdict=Verdict.UNDONE,
            undoes=undone.scan_id,
            reason="Wrong person",
            time=replace(undone.time, at=ms(self.now + timedelta(minutes=minute))),
        )

    def sync(self, *reports: Report, gate: int = 0) -> list[Status]:
        return [one.status for one in self.results(*reports, gate=gate)]

    def results(self, *reports: Report, gate: int = 0) -> list[Result]:
        with transaction():
            return syncing.take_scans(self.upload(reports, gate))

    def upload(self, reports: tuple[Report, ...], gate: int) -> syncing.Upload:
        now = self.now + timedelta(hours=6)
        door = get_door(self.gates[gate].public_id)
        return syncing.Upload(
            door=door, reports=reports, phone_now=ms(now), crew_id=None, device_id=None, now=now
        )

    def scan(self, guest: int, *, minute: int, direction: Direction = Direction.ENTRY) -> Verdict:
        """With network, at the first gate."""
        showing = Showing(
            scan_id=str(uuid4()),
            gate_id=self.gates[0].id,
            event_id=self.event.id,
            shown=Shown(number=self.guests[guest].ticket.number),
            direction=direction,
            source=ScanSource.CAMERA,
            crew_id=None,
        )
        with transaction():
            return redeem(showing, now=self.now + timedelta(minutes=minute)).verdict


@pytest.fixture
def site(app: Flask, now: datetime) -> Site:
    with transaction():
        event = make_event(now=now, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9))
        gates = [make_gate(event, "Gate A"), make_gate(event, "Gate B")]
        guests = [make_attendee(event, now=now, full_name=f"Guest Example {n}") for n in range(4)]
        turn = take_turn(event.id, now=now)
        assert turn is not None
        tell(event.id, seal_all(list_changed(event.id, turn.salt), turn.salt), after=turn.seq)
    return Site(event, gates, guests, now)


def inside() -> list[tuple[int, bool, str]]:
    """Of each ticket whether it is inside, and by which scan."""
    rows = select(Presence.ticket_id, Presence.is_inside, Presence.scan_id).order_by(Presence.ticket_id)
    return [tuple(row) for row in db.session.execute(rows)]


def conflicts() -> list[tuple[str, str]]:
    first, second = aliased(Scan), aliased(Scan)
    query = select(first.scan_id, second.scan_id).select_from(ScanConflict)
    query = query.join(first, first.id == ScanConflict.first_id).join(
        second, second.id == ScanConflict.second_id
    )
    return sorted(tuple(row) for row in db.session.execute(query))


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Scan)) or 0


def test_a_scan_is_stored_with_what_its_phone_knew_and_sent_again_is_known(site: Site) -> None:
    report = site.report(0, minute=5)

    assert [site.sync(report), site.sync(report, report)] == [[Status.STORED], [Status.KNOWN, Status.KNOWN]]
    scan = db.session.scalars(select(Scan)).one()
    assert (scan.scanned_at, scan.ticket_id, scan.device_seq, scan.is_time_trusted) == (
        site.now + timedelta(minutes=5),
        site.guests[0].ticket_id,
        5,
        True,
    )
    assert inside() == [(site.guests[0].ticket_id, True, report.scan_id)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_phones_that_could_not_know_have_let_one_ticket_in_twice(
    site: Site, order: tuple[int, ...]
) -> None:
    at_a, at_b = site.report(0, minute=5), site.report(0, minute=7)
    batches = [(at_a, 0), (at_b, 1)]

    for number in order:
        site.sync(batches[number][0], gate=batches[number][1])

    assert inside() == [(site.guests[0].ticket_id, True, at_a.scan_id)]
    assert conflicts() == [(at_a.scan_id, at_b.scan_id)]


def test_an_earlier_scan_that_comes_up_late_is_the_one_that_counts(site: Site) -> None:
    site.scan(0, minute=10)
    online = db.session.scalars(select(Scan.scan_id)).one()
    offline = site.report(0, minute=4)

    site.sync(offline, gate=1)

    assert inside() == [(site.guests[0].ticket_id, True, offline.scan_id)]
    assert conflicts() == [(offline.scan_id, online)]


def test_who_is_inside_is_the_same_however_the_scans_come_up(site: Site) -> None:
    """Five shuffles of what two gates have seen, in batches of three, a third of them sent twice."""
    plan: list[tuple[int, Verdict, int, int]] = [
        (0, Verdict.ADMIT, 1, 0),
        (0, Verdict.ADMIT, 9, 1),
        (1, Verdict.ADMIT, 2, 0),
        (1, Verdict.LEFT, 20, 1),
        (1, Verdict.ADMIT, 30, 0),
        (2, Verdict.ADMIT, 5, 1),
        (2, Verdict.LEFT, 6, 1),
        (2, Verdict.LEFT, 8, 0),
    ]
    made = [(site.report(guest, minute=at, verdict=verdict), gate) for guest, verdict, at, gate in plan]
    made.append((site.undoing(made[0][0], minute=3), 0))
    ends = []

    for seed in range(5):
        _upload_somehow(site, made, random.Random(seed))
        ends.append((inside(), conflicts(), stored()))
        _forget_scans()

    assert ends == [ends[0]] * 5
    assert [was_inside for _ticket, was_inside, _scan in ends[0][0]] == [True, True, False]
    assert ends[0][1:] == ([], 9)


def _upload_somehow(site: Site, made: list[tuple[Report, int]], chance: random.Random) -> None:
    left = chance.sample(made, len(made))
    while left:
        batch, gate = left[:3], left[0][1]
        reports = [report for report, its_gate in batch if its_gate == gate]
        told = site.sync(*reports, gate=gate)
        sent = {
            one.scan_id for one, status in zip(reports, told, strict=True) if status is not Status.WAITING
        }
        if chance.random() < 1 / 3:
            site.sync(*reports, gate=gate)
        rest = [one for one in left if one[0].scan_id not in sent]
        left = chance.sample(rest, len(rest))


def _forget_scans() -> None:
    with transaction():
        for table in (ScanConflict, Presence):
            db.session.execute(table.__table__.delete())
        db.session.execute(Scan.__table__.delete().where(Scan.undoes_id.is_not(None)))
        db.session.execute(Scan.__table__.delete())


def test_taking_back_waits_for_the_scan_that_it_takes_back(site: Site) -> None:
    admitted = site.report(0, minute=5)
    undoing = site.undoing(admitted, minute=6)

    assert site.sync(undoing) == [Status.WAITING]
    assert (site.sync(undoing, admitted), inside()) == ([Status.STORED, Status.STORED], [])


def test_a_scan_that_was_made_twice_is_taken_back_with_network_and_the_conflict_is_gone(site: Site) -> None:
    first, second = site.report(0, minute=5), site.report(0, minute=7)
    site.sync(first, second)

    with transaction():
        undo(
            undone_id=second.scan_id,
            scan_id=str(uuid4()),
            door=get_door(site.gates[0].public_id),
            reason="It was his brother",
            crew_id=None,
            now=site.now + timedelta(hours=7),
        )

    assert (inside(), conflicts()) == ([(site.guests[0].ticket_id, True, first.scan_id)], [])


def test_when_the_one_that_holds_is_taken_back_the_other_one_counts(site: Site) -> None:
    first, second = site.report(0, minute=5), site.report(0, minute=7)

    site.sync(first, second, site.undoing(first, minute=8))

    assert (inside(), conflicts()) == ([(site.guests[0].ticket_id, True, second.scan_id)], [])


def test_the_stored_verdict_comes_back_though_the_event_was_cancelled_since(site: Site) -> None:
    report = site.report(0, minute=5)
    before = site.results(report)
    with transaction():
        site.event.state, site.event.cancel_reason = EventState.CANCELLED, "Storm"
        db.session.add(site.event)

    again = site.results(report)

    assert [(one.status, one.verdict) for one in before + again] == [
        (Status.STORED, Verdict.ADMIT),
        (Status.KNOWN, Verdict.ADMIT),
    ]


def test_a_scan_counts_at_the_point_by_which_it_was_judged(site: Site) -> None:
    """The gate has led to lunch since; a point of nobody is as good as none."""
    with transaction():
        gate = db.session.get_one(Gate, site.gates[0].id)
        entrance, plan = gate.point, PointPlan(name={"en": "Lunch"}, mode=Mode.ONCE)
        lunch = add_point(event_id=site.event.id, kind=PointKind.MEAL, plan=plan, by="test", now=site.now)
        change_gate(gate, name=gate.name, point=lunch, by="test", now=site.now)
    before, after = site.report(0, minute=5, point=entrance.public_id), site.report(0, minute=90)
    strange = site.report(1, minute=91, point="unknown")

    assert site.sync(before, after, strange) == [Status.STORED] * 3
    places = select(Scan.point_id).order_by(Scan.scanned_at)
    assert db.session.scalars(places).all() == [entrance.id, lunch.id, lunch.id]
    assert (len(inside()), conflicts()) == (3, [])


def test_an_admission_is_folded_by_the_mode_that_judged_it(site: Site) -> None:
    """Any number of times in the morning, once since noon: whoever came twice before that has done nothing wrong."""
    morning = [site.report(0, minute=n, mode=Mode.UNLIMITED) for n in (1, 2)]
    noon = site.report(0, minute=200, mode=Mode.ONCE)

    site.sync(*morning, noon)

    assert conflicts() == [(morning[1].scan_id, noon.scan_id)]


def test_what_cannot_be_timed_keeps_the_order_of_its_phone(site: Site) -> None:
    no_time = {"at": 0, "offset": 0, "listed": ms(site.now)}
    plan = [(3, Verdict.ADMIT), (1, Verdict.ADMIT), (2, Verdict.LEFT)]
    reports = [site.report(0, minute=n, verdict=v, time=PhoneTime(seq=n, **no_time)) for n, v in plan]

    site.sync(*reports)

    assert (inside(), conflicts()) == ([(site.guests[0].ticket_id, True, reports[0].scan_id)], [])


def test_an_answer_that_came_too_late_is_told_even_where_the_ticket_is_of_another_event(site: Site) -> None:
    with transaction():
        elsewhere = make_attendee(make_event(now=site.now), now=site.now)
    report = site.report(0, minute=5, lookup=None, verdict=Verdict.OTHER_EVENT)
    shown = Shown(number=elsewhere.ticket.number)
    showing = Showing(
        scan_id=report.scan_id,
        gate_id=site.gates[0].id,
        event_id=site.event.id,
        shown=shown,
        direction=Direction.ENTRY,
        source=ScanSource.CAMERA,
        crew_id=None,
    )
    with transaction():
        redeem(showing, now=site.now)

    (told,) = site.results(report)

    assert (told.status, told.verdict) == (Status.KNOWN, Verdict.OTHER_EVENT)


def test_one_bad_report_stops_no_other(site: Site) -> None:
    good = site.report(1, minute=5)
    taken = replace(site.report(2, minute=5), scan_id=good.scan_id)
    nonsense = [
        site.report(0, minute=5, direction=Direction.EXIT),
        site.report(0, minute=5, verdict=Verdict.ASK),
        site.report(0, minute=5, undoes=good.scan_id),
        site.report(0, minute=5, lookup=None),
        replace(site.undoing(good, minute=6), reason=""),
    ]

    told = site.sync(*nonsense, good)

    assert told == [Status.REFUSED] * 5 + [Status.STORED]
    assert site.sync(taken) == [Status.REFUSED]
    assert stored() == 1


def test_under_one_id_the_first_that_makes_sense_is_stored_and_another_one_refused(site: Site) -> None:
    good = site.report(0, minute=5)
    nonsense, other = replace(good, direction=Direction.EXIT), site.report(1, minute=6, scan_id=good.scan_id)

    assert site.sync(nonsense, good, good, other) == [
        Status.REFUSED,
        Status.STORED,
        Status.KNOWN,
        Status.REFUSED,
    ]
    assert inside() == [(site.guests[0].ticket_id, True, good.scan_id)]


def test_a_phone_takes_back_at_its_own_gates_alone(site: Site) -> None:
    admitted = site.report(0, minute=5)
    site.sync(admitted, gate=1)
    undoing = site.undoing(admitted, minute=6)
    upload = replace(site.upload((undoing,), 0), own_gates=frozenset({site.gates[0].public_id}))

    with transaction():
        (refused,) = syncing.take_scans(upload)

    assert (refused.status, site.sync(undoing, gate=0)) == (Status.REFUSED, [Status.STORED])


def test_a_list_of_long_ago_or_of_tomorrow_vouches_for_no_time(site: Site) -> None:
    old, new = (PhoneTime(at=0, offset=0, listed=listed, seq=1) for listed in (0, ms(site.now) + 10**9))

    site.sync(site.report(0, minute=1, time=old), site.report(1, minute=1, time=new))

    assert db.session.scalars(select(Scan.is_time_trusted)).all() == [False, False]


def test_who_is_erased_while_the_list_is_made_does_not_come_back(site: Site) -> None:
    later, registration = site.now + timedelta(minutes=1), site.guests[0].registration.public_id
    with transaction():
        site.guests[0].full_name = "Canary Example"
        db.session.add(site.guests[0])
    with transaction():
        turn = take_turn(site.event.id, now=later)
        assert turn is not None
    made = seal_all(list_changed(site.event.id, turn.salt), turn.salt)
    subject = DataSubject(email_key="", addresses=(), registrations=(registration,))
    with transaction():
        forget_entries(subject)
    with transaction():
        tell(site.event.id, made, after=turn.seq)

    tickets = db.session.scalars(select(ManifestEntry.ticket_id).order_by(ManifestEntry.ticket_id)).all()
    assert (len(made), tickets) == (1, [guest.ticket_id for guest in site.guests[1:]])


def test_what_the_crew_wrote_of_somebody_goes_with_the_name(site: Site) -> None:
    mine, other = (site.report(guest, minute=5, reason=f"Canary {guest}") for guest in (0, 1))
    site.sync(mine, other)
    registration = site.guests[0].registration.public_id

    with transaction():
        forget_reasons(DataSubject(email_key="", addresses=(), registrations=(registration,)))

    told = select(Scan.scan_id, Scan.reason).order_by(Scan.ticket_id)
    assert [tuple(row) for row in db.session.execute(told)] == [
        (mine.scan_id, None),
        (other.scan_id, "Canary 1"),
    ]


def test_some_days_after_the_event_no_names_lie_in_its_list(site: Site) -> None:
    kept = select(func.count()).select_from(ManifestEntry)
    with transaction():
        drop_old_lists(now=site.event.ends_at + KEPT_AFTER - timedelta(minutes=1))
    before = db.session.scalar(kept)
    with transaction():
        drop_old_lists(now=site.event.ends_at + KEPT_AFTER)

    door = get_door(site.gates[0].public_id)
    assert (before, db.session.scalar(kept)) == (4, 0)
    assert not is_due(door, now=site.event.ends_at + KEPT_AFTER)


def test_a_code_of_somebody_else_is_counted_and_names_nobody(site: Site) -> None:
    foreign = site.report(0, minute=5, lookup=None, verdict=Verdict.UNKNOWN)

    assert (site.sync(foreign), inside()) == ([Status.STORED], [])


def test_a_ticket_that_was_not_on_the_list_is_found_by_its_bytes(site: Site) -> None:
    with transaction():
        late = make_attendee(site.event, now=site.now, full_name="Late Example")
    report = site.report(0, minute=5, lookup=None, signed=late.ticket.secret)

    site.sync(report)

    assert inside() == [(late.ticket_id, True, report.scan_id)]


def test_a_time_that_cannot_be_is_marked_and_counts_at_the_moment_of_the_list(site: Site) -> None:
    report = site.report(0, minute=5, time=PhoneTime(at=0, offset=0, listed=ms(site.now), seq=7))

    site.sync(report)

    scan = db.session.scalars(select(Scan)).one()
    assert (scan.scanned_at, scan.is_time_trusted) == (site.now + timedelta(milliseconds=7), False)


def test_five_hundred_scans_take_as_many_statements_as_two(site: Site) -> None:
    few = _statements_of(site, [site.report(1, minute=1), site.report(1, minute=2)])

    many = _statements_of(site, [site.report(n % 4, minute=n) for n in range(2, 500)])

    assert few == many == 10


def _statements_of(site: Site, reports: list[Report]) -> int:
    upload, said = site.upload(tuple(reports), 0), []

    def listen(_connection, _cursor, statement, _parameters, _context, is_many) -> None:
        said.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", listen)
    with transaction():
        syncing.take_scans(upload)
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", listen)
    return len([one for one in said if not one.startswith("BEGIN")])


def sync_at_once(both: Flask, site: Site, uploads: list[syncing.Upload]) -> list[list[Status]]:
    def one(upload: syncing.Upload) -> list[Status]:
        with both.app_context(), transaction():
            return [result.status for result in syncing.take_scans(upload)]

    with ThreadPoolExecutor(max_workers=4) as threads:
        told = list(threads.map(one, uploads))
    db.session.rollback()
    return told


def test_a_batch_that_is_sent_many_times_at_once_is_stored_once(both: Flask, site: Site) -> None:
    batch = site.upload((site.report(0, minute=5), site.report(1, minute=5)), 0)

    told = sync_at_once(both, site, [batch] * 4)

    assert sorted(map(tuple, told)) == [(Status.KNOWN,) * 2] * 3 + [(Status.STORED,) * 2]
    assert (stored(), conflicts()) == (2, [])


def at_once_from_four_phones(both: Flask, site: Site) -> tuple[list[str], list[tuple[str, str]]]:
    """Four phones have let the same ticket in and come back to the network together."""
    reports = [site.report(0, minute=n + 1, scan_id=str(UUID(int=n))) for n in range(4)]
    sync_at_once(both, site, [site.upload((one,), 0) for one in reports])
    return [scan for _ticket, _inside, scan in inside()], conflicts()


def test_four_phones_that_sync_at_once_are_folded_as_one_after_the_other(both: Flask, site: Site) -> None:
    first, *others = (str(UUID(int=n)) for n in range(4))

    assert at_once_from_four_phones(both, site) == ([first], [(first, other) for other in others])


def test_without_the_lock_the_fold_forgets_what_others_store(
    both: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control. SQLite's one writer still guards."""
    everybody, place = Barrier(4, timeout=20), presences._place

    def place_when_all_have_read(*arguments: Any) -> None:
        if db.engine.dialect.name == "postgresql":
            everybody.wait()
        place(*arguments)

    monkeypatch.setattr(syncing, "lock_presences", lambda *_arguments, **_named: None)
    monkeypatch.setattr(presences, "_place", place_when_all_have_read)

    _holder, told = at_once_from_four_phones(both, site)

    assert len(told) == (3 if db.engine.dialect.name == "sqlite" else 0)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_the_gates_the_fold_says_what_stands_there(site: Site, seed: int) -> None:
    chance = random.Random(seed)
    for minute in range(30):
        _happen(site, chance, minute)
    before = (inside(), conflicts())

    door = get_door(site.gates[0].public_id)
    with transaction():
        fold_again([guest.ticket_id for guest in site.guests if guest.ticket_id], door.point_id, door.facts)

    assert before == (inside(), conflicts())
    assert before[0]


def _happen(site: Site, chance: random.Random, minute: int) -> None:
    """Somebody comes or goes, with network or without, is taken out, or was scanned by mistake."""
    guest, verdict = chance.randrange(4), chance.choice([Verdict.ADMIT, Verdict.LEFT])
    direction = Direction.ENTRY if verdict is Verdict.ADMIT else Direction.EXIT
    what = chance.random()
    if what < 0.5:
        site.scan(guest, minute=minute, direction=direction)
    elif what < 0.8:
        site.sync(site.report(guest, minute=minute - chance.randrange(5), verdict=verdict))
    else:
        last = db.session.scalar(
            select(Presence.scan_id).where(Presence.ticket_id == site.guests[guest].ticket_id)
        )
        if last is not None:
            _take_back(site, last, minute)


def _take_back(site: Site, scan_id: str, minute: int) -> None:
    with transaction():
        undo(
            undone_id=scan_id,
            scan_id=str(uuid4()),
            door=get_door(site.gates[0].public_id),
            reason="Wrong person",
            crew_id=None,
            now=site.now + timedelta(minutes=minute),
        )
