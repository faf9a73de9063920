"""Whether the counted places are the places that registrations hold, and whether those hold what they should."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Select, and_, exists, func, literal, or_, select

from eventhub.db import db
from eventhub.events.models import CapacityPool, Event, Session
from eventhub.registration.forms.answering import companions_in, places_of
from eventhub.registration.forms.claims import claiming
from eventhub.registration.forms.models import Answer, OptionPool, QuestionVersion
from eventhub.registration.forms.queries import get_form, list_own_answers
from eventhub.registration.models import Attendee, Place, Registration, SessionChoice
from eventhub.registration.needs import needs
from eventhub.registration.parties.fares import other_types
from eventhub.registration.parties.models import Fare
from eventhub.registration.rules import RegistrationState
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.queries import find_type, pools_above
from eventhub.registration.types.rules import PoolKind


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
    """Whoever takes part without a place that is counted, and whoever holds one without taking part; in order."""
    parts = (
        _without_a_place(),
        _without_a_place_in_a_session(),
        _with_a_place_for_nothing(),
        _with_other_heads(),
    )
    found = [Misheld(*row) for part in parts for row in db.session.execute(part)]
    found += [*_without_a_place_of_an_option(), *_with_other_companions(), *_with_other_tickets()]
    return sorted(found, key=lambda one: (one.number, one.why))


_TAKE_PART = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)
_holds = select(Place.pool_id).where(Place.registration_id == Registration.id)


def _without_a_place() -> Select[str, str]:
    return (
        select(Registration.number, literal("no place"))
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.state.in_(_TAKE_PART), Event.pool_id.is_not(None), ~_holds.exists())
    )


def _without_a_place_in_a_session() -> Select[str, str]:
    return (
        select(Registration.number, literal("no place in a chosen session"))
        .distinct()
        .join(SessionChoice, SessionChoice.registration_id == Registration.id)
        .join(Session, Session.id == SessionChoice.session_id)
        .where(Registration.state.in_(_TAKE_PART), Session.pool_id.is_not(None))
        .where(~_holds.where(Place.pool_id == Session.pool_id).exists())
    )


def _with_other_heads() -> Select[str, str]:
    people = select(func.count()).where(Attendee.registration_id == Registration.id).scalar_subquery()
    heads = people + Registration.companions
    return (
        select(Registration.number, literal("more or fewer places than people"))
        .join(Event, Event.id == Registration.event_id)
        .join(Place, and_(Place.registration_id == Registration.id, Place.pool_id == Event.pool_id))
        .where(Registration.state.in_(_TAKE_PART), Place.count != heads, ~_MIXED)
    )


_MIXED = exists().where(
    Attendee.registration_id == Registration.id,
    Fare.attendee_id == Attendee.id,
    Fare.ticket_type_id != Registration.ticket_type_id,
)


def _with_other_tickets() -> list[Misheld]:
    """Families whose people have several types hold a place of each, as often as somebody has it."""
    families = select(Registration).where(Registration.state.in_(_TAKE_PART), _MIXED)
    found = db.session.scalars(families.order_by(Registration.id)).all()
    return [Misheld(one.number, "places of other tickets") for one in found if not _holds_its_tickets(one)]


def _holds_its_tickets(registration: Registration) -> bool:
    needed = needs(
        registration.event,
        (),
        size=registration.size,
        ticket_type=find_type(registration.event_id, registration.ticket_type_id),
        others=other_types(registration),
    )
    held = {place.pool_id: place.count for place in registration.places}
    return all(held.get(pool) == count for pool, count in needed.counts.items())


def _with_a_place_for_nothing() -> Select[str, str]:
    holding = (*_TAKE_PART, RegistrationState.PENDING)
    return select(Registration.number, literal("a place without taking part")).where(
        Registration.state.not_in(holding), _holds.exists()
    )


def _without_a_place_of_an_option() -> list[Misheld]:
    """Only those who answered a question with limited options are looked at."""
    rows = db.session.execute(
        select(Registration.id, Registration.event_id, Registration.number)
        .distinct()
        .join(Answer, Answer.registration_id == Registration.id)
        .join(OptionPool, OptionPool.question_id == Answer.question_id)
        .where(Registration.state.in_(_TAKE_PART))
        .order_by(Registration.id)
    )
    return [
        Misheld(row.number, "no place of an option") for row in rows if _lacks_an_option(row.id, row.event_id)
    ]


def _lacks_an_option(registration_id: int, event_id: int) -> bool:
    form = get_form(event_id)
    asked = {question.id for question in form}  # what was removed takes nothing from who came later
    needed = {
        form.pools[one.question.id, key]: count
        for one in claiming(form, list_own_answers(registration_id))
        for key, count in places_of(one.question, one.value).items()
        if one.question.id in asked and (one.question.id, key) in form.pools
    }
    rows = db.session.execute(
        select(Place.pool_id, Place.count).where(Place.registration_id == registration_id)
    )
    held = {row.pool_id: row[1] for row in rows}
    return any(held.get(pool) != count for pool, count in needed.items())


def _with_other_companions() -> list[Misheld]:
    """Only those whose answers name people who take places of the event are looked at."""
    rows = db.session.execute(
        select(Registration.id, Registration.number, Registration.companions)
        .distinct()
        .join(Answer, Answer.registration_id == Registration.id)
        .join(QuestionVersion, QuestionVersion.id == Answer.version_id)
        .where(Registration.state.in_(_TAKE_PART), QuestionVersion.takes_places)
        .order_by(Registration.id)
    )
    return [
        Misheld(row.number, "more or fewer places than accompanying persons")
        for row in rows
        if companions_in(list_own_answers(row.id)) != row.companions
    ]
