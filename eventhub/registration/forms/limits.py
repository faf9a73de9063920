"""Places of limited options: each has a pool, whose counter says what the answers say from the first moment on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, delete, exists, insert, not_, or_, select, update

from eventhub.db import db, rows_changed
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.forms.models import Answer, OptionPool
from eventhub.registration.forms.rules import LimitBelowTaken
from eventhub.registration.forms.shapes import Option
from eventhub.registration.models import Place, Registration
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
    for option in options:
        pool = pools.get(option.key)
        if option.limit is None and pool is not None:
            stop_counting(pool)
        elif option.limit is not None and pool is None:
            _begin_to_count(question_id, option, option.limit)
        elif option.limit is not None and pool is not None:
            _resize(pool.pool_id, option, option.limit)


def _resize(pool_id: int, option: Option, limit: int) -> None:
    fits = (CapacityPool.id == pool_id, CapacityPool.taken <= limit)
    if rows_changed(update(CapacityPool).where(*fits).values(capacity=limit)) != 1:
        taken = db.session.scalar(select(CapacityPool.taken).where(CapacityPool.id == pool_id))
        raise LimitBelowTaken(option=option.label, taken=taken)


def _begin_to_count(question_id: int, option: Option, limit: int) -> None:
    """Whoever chose it before there was a limit holds a place too."""
    holders = [
        registration for registration, value in _live_answers(question_id) if option.key in _keys(value)
    ]
    if len(holders) > limit:
        raise LimitBelowTaken(option=option.label, taken=len(holders))
    pool = CapacityPool(capacity=limit, taken=len(holders))
    db.session.add(pool)
    db.session.flush()
    db.session.add(OptionPool(question_id=question_id, key=option.key, pool_id=pool.id))
    db.session.flush()
    if holders:
        rows = [{"registration_id": one, "pool_id": pool.id, "count": 1} for one in holders]
        db.session.execute(insert(Place), rows)


def _live_answers(question_id: int) -> list[tuple[int, object]]:
    """The answers of those who take part; nobody of them comes or goes until the transaction ends."""
    query = (
        select(Registration.id, Answer.value)
        .join(Answer, Answer.registration_id == Registration.id)
        .join(Event, Event.id == Registration.event_id)
        .where(Answer.question_id == question_id, _HOLDS_PLACES)
        .order_by(Registration.id)
        .with_for_update(of=Registration)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _keys(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def stop_counting(pool: OptionPool) -> None:
    """The option has no places of its own any more."""
    pool_id = pool.pool_id
    db.session.execute(delete(Place).where(Place.pool_id == pool_id))
    db.session.execute(
        delete(OptionPool).where(OptionPool.question_id == pool.question_id, OptionPool.key == pool.key)
    )
    db.session.execute(delete(CapacityPool).where(CapacityPool.id == pool_id))
