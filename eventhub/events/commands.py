"""What organisers do with an event as a whole: create, revise, publish, cancel, archive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from eventhub import audit
from eventhub.core.errors import Refusal
from eventhub.core.ids import readable_number
from eventhub.core.states import check_move
from eventhub.core.text import LANGUAGES, N_, slug_of
from eventhub.db import db
from eventhub.events.checklist import Readiness, open_tasks
from eventhub.events.models import CapacityPool, Event, Session
from eventhub.events.plans import EVENT_FIELDS, EventPlan, check_event, plan_of_event
from eventhub.events.rules import MOVES, EventState, Kind, SessionState
from eventhub.events.stamps import revise

# Only participants see the link, free places are told by the pools themselves, and calendars know no waiting list.
INVISIBLE = frozenset(
    {"online_link", "capacity", "has_waiting_list", "offer_hours", "needs_approval", "names_until"}
    | {"takes_families", "children_per_adult", "takes_school_groups", "largest_group"}
)
# What every entry of the programme shows too: when it changes, their calendar entries change.
SHOWN_BY_SESSIONS = frozenset({"timezone", "venue_id", "state"})


class NotReady(Refusal):
    """`missing` are the open tasks."""

    sentence = N_("Some tasks of the checklist are still open.")


class CapacityBelowTaken(Refusal):
    sentence = N_("%(taken)s places are taken already. Enter that number or a higher one.")
    status = 422
    field = "capacity"


class CountingIsFixed(Refusal):
    sentence = N_("Places are counted since publication. Enter their number.")
    status = 422
    field = "capacity"


class CountingNeverBegan(Refusal):
    sentence = N_("This event was published without counted places, so leave their number empty.")
    status = 422
    field = "capacity"


class ReasonMissing(Refusal):
    sentence = N_("Say why, in English or in Russian: participants read it.")
    status = 422
    field = "reason_en"


class NotOverYet(Refusal):
    sentence = N_("This event is not over yet. Cancel it, or archive it when it is over.")


def create_event(*, kind: Kind, plan: EventPlan, by: str, now: datetime, slug: str | None = None) -> Event:
    """Make a draft. `slug` is made of the title unless given. `by` is the actor's public id."""
    check_event(plan)
    event = Event(
        uid=uuid4(),
        slug=slug or _free_slug(plan.title),
        kind=kind,
        state=EventState.DRAFT,
        pool=new_pool(plan.capacity),
        created_at=now,
        revision=0,
        revised_at=now,
        **_columns(plan),
    )
    db.session.add(event)
    db.session.flush()
    audit.record("event.created", subject=subject_of(event), by=by, now=now, kind=kind, title=plan.title)
    return event


def revise_event(event: Event, *, plan: EventPlan, by: str, now: datetime) -> None:
    """Store what is different. What the public sees raises the revision; what it doesn't see does not."""
    check_event(plan)
    lock(event)
    old = plan_of_event(event)
    changes = changes_between(old, plan)
    if not changes:
        return
    if "capacity" in changes:
        _recount(event, plan.capacity)
    for name, value in _columns(plan).items():
        if name in changes:
            setattr(event, name, value)
    _show(event, changes.keys(), now=now)
    audit.record("event.revised", subject=subject_of(event), by=by, now=now, changes=changes)


def publish(event: Event, *, by: str, now: datetime) -> None:
    """Show it to everybody. Raises NotReady with the open tasks of the checklist."""
    lock(event)
    check_move(MOVES, event.state, EventState.PUBLISHED)
    missing = open_tasks(readiness_of(event), now=now)
    if missing:
        raise NotReady(missing=", ".join(missing))
    event.published_at = now
    _move(event, EventState.PUBLISHED, by=by, now=now)


def cancel_event(event: Event, *, reason: Mapping[str, str], by: str, now: datetime) -> None:
    """Call it off, for everybody to see. `reason` is per language, at least one."""
    lock(event)
    check_move(MOVES, event.state, EventState.CANCELLED)
    told = {language: reason[language] for language in LANGUAGES if reason.get(language)}
    if not told:
        raise ReasonMissing()
    event.cancel_reason = told
    event.cancelled_at = now
    _move(event, EventState.CANCELLED, by=by, now=now, reason=told)


def archive_event(event: Event, *, by: str, now: datetime) -> None:
    """Put it away: a draft, a cancelled event, or one that is over."""
    lock(event)
    check_move(MOVES, event.state, EventState.ARCHIVED)
    if event.state is EventState.PUBLISHED and now < event.ends_at:
        raise NotOverYet()
    _move(event, EventState.ARCHIVED, by=by, now=now)


