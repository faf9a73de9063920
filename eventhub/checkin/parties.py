"""One code for several people: who of them is inside, and letting some or all of them through.

Every person who goes through is a scan of the own ticket, so counts, repeats and undoing are as for anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from eventhub.checkin.commands import redeem
from eventhub.checkin.crew_answers import NO_FACTS, CrewFacts, facts_of_tickets
from eventhub.checkin.judging import by_use
from eventhub.checkin.models import Presence, Scan
from eventhub.checkin.queries import Door, find_scan, list_scans
from eventhub.checkin.rules import AdultMustCome, Direction, NobodyChosen, QuestionsOpen, ScanSource, Verdict
from eventhub.checkin.showing import ScanRecord, Showing, Shown, judged
from eventhub.core.errors import NotFound
from eventhub.db import connection, db
from eventhub.registration.models import Attendee
from eventhub.registration.parties.models import Child, Party
from eventhub.registration.parties.rules import ALONE_FROM, PartyKind, age_on
from eventhub.tickets.models import Ticket, TicketState

# With these the door has a question of its own: who of the party goes through.
OPEN_VERDICTS = (Verdict.ADMIT, Verdict.ASK, Verdict.ALREADY_IN, Verdict.LEFT, Verdict.NOT_INSIDE)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of a party at a door. `is_young`: comes in with an adult alone; `may_leave_alone` is None for adults.

    `came_at` is why nobody goes in again: since when inside, or when it was used. `can_leave`: inside, and there is an
    exit.
    """

    number: str
    full_name: str
    is_child: bool
    is_young: bool
    may_leave_alone: bool | None
    is_valid: bool
    came_at: datetime | None
    can_leave: bool

    def can_go(self, direction: Direction) -> bool:
        """Whether the door would let this person through."""
        if direction is Direction.EXIT:
            return self.can_leave
        return self.is_valid and self.came_at is None


@dataclass(frozen=True, kw_only=True)
class PartyAtDoor:
    """Who comes on one code, the adult first; of a group it is enough to tell how many."""

    number: str
    is_group: bool
    people: Sequence[Member]
    facts: CrewFacts = NO_FACTS

    @property
    def inside(self) -> int:
        return sum(one.came_at is not None or one.can_leave for one in self.people)

    def going(self, direction: Direction) -> list[Member]:
        return [one for one in self.people if one.can_go(direction)]


@dataclass(frozen=True, kw_only=True)
class Passing:
    """How a party goes through. The form's own `scan_id` makes one scan of it for each person, sent twice or not."""

    scan_id: str
    direction: Direction
    source: ScanSource
    crew_id: int | None
    device_id: int | None = None
    ticked: tuple[str, ...] = ()

    def id_for(self, number: str) -> str:
        return str(uuid5(UUID(self.scan_id), number))


def find_party_shown(showing: Showing, *, now: datetime) -> str | None:
    """The number of the shown ticket when its code stands for a party about which the door may decide; None for a
    scan that is stored already, and has its answer."""
    claim = showing.shown.claim
    if claim is None:
        return None
    shown = {"secret": claim.ticket_id, "event": showing.event_id, "scan": showing.scan_id}
    number: str | None = connection().execute(_first_of_party(), shown).scalar_one_or_none()
    if number is None:
        return None
    _known, record = judged(showing, now=now)
    return number if record.verdict in OPEN_VERDICTS else None


@cache
def _first_of_party() -> Select[str]:
    other = aliased(Attendee)
    first = select(func.min(other.id)).where(other.registration_id == Party.registration_id)
    return (
        select(Ticket.number)
        .join(Attendee, Attendee.ticket_id == Ticket.id)
        .join(Party, Party.registration_id == Attendee.registration_id)
        .where(Ticket.secret == bindparam("secret"), Ticket.event_id == bindparam("event"))
        .where(Attendee.id == first.scalar_subquery())
        .where(~select(Scan.id).where(Scan.scan_id == bindparam("scan")).exists())
    )


def get_party(number: str, door: Door, *, now: datetime) -> PartyAtDoor:
    """The party of the ticket with this number. Raises NotFound, also for a ticket of another event."""
    mine = select(Attendee.registration_id).join(Ticket, Ticket.id == Attendee.ticket_id)
    mine = mine.where(Ticket.number == number, Ticket.event_id == door.event_id)
    rows = db.session.execute(_people(door).where(Attendee.registration_id.in_(mine))).all()
    if not rows:
        raise NotFound()
    day = door.event_starts_at.astimezone(ZoneInfo(door.timezone)).date()
    return PartyAtDoor(
        number=rows[0].number,
        is_group=rows[0].kind is PartyKind.SCHOOL_GROUP,
        people=[_member(row, day, door, now) for row in rows],
        facts=facts_of_tickets([rows[0].id], event_id=door.event_id).get(rows[0].id, NO_FACTS),
    )


