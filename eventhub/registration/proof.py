"""Whether the counted places are the places that registrations hold, and whether those hold what they should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventhub.db import db
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.choosing import taken_sessions
from eventhub.registration.forms.answering import Stored, companions_in
from eventhub.registration.forms.models import OptionPool, QuestionRow
from eventhub.registration.forms.queries import get_form, list_own_answers_of
from eventhub.registration.forms.shapes import Form
from eventhub.registration.forms.taking import pools_of_answers
from eventhub.registration.models import Place, Registration, SessionChoice
from eventhub.registration.needs import needs
from eventhub.registration.parties.fares import Tickets, list_other_types
from eventhub.registration.rules import RegistrationState
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.offering import list_offers_to, seats_of
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.queries import pools_above
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import DoorHold, PoolKind

AT_ONCE = 500  # registrations that are looked at in the same few statements


@dataclass(frozen=True)
class Miscount:
    """A pool whose counter says `taken` while registrations and holds have `held` of it."""

    pool_id: int
    taken: int
    held: int


def list_miscounts() -> list[Miscount]:
    """Every pool whose counter is wrong, in order; none is the only good answer."""
    held, kept = func.coalesce(func.sum(Place.count), 0), _kept_by_holds()
    rows = db.session.execute(
        select(CapacityPool.id, CapacityPool.taken, held)
        .outerjoin(Place, Place.pool_id == CapacityPool.id)
        .group_by(CapacityPool.id, CapacityPool.taken)
        .having(or_(CapacityPool.taken != held, CapacityPool.id.in_(kept)))
        .order_by(CapacityPool.id)
    )
    counts = (Miscount(row[0], row[1], row[2] + kept[row[0]]) for row in rows)
    return [one for one in counts if one.taken != one.held]


def _kept_by_holds() -> Counter[int]:
    """How many places of each pool are held back in pools of their own: their seats, whoever sits on them."""
    rows = db.session.execute(
        select(NamedPool, Event)
        .join(Event, Event.id == NamedPool.event_id)
        .where(NamedPool.kind != PoolKind.SHARED)
    )
    kept: Counter[int] = Counter()
    for hold, event in rows:
        db.session.refresh(hold.pool)
        assert hold.parent_id is not None
        for pool in pools_above(event, hold.parent_id):
            kept[pool] += hold.pool.seats
    return kept


@dataclass(frozen=True)
class Misheld:
    """A registration, by its number, whose state and choices do not go with the places that it holds."""

    number: str
    why: str


def list_misheld() -> list[Misheld]:
    """Whoever takes part with other places than that needs, and whoever holds one without taking part; in order.

    So many statements for each five hundred, and some for each event.
    """
    found = [Misheld(*row) for row in db.session.execute(_with_a_place_for_nothing())]
    known = _Known()
    for ids in _batches():
        # While others write, what is read in several statements may not go together: a fault is there at a second look.
        if suspects := _faults(ids, known):
            again = _faults(sorted(suspects), _Known())
            found += [one for number in again for one in again[number] if one in suspects.get(number, ())]
    return sorted(found, key=lambda one: (one.number, one.why))


_TAKE_PART = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)
_MAY_HOLD = (*_TAKE_PART, RegistrationState.PENDING)
_holds = select(Place.pool_id).where(Place.registration_id == Registration.id)


def _with_a_place_for_nothing() -> Select[str, str]:
    return select(Registration.number, literal("a place without taking part")).where(
        Registration.state.not_in(_MAY_HOLD), _holds.exists()
    )


def _batches() -> Iterator[Sequence[int]]:
    """Ids of those who take part, and of those who hold places until they confirm."""
    looked_at = or_(Registration.state.in_(_TAKE_PART), _holds.exists())
    query = select(Registration.id).where(Registration.state.in_(_MAY_HOLD), looked_at)
    last = 0
    while ids := db.session.scalars(
        query.where(Registration.id > last).order_by(Registration.id).limit(AT_ONCE)
    ).all():
        yield ids
        last = ids[-1]


@dataclass
class _Known:
    """What was read for registrations before and holds for the others of their event: forms by its id, and what is kept
    for the door by the pool's."""

    forms: dict[int, Form] = field(default_factory=dict)
    doors: dict[int, DoorHold | None] = field(default_factory=dict)

    @cached_property
    def unasked(self) -> frozenset[int]:
        """Pools of questions that are not asked any more: who had a place there keeps it, and nobody needs one."""
        query = select(OptionPool.pool_id).join(QuestionRow, QuestionRow.id == OptionPool.question_id)
        return frozenset(db.session.scalars(query.where(QuestionRow.removed_at.is_not(None))))

    def form(self, event_id: int) -> Form:
        if event_id not in self.forms:
            self.forms[event_id] = get_form(event_id)
        return self.forms[event_id]

    def find_doors(self, pools: set[int]) -> None:
        fresh = pools - self.doors.keys()
        self.doors.update(dict.fromkeys(fresh))
        query = select(NamedPool, Event).join(Event, Event.id == NamedPool.event_id)
        doors = query.where(NamedPool.kind == PoolKind.DOOR, NamedPool.pool_id.in_(fresh))
        for hold, event in db.session.execute(doors).all() if fresh else ():
            if hold.parent_id is not None:
                above = pools_above(event, hold.parent_id)
                self.doors[hold.pool_id] = DoorHold(pool=hold.pool_id, above=above)


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What one of them is, beside its own row."""

    form: Form
    unasked: frozenset[int]
    answers: Sequence[Stored]
    others: Tickets
    offers: Sequence[SessionWish]
    door: DoorHold | None


def _faults(ids: Sequence[int], known: _Known) -> dict[int, list[Misheld]]:
    """What is wrong with each of these, by the registration's id; nothing of those who are right."""
    query = select(Registration).where(Registration.id.in_(ids), Registration.state.in_(_MAY_HOLD))
    whole = (
        joinedload(Registration.event),
        selectinload(Registration.attendees),
        selectinload(Registration.choices).joinedload(SessionChoice.session),
        selectinload(Registration.places),
    )
    rows = db.session.scalars(query.options(*whole).execution_options(populate_existing=True)).all()
    known.find_doors({place.pool_id for one in rows for place in one.places})
    types = {one.event_id: known.form(one.event_id).types for one in rows}
    others = list_other_types(ids, types) if any(types.values()) else {}
    asked = [one.id for one in rows if known.form(one.event_id).mark]
    answers = list_own_answers_of(asked)
    offers = list_offers_to(ids)
    found: dict[int, list[Misheld]] = {}
    for one in rows:
        doors = [door for place in one.places if (door := known.doors[place.pool_id])]
        facts = _Facts(
            form=known.form(one.event_id),
            unasked=known.unasked,
            answers=answers.get(one.id, ()),
            others=others.get(one.id, ()),
            offers=offers.get(one.id, ()),
            door=doors[0] if doors else None,
        )
        if whys := [*_other_companions(one, facts), *_other_places(one, facts)]:
            found[one.id] = [Misheld(one.number, why) for why in whys]
    return found


