"""Sessions whose places are those of a named pool of the event: shared by several sessions, or with types of ticket.

Who takes two such sessions takes two places of the pool. A session may have a number of its own besides: then its own
pool lies in the named one. A place is taken in the pools above the named one too, but in none of the event's: so none
of them may be held back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from eventhub import audit
from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.db import db
from eventhub.events.models import Event, PoolAbove, Session
from eventhub.events.places import open_pool
from eventhub.events.programme import subject_of
from eventhub.registration.forms.marks import open_form, renew_mark
from eventhub.registration.models import SessionChoice
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.types.editing import get_named_pool
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.queries import list_pools
from eventhub.registration.types.reading import chain_of
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.waiting import lock_pools


class SessionTaken(Refusal):
    sentence = N_("Somebody has chosen this session already, so its places can't be counted elsewhere.")
    status = 422
    field = "pool"


class PlacesTaken(SessionTaken):
    """As SessionTaken, of who changes only whether it has a number of its own."""

    field = "capacity"


class NotForSessions(Refusal):
    sentence = N_("Choose places that are shared and not held back, nor a part of such.")
    status = 422
    field = "pool"


def list_shareable(event_id: int) -> Sequence[NamedPool]:
    """The pools that sessions may use, the oldest first."""
    named = {one.pool_id: one for one in list_pools(event_id)}
    return [one for one in named.values() if _is_for_sessions(one, named)]


def _is_for_sessions(pool: NamedPool, named: Mapping[int, NamedPool]) -> bool:
    return all(named[one].kind is PoolKind.SHARED for one in chain_of(pool.pool_id, named))


def find_shared(session: Session) -> NamedPool | None:
    """The named pool in which the places of this session are counted, above its own if it has one."""
    nearest = (
        select(NamedPool)
        .join(PoolAbove, PoolAbove.pool_id == NamedPool.pool_id)
        .where(PoolAbove.session_id == session.id)
        .order_by(PoolAbove.position)
        .limit(1)
    )
    if session.shares_pool:
        nearest = select(NamedPool).where(NamedPool.pool_id == session.pool_id)
    return db.session.scalars(nearest).one_or_none()


def count_in(
    event: Event, session: Session, pool: str, *, places: int | None = None, by: str, now: datetime
) -> None:
    """Count the session's places in the named pool with this public id; with an empty one in no pool of others.
    With `places` the session has so many at most, in a pool of its own that lies in that one.

    Raises NotFound, NotForSessions, and SessionTaken once somebody chose it or stood in its line.
    """
    open_form(event.id)
    lock_pools(event)
    db.session.flush()
    db.session.refresh(session)  # another organiser may have counted it elsewhere while we waited
    db.session.expire(session, ["pool", "above", "ids_above"])
    old, is_apart = find_shared(session), bool(pool) and places is not None
    has_own = old is not None and not session.shares_pool
    if (old.public_id if old else "", has_own) == (pool, is_apart):
        return
    named = {one.pool_id: one for one in list_pools(event.id)}
    chosen = get_named_pool(event, pool) if pool else None
    if chosen is not None and not _is_for_sessions(chosen, named):
        raise NotForSessions()
    if _is_taken(session):
        raise SessionTaken() if chosen is not old else PlacesTaken()
    chain = chain_of(chosen.pool_id, named) if chosen is not None else ()
    _move_to(session, chain, places=places if is_apart else None)
    renew_mark(event.id)
    facts = {"old": old.public_id if old else None, "new": pool or None, "places": places}
    audit.record("session.counted_in", subject=subject_of(session), by=by, now=now, **facts)


def _move_to(session: Session, chain: Sequence[int], *, places: int | None) -> None:
    """The session's places are those of this chain of named pools, or lie in it with a pool of so many of its own."""
    own = None if session.shares_pool else session.pool
    stays = own is not None and (places is not None or not chain)
    if not stays:
        first = open_pool(places) if places is not None else next(iter(chain), None)
        session.pool_id, session.shares_pool = first, places is None and first is not None
    db.session.flush()
    if own is not None and not stays:
        db.session.delete(own)
    db.session.execute(delete(PoolAbove).where(PoolAbove.session_id == session.id))
    above = chain[1:] if session.shares_pool else chain
    rows = [
        {"session_id": session.id, "pool_id": one, "position": position} for position, one in enumerate(above)
    ]
    if rows:
        db.session.execute(insert(PoolAbove), rows)
    db.session.flush()
    db.session.expire(session, ["pool", "above", "ids_above"])


def _is_taken(session: Session) -> bool:
    chosen = select(SessionChoice.session_id).where(SessionChoice.session_id == session.id)
    wished = select(SessionWish.id).where(SessionWish.session_id == session.id)
    return any(db.session.scalar(one.limit(1)) is not None for one in (chosen, wished))