def _people(door: Door) -> Select[*tuple[Any, ...]]:
    here = and_(Presence.ticket_id == Ticket.id, Presence.point_id == door.point_id)
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.state,
            Attendee.full_name,
            Party.kind,
            Child.attendee_id.label("child"),
            Child.born_on,
            Child.may_leave_alone,
            Presence.is_inside,
            Presence.entered_at,
        )
        .join(Attendee, Attendee.ticket_id == Ticket.id)
        .join(Party, Party.registration_id == Attendee.registration_id)
        .outerjoin(Child, Child.attendee_id == Attendee.id)
        .outerjoin(Presence, here)
        .order_by(Attendee.id)
    )


def _member(row: Row[*tuple[Any, ...]], day: date, door: Door, now: datetime) -> Member:
    used = by_use(door.facts, entered_at=row.entered_at, is_inside=bool(row.is_inside), now=now)
    return Member(
        number=row.number,
        full_name=row.full_name,
        is_child=row.child is not None,
        is_young=row.born_on is not None and age_on(row.born_on, day) < ALONE_FROM,
        may_leave_alone=row.may_leave_alone if row.born_on else None,
        is_valid=row.state is TicketState.VALID,
        came_at=used.moment if used else None,
        can_leave=bool(row.is_inside) and door.facts.has_exit,
    )


def let_through(
    party: PartyAtDoor, passing: Passing, door: Door, *, chosen: Collection[str], now: datetime
) -> list[ScanRecord]:
    """A scan for each of the chosen tickets (numbers), of which others may be faster: their verdicts say so.

    Raises NobodyChosen, AdultMustCome, QuestionsOpen; NotFound for a ticket of somebody else.
    """
    people = [one for one in party.people if one.number in chosen]
    if not people or len(people) != len(set(chosen)):
        raise NobodyChosen() if not chosen else NotFound()
    if not _went_before(party, passing, door) >= set(chosen):
        _check_ticked(passing, door)
        _check_adult(party, people, passing.direction)
    return [_scan(one, passing, door, now=now) for one in people]


def let_some_through(
    party: PartyAtDoor, passing: Passing, door: Door, *, count: int, now: datetime
) -> list[ScanRecord]:
    """So many of those who can go, whoever they are; fewer when other gates were faster. Raises NobodyChosen,
    QuestionsOpen."""
    if count < 1:
        raise NobodyChosen()
    if not _went_before(party, passing, door):
        _check_ticked(passing, door)
    done: list[ScanRecord] = []
    moves = Verdict.ADMIT if passing.direction is Direction.ENTRY else Verdict.LEFT
    for record in _one_by_one(party, passing, door, now=now):
        done.append(record)
        if sum(one.verdict is moves for one in done) == count:
            break
    return done


def _one_by_one(party: PartyAtDoor, passing: Passing, door: Door, *, now: datetime) -> Iterator[ScanRecord]:
    """Sent again, those who went through by the same form are counted, and nobody else goes."""
    for one in party.people:
        stored = find_scan(passing.id_for(one.number))
        if stored is not None:
            yield stored
        elif one.can_go(passing.direction):
            yield _scan(one, passing, door, now=now)


def _scan(one: Member, passing: Passing, door: Door, *, now: datetime) -> ScanRecord:
    showing = Showing(
        scan_id=passing.id_for(one.number),
        gate_id=door.gate_id,
        event_id=door.event_id,
        shown=Shown(number=one.number),
        direction=passing.direction,
        source=passing.source,
        crew_id=passing.crew_id,
        device_id=passing.device_id,
        ticked=passing.ticked,
    )
    return redeem(showing, now=now)


def _went_before(party: PartyAtDoor, passing: Passing, door: Door) -> set[str]:
    """The tickets that this very form has shown in this direction already: their answers are stored."""
    passed = list_passed(party, passing, door)
    return {one.number for one, record in passed if record.direction is passing.direction}


def _check_ticked(passing: Passing, door: Door) -> None:
    if passing.direction is Direction.ENTRY:
        check_ticked(passing.ticked, door)


def check_ticked(ticked: Collection[str], door: Door) -> None:
    """Raises QuestionsOpen unless everything is ticked without which nobody comes in."""
    if not door.facts.required <= set(ticked):
        raise QuestionsOpen()


def _check_adult(party: PartyAtDoor, people: Sequence[Member], direction: Direction) -> None:
    """Who comes later with the own ticket is judged by the crew."""
    adults = [one for one in party.people if not one.is_child]
    comes = any(one in people or one.came_at is not None for one in adults)
    if direction is Direction.ENTRY and not comes and any(one.is_young for one in people):
        raise AdultMustCome()


def list_passed(party: PartyAtDoor, passing: Passing, door: Door) -> list[tuple[Member, ScanRecord]]:
    """Who of the party was shown by this form, and what the door said."""
    scans = list_scans([passing.id_for(one.number) for one in party.people], event_id=door.event_id)
    found = ((one, scans.get(passing.id_for(one.number))) for one in party.people)
    return [(one, scan) for one, scan in found if scan is not None]