def _other_companions(one: Registration, facts: _Facts) -> Iterator[str]:
    """Only whose answers name people who take places of the event is looked at."""
    named = [each for each in facts.answers if each.question.content.takes_places]
    if named and companions_in(named) != one.companions:
        yield "more or fewer places than accompanying persons"


def _other_places(one: Registration, facts: _Facts) -> Iterator[str]:
    chosen = taken_sessions(one)
    needed = needs(
        one.event,
        [*chosen, *seats_of(facts.offers, chosen=chosen)],
        size=one.size,
        options=pools_of_answers(facts.form, facts.answers),
        ticket_type=find_in(facts.form.types, one.ticket_type_id),
        others=facts.others,
        door=facts.door,
    ).counts
    held = {place.pool_id: place.count for place in one.places}
    silent = _without_an_answer(facts)
    for pool in sorted(needed.keys() | held.keys()):
        has, wants = held.get(pool, 0), needed.get(pool, 0)
        if has != wants and not (pool in silent and not wants):
            yield f"{has} instead of {wants} of pool {pool}"


def _without_an_answer(facts: _Facts) -> set[int]:
    """Pools of options of which nothing is known: answers go when their time is over, and the places stay taken."""
    answered = {one.question.id for one in facts.answers if not (one.is_sealed and one.value is None)}
    silent = {pool for (question, _key), pool in facts.form.pools.items() if question not in answered}
    return silent | facts.unasked
