"""Places of limited options: each has a pool, whose counter says what the answers say from the first moment on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, insert, not_, or_, select, update

from eventhub.db import db, rows_changed
from eventhub.events.models import CapacityPool, Event
from eventhub.events.places import open_pool
from eventhub.registration.forms.claims import forget_answers_to
from eventhub.registration.forms.models import Answer, AttendeeAnswer, OptionPool
from eventhub.registration.forms.queries import list_own_answers_of
from eventhub.registration.forms.rules import LimitBelowTaken
from eventhub.registration.forms.shapes import PEOPLE, Option
from eventhub.registration.models import Attendee, Place, Registration
from eventhub.registration.rules import RegistrationState
from eventhub.registration.types.models import TicketType

# Who waits for an approval or in the line holds none yet.
_HOLDS_PLACES = or_(
    Registration.state.in_((RegistrationState.CONFIRMED, RegistrationState.OFFERED)),
    and_(
        Registration.state == RegistrationState.PENDING,
        not_(Event.needs_approval),
        ~exists().where(TicketType.id == Registration.ticket_type_id, TicketType.needs_approval),
    ),
)


def count_options(question_id: int, options: Iterable[Option]) -> None:
    """Give each limited option a pool of its size, and take it from one that has no limit any more.

    An option that is not offered any more keeps its pool: those who have it keep their places. The form is held alone
    meanwhile. Raises LimitBelowTaken.
    """
    pools = {
        row.key: row for row in db.session.scalars(select(OptionPool).filter_by(question_id=question_id))
    }
    kept = [option for option in options if option.key in pools]
    # Registrations are locked before any pool, as everybody does who changes both.
    for option in options:
        if option.limit is not None and option.key not in pools:
            _begin_to_count(question_id, option, option.limit)
    for option in kept:
        if option.limit is None:
            stop_counting(pools[option.key])
        else:
            _resize(pools[option.key].pool_id, option, option.limit)


def _resize(pool_id: int, option: Option, limit: int) -> None:
    fits = (CapacityPool.id == pool_id, CapacityPool.taken <= limit)
    if rows_changed(update(CapacityPool).where(*fits).values(capacity=limit)) != 1:
        taken = db.session.scalar(select(CapacityPool.taken).where(CapacityPool.id == pool_id))
        raise LimitBelowTaken(option=option.label, taken=taken)


def _begin_to_count(question_id: int, option: Option, limit: int) -> None:
    """Whoever chose it before there was a limit holds a place too; who stands in line chooses anew, and waits for as
    many places of the event as before."""
    holders, in_line = (
        _count_each(question_id, option, who)
        for who in (_HOLDS_PLACES, Registration.state == RegistrationState.WAITLISTED)
    )
    forget_answers_to(in_line, [question_id])
    taken = sum(holders.values())
    if taken > limit:
        raise LimitBelowTaken(option=option.label, taken=taken)
    pool = open_pool(limit, taken=taken)
    db.session.add(OptionPool(question_id=question_id, key=option.key, pool_id=pool))
    db.session.flush()
    if holders:
        rows = [{"registration_id": one, "pool_id": pool, "count": count} for one, count in holders.items()]
        db.session.execute(insert(Place), rows)


def _count_each(question_id: int, option: Option, who: ColumnElement[bool]) -> Counter[int]:
    """How many places of the option each of these registrations has, by its id; those with none are left out. Nobody of
    them comes or goes until the transaction ends."""
    counts: Counter[int] = Counter()
    for registration_id, answers in list_own_answers_of(_hold(question_id, who)).items():
        for one in answers:
            if one.question.id == question_id and (count := _count(option.key, one.value)):
                counts[registration_id] += count
    return counts


def _hold(question_id: int, who: ColumnElement[bool]) -> Sequence[int]:
    """Ids of those registrations on which somebody answered."""
    people = select(Attendee.registration_id).join(AttendeeAnswer, AttendeeAnswer.attendee_id == Attendee.id)
    answered = or_(
        Registration.id.in_(select(Answer.registration_id).where(Answer.question_id == question_id)),
        Registration.id.in_(people.where(AttendeeAnswer.question_id == question_id)),
    )
    query = select(Registration.id).join(Event, Event.id == Registration.event_id).where(answered, who)
    held = query.order_by(Registration.id).with_for_update(of=Registration, key_share=True)
    return db.session.scalars(held).all()


def _count(key: str, value: object) -> int:
    """How many places of an option this answer takes."""
    values = list(value) if isinstance(value, list) else [value]
    return sum(isinstance(one, dict) for one in values) if key == PEOPLE else values.count(key)


def stop_counting(pool: OptionPool) -> None:
    """The option has no places of its own any more."""
    pool_id = pool.pool_id
    db.session.execute(delete(Place).where(Place.pool_id == pool_id))
    db.session.execute(
        delete(OptionPool).where(OptionPool.question_id == pool.question_id, OptionPool.key == pool.key)
    )
    db.session.execute(delete(CapacityPool).where(CapacityPool.id == pool_id))
