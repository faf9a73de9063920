"""Sessions whose places are those of a named pool of the event: shared by several sessions, or with types of ticket.

Who takes two such sessions takes two places of the pool. Only pools that lie in no other can be shared so: a place in a
session is none of the event's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from eventhub import audit
from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.db import db
from eventhub.events.models import Event, Session
from eventhub.events.programme import subject_of
from eventhub.registration.forms.marks import open_form, renew_mark
from eventhub.registration.models import SessionChoice
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.types.editing import get_named_pool
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.queries import list_pools
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.waiting import lock_pools


class SessionTaken(Refusal):
    sentence = N_("Somebody has chosen this session already, so its places can't be counted elsewhere.")
    status = 422
    field = "pool"


class NotForSessions(Refusal):
    sentence = N_("Choose places that are shared, not held back, and not a part of others.")
    status = 422
    field = "pool"


def list_shareable(event_id: int) -> Sequence[NamedPool]:
    """The pools that sessions may use, the oldest first."""
    return [one for one in list_pools(event_id) if _is_for_sessions(one)]


def _is_for_sessions(pool: NamedPool) -> bool:
    return pool.kind is PoolKind.SHARED and pool.parent_id is None


def find_shared(session: Session) -> NamedPool | None:
    """The named pool in which the places of this session are counted."""
    return db.session.get(NamedPool, session.pool_id) if session.shares_pool and session.pool_id else None


def count_in(event: Event, session: Session, pool: str, *, by: str, now: datetime) -> None:
    """Count the session's places in the named pool with this public id; with an empty one in no pool of others.

    Raises NotFound, NotForSessions, and SessionTaken once somebody chose it or stood in its line.
    """
    old = find_shared(session)
    if (old.public_id if old else "") == pool:
        return
    open_form(event.id)
    lock_pools(event)
    named = get_named_pool(event, pool) if pool else None
    if named is not None and not _is_for_sessions(named):
        raise NotForSessions()
    if _is_taken(session):
        raise SessionTaken()
    own = None if session.shares_pool else session.pool
    session.pool_id, session.shares_pool = (named.pool_id, True) if named is not None else (None, False)
    db.session.flush()
    if own is not None:
        db.session.delete(own)
    db.session.flush()
    db.session.expire(session, ["pool"])
    renew_mark(event.id)
    facts = {"old": old.public_id if old else None, "new": pool or None}
    audit.record("session.counted_in", subject=subject_of(session), by=by, now=now, **facts)


def _is_taken(session: Session) -> bool:
    chosen = select(SessionChoice.session_id).where(SessionChoice.session_id == session.id)
    wished = select(SessionWish.id).where(SessionWish.session_id == session.id)
    return any(db.session.scalar(one.limit(1)) is not None for one in (chosen, wished))
