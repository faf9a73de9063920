"""A party at the door: some or all go through, each by a scan of its own, and two gates never let one in twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.checkin.commands import undo
from eventhub.checkin.models import Gate, Scan
from eventhub.checkin.parties import Passing, find_party_shown, get_party, let_some_through, let_through
from eventhub.checkin.people import count_people
from eventhub.checkin.queries import Door, get_door
from eventhub.checkin.rules import AdultMustCome, Direction, NobodyChosen, ScanSource, Verdict
from eventhub.checkin.showing import Showing, Shown, shown_by_code
from eventhub.core.errors import NotFound
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.registration.parties.rules import PartyKind
from eventhub.tickets.commands import void_ticket
from eventhub.tickets.queries import code_of
from tests.factories import make_attendee, make_event, make_family, make_gate, make_user
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both")
NAMES = ("Ada Example", "Vera Example", "Gleb Example", "Lev Example")


class Site:
    """An event that is on, a gate, its crew, and a family of four."""

    def __init__(self, now: datetime, kind: PartyKind = PartyKind.FAMILY, names=NAMES) -> None:
        with transaction():
            self.event: Event = make_event(now=now, starts_at=now, ends_at=now + timedelta(hours=3))
            self.gate: Gate = make_gate(self.event)
            self.crew = make_user(now=now)
            self.people: list[Attendee] = make_family(self.event, now=now, names=names, kind=kind)
        self.numbers = [one.ticket.number for one in self.people]
        self.now = now

    @property
    def door(self) -> Door:
        return get_door(self.gate.public_id)

    def passing(self, scan_id: str | None = None, direction: Direction = Direction.ENTRY) -> Passing:
        return Passing(
            scan_id=scan_id or str(uuid4()), direction=direction, source=ScanSource.LINK, crew_id=self.crew.id
        )

    def go(self, *numbers: str, passing: Passing | None = None) -> list[Verdict]:
        with transaction():
            party = get_party(self.numbers[0], self.door, now=self.now)
            how = passing or self.passing()
            records = let_through(party, how, self.door, chosen=numbers, now=self.now)
        return [one.verdict for one in records]

    def go_some(self, count: int, *, passing: Passing | None = None) -> list[Verdict]:
        with transaction():
            party = get_party(self.numbers[0], self.door, now=self.now)
            how = passing or self.passing()
            records = let_some_through(party, how, self.door, count=count, now=self.now)
        return [one.verdict for one in records]

    def showing(self, attendee: Attendee, direction: Direction = Direction.ENTRY) -> Showing:
        return Showing(
            scan_id=str(uuid4()),
            gate_id=self.gate.id,
            event_id=self.event.id,
            shown=shown_by_code(code_of(attendee.ticket)),
            direction=direction,
            source=ScanSource.CAMERA,
            crew_id=self.crew.id,
        )


@pytest.fixture
def site(app: Flask, now: datetime) -> Site:
    return Site(now)


def test_three_of_four_are_admitted_by_three_scans_and_the_fourth_comes_later(site: Site) -> None:
    assert site.go(*site.numbers[:3]) == [Verdict.ADMIT] * 3
    assert count_people(site.door).inside == 3

    assert site.go(site.numbers[3]) == [Verdict.ADMIT]
    assert (count_people(site.door).inside, len(db.session.scalars(select(Scan)).all())) == (4, 4)


def test_only_the_code_of_the_first_stands_for_all(site: Site, now: datetime) -> None:
    with transaction():
        alone = make_attendee(site.event, now=now)

    found = [find_party_shown(site.showing(one), now=now) for one in (*site.people[:2], alone)]
    by_number = Showing(**{**vars(site.showing(alone)), "shown": Shown(number=site.numbers[0])})

    assert found == [site.numbers[0], None, None]
    assert find_party_shown(by_number, now=now) is None


def test_where_the_door_says_no_to_the_first_it_asks_nothing_about_the_others(
    site: Site, now: datetime
) -> None:
    assert find_party_shown(site.showing(site.people[0]), now=now + timedelta(hours=4)) is None
    with transaction():
        void_ticket(db.session.merge(site.people[0].ticket), reason="lost", by="test", now=now)
    assert find_party_shown(site.showing(site.people[0]), now=now) is None


def test_the_same_form_twice_is_one_scan_for_each(site: Site) -> None:
    passing = site.passing()

    answers = [site.go(*site.numbers, passing=passing) for _each in range(2)]

    assert answers == [[Verdict.ADMIT] * 4] * 2
    assert len(db.session.scalars(select(Scan)).all()) == 4


def test_two_gates_at_once_admit_each_of_a_family_once(both: Flask, site: Site) -> None:
    results = at_once(both, lambda _number: site.go(*site.numbers), times=8)

    verdicts = Counter(verdict for answer in results for verdict in answer)
    assert verdicts == {Verdict.ADMIT: 4, Verdict.ALREADY_IN: 28}
    assert count_people(site.door).inside == 4


def test_a_group_is_counted_through_and_two_gates_never_count_one_twice(
    both: Flask, app: Flask, now: datetime
) -> None:
    names = ("Lead Example", *(f"Pupil {number}" for number in range(1, 25)))
    group = Site(now, PartyKind.SCHOOL_GROUP, names)

    assert group.go_some(5).count(Verdict.ADMIT) == 5
    results = at_once(both, lambda _number: group.go_some(12), times=3)

    admitted = sum(answer.count(Verdict.ADMIT) for answer in results)
    assert (admitted, count_people(group.door).inside) == (20, 25)


def test_a_count_that_is_sent_twice_counts_once(app: Flask, now: datetime) -> None:
    names = ("Lead Example", *(f"Pupil {number}" for number in range(1, 6)))
    group = Site(now, PartyKind.SCHOOL_GROUP, names)
    group.go_some(2)
    passing = group.passing()

    assert [group.go_some(2, passing=passing).count(Verdict.ADMIT) for _each in range(2)] == [2, 2]
    assert count_people(group.door).inside == 4


def test_one_of_them_is_taken_back_alone(site: Site, now: datetime) -> None:
    passing = site.passing()
    site.go(*site.numbers, passing=passing)

    with transaction():
        undo(
            undone_id=passing.id_for(site.numbers[2]),
            scan_id=str(uuid4()),
            door=site.door,
            reason="stayed outside",
            crew_id=site.crew.id,
            now=now,
        )

    inside = [one.came_at is not None for one in get_party(site.numbers[0], site.door, now=site.now).people]
    assert inside == [True, True, False, True]


def test_who_is_under_14_comes_in_with_an_adult(site: Site) -> None:
    with pytest.raises(AdultMustCome):
        site.go(site.numbers[1])
    assert db.session.scalars(select(Scan)).all() == []

    site.go(site.numbers[0])
    assert site.go(site.numbers[1]) == [Verdict.ADMIT]


def test_nobody_and_strangers_are_refused(site: Site, now: datetime) -> None:
    with transaction():
        stranger = make_attendee(site.event, now=now).ticket.number

    with pytest.raises(NobodyChosen):
        site.go()
    with pytest.raises(NotFound):
        site.go(site.numbers[0], stranger)
    with pytest.raises(NotFound):
        get_party(stranger, site.door, now=site.now)


def test_they_leave_together_or_apart(site: Site) -> None:
    site.go(*site.numbers)

    assert site.go(site.numbers[1], passing=site.passing(direction=Direction.EXIT)) == [Verdict.LEFT]
    party = get_party(site.numbers[0], site.door, now=site.now)
    assert (party.inside, len(party.going(Direction.EXIT)), len(party.going(Direction.ENTRY))) == (3, 3, 1)


def test_a_form_that_was_used_the_other_way_still_asks_for_the_adult(site: Site) -> None:
    scan_id = str(uuid4())
    site.go(site.numbers[2], passing=site.passing(scan_id, Direction.EXIT))

    with pytest.raises(AdultMustCome):
        site.go(site.numbers[1], passing=site.passing(scan_id))
