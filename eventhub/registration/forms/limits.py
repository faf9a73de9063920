"""Places of limited options: each has a pool, whose counter says what the answers say from the first moment on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, delete, exists, insert, not_, or_, select, update

from eventhub.db import db, rows_changed
from eventhub.events.models import CapacityPool, Event
from eventhub.events.places import open_pool
from eventhub.registration.forms.claims import forget_answers_to
from eventhub.registration.forms.models import Answer, OptionPool, QuestionRow
from eventhub.registration.forms.rules import LimitBelowTaken
from eventhub.registration.forms.sealing import LIES_SEALED, read_sealed
from eventhub.registration.forms.shapes import PEOPLE, Option
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
        {one: count for one, value in _answers(question_id, who) if (count := _count(option.key, value))}
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


def _answers(question_id: int, who: ColumnElement[bool]) -> list[tuple[int, object]]:
    """The answers of these registrations; nobody of them comes or goes until the transaction ends."""
    query = (
        select(Registration.id, Answer.value, QuestionRow.public_id)
        .join(Answer, Answer.registration_id == Registration.id)
        .join(QuestionRow, QuestionRow.id == Answer.question_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Answer.question_id == question_id, who)
        .order_by(Registration.id)
        .with_for_update(of=Registration, key_share=True)
    )
    rows = db.session.execute(query).all()
    return [(number, _said(number, name, value)) for number, value, name in rows]


def _said(registration: int, question: str, value: object) -> object:
    return read_sealed(registration).get(question) if value == LIES_SEALED else value


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