def readiness_of(event: Event) -> Readiness:
    """The facts that the checklist judges."""
    scheduled = sum(session.state is SessionState.SCHEDULED for session in event.sessions)
    return Readiness(
        kind=event.kind,
        title=event.title,
        summary=event.summary,
        description=event.description,
        host=event.host,
        contact_email=event.contact_email,
        format=event.format,
        has_venue=event.venue_id is not None,
        has_online_link=bool(event.online_link),
        ends_at=event.ends_at,
        closes_at=event.closes_at,
        sessions=scheduled,
    )


def lock(event: Event) -> None:
    """Read the row again and keep it to ourselves until the transaction ends."""
    # The key stays, so who registers for it does not have to wait, nor the other way round.
    db.session.refresh(event, with_for_update={"of": Event, "key_share": True})


def subject_of(event: Event) -> tuple[str, str]:
    """How the audit names an event."""
    return ("event", str(event.id))


def changes_between(old: Any, new: Any) -> dict[str, list[Any]]:
    """Fields that differ between two plans, as [old, new] in a form that the audit can keep."""
    return {
        name: [_plain(getattr(old, name)), _plain(getattr(new, name))]
        for name in old.__dataclass_fields__
        if getattr(old, name) != getattr(new, name)
    }


def new_pool(capacity: int | None) -> CapacityPool | None:
    """A new pool of places; None when places are not counted."""
    return None if capacity is None else CapacityPool(capacity=capacity, taken=0)


def replace_pool(thing: Event | Session, capacity: int | None) -> None:
    """Count the places of a draft anew, or no more."""
    old, thing.pool = thing.pool, new_pool(capacity)
    if old is not None:
        db.session.flush()
        db.session.delete(old)


def resize_pool(pool: CapacityPool, capacity: int) -> None:
    """Set the number of seats; where the pool is overbooked it has more places than that.

    Raises CapacityBelowTaken: the database compares with what is taken now.
    """
    extra = capacity * CapacityPool.overbooking // 100
    statement = (
        update(CapacityPool)
        .where(CapacityPool.id == pool.id, CapacityPool.taken <= capacity + extra)
        .values(capacity=capacity + extra, extra=extra)
    )
    statement = statement.returning(CapacityPool.id).execution_options(synchronize_session=False)
    done = db.session.scalar(statement)
    db.session.refresh(pool)
    if done is None:
        raise CapacityBelowTaken(taken=pool.taken)


def _recount(event: Event, capacity: int | None) -> None:
    if event.pool is not None and capacity is not None:
        resize_pool(event.pool, capacity)
    elif event.state is EventState.DRAFT:
        replace_pool(event, capacity)
    else:
        raise CountingNeverBegan() if event.pool is None else CountingIsFixed()


def _columns(plan: EventPlan) -> dict[str, Any]:
    values = {name: getattr(plan, name) for name in EVENT_FIELDS}
    return {**values, "topics": list(plan.topics), "languages": list(plan.languages)}


def _move(event: Event, state: EventState, *, by: str, now: datetime, **detail: Any) -> None:
    old, event.state = event.state, state
    if old is EventState.DRAFT and state is EventState.ARCHIVED:
        event.revised_at = now
    else:
        _show(event, {"state"}, now=now)
    audit.record(f"event.{state}", subject=subject_of(event), by=by, now=now, old=old, new=state, **detail)


def _show(event: Event, changed: Any, *, now: datetime) -> None:
    """Raise the revisions of what the public sees; of a draft it sees nothing."""
    visible = set(changed) - INVISIBLE
    if not visible or event.state is EventState.DRAFT:
        return
    revise(event, now=now)
    if visible & SHOWN_BY_SESSIONS:
        statement = (
            update(Session)
            .where(Session.event_id == event.id, Session.state == SessionState.SCHEDULED)
            .values(revision=Session.revision + 1, revised_at=now)
        )
        db.session.execute(statement, execution_options={"synchronize_session": "fetch"})


def _free_slug(title: Mapping[str, str]) -> str:
    """A readable address that nobody has yet."""
    base = slug_of(title.get("en") or title.get("ru") or "") or "event"
    taken = db.session.scalar(select(Event.id).where(Event.slug == base))
    return base if taken is None else f"{base}-{readable_number()[:4].lower()}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return vars(value) if hasattr(value, "__dataclass_fields__") else value
