"""Who makes invoices: the list that the office keeps, and whom of it an event has chosen."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.billing.models import EventIssuer, Issuer, Series
from eventhub.billing.queries import find_issuer
from eventhub.billing.rules import IssuerRetired, Letterhead, PrefixTaken, PrefixUsed, check_letterhead
from eventhub.core.ids import public_id
from eventhub.db import db, refuses
from eventhub.events.models import Event

refuses("uq_issuers_prefix", PrefixTaken)


def add_issuer(head: Letterhead, *, by: str, now: datetime) -> Issuer:
    """One more of whom an event can choose. Raises PrefixWrong, PrefixTaken and IssuerIncomplete."""
    check_letterhead(head)
    _check_was_never_used(head.prefix)
    issuer = Issuer(public_id=public_id(), **asdict(head), revised_at=now, revised_by=by, retired_at=None)
    db.session.add(issuer)
    _store(issuer, "added", by=by, now=now)
    return issuer


def revise_issuer(issuer: Issuer, head: Letterhead, *, by: str, now: datetime) -> None:
    """What the next invoices of all its events say; those that are made stay as they are.

    Raises PrefixWrong, PrefixTaken, IssuerIncomplete, and PrefixUsed once a number was given.
    """
    check_letterhead(head)
    db.session.refresh(issuer, with_for_update=True)  # no number is given meanwhile
    if head.prefix != issuer.prefix:
        if _has_series(issuer.prefix):
            raise PrefixUsed()
        _check_was_never_used(head.prefix)
    for name, value in {**asdict(head), "revised_at": now, "revised_by": by}.items():
        setattr(issuer, name, value)
    _store(issuer, "revised", by=by, now=now)


def retire_issuer(issuer: Issuer, *, by: str, now: datetime) -> None:
    """No event can choose it any more; those that have it keep it until they choose another. Asked again, it does
    nothing."""
    db.session.refresh(issuer, with_for_update=True)
    if issuer.retired_at is None:
        issuer.retired_at = now
        _store(issuer, "retired", by=by, now=now)


def offer_issuer_again(issuer: Issuer, *, by: str, now: datetime) -> None:
    """Events can choose it as before. Asked again, it does nothing."""
    db.session.refresh(issuer, with_for_update=True)
    if issuer.retired_at is not None:
        issuer.retired_at = None
        _store(issuer, "offered_again", by=by, now=now)


def choose_issuer(event: Event, issuer: Issuer, *, by: str, now: datetime) -> None:
    """The next invoices of this event are made by this one. Raises IssuerRetired, but for the one that it has."""
    db.session.refresh(issuer, with_for_update=True)  # it is not retired meanwhile
    if issuer.retired_at is not None and find_issuer(event.id) is not issuer:
        raise IssuerRetired()
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    chosen = {"issuer_id": issuer.id}
    new = dialect.insert(EventIssuer).values(event_id=event.id, **chosen)
    db.session.execute(new.on_conflict_do_update(index_elements=[EventIssuer.event_id], set_=chosen))
    subject = ("event", event.slug)
    audit.record("issuer.chosen", subject=subject, by=by, now=now, issuer=issuer.public_id)


def copy_issuer(source: Event, copy: Event, *, by: str, now: datetime) -> None:
    """The copy of an event has its invoices made by the same; of a retired one another is to be chosen."""
    issuer = find_issuer(source.id)
    if issuer is not None and issuer.retired_at is None:
        choose_issuer(copy, issuer, by=by, now=now)


def _has_series(prefix: str) -> bool:
    return db.session.scalar(select(Series.year).where(Series.issuer == prefix).limit(1)) is not None


def _check_was_never_used(prefix: str) -> None:
    """Numbers that somebody holds on paper are not given once more."""
    if _has_series(prefix):
        raise PrefixTaken()


def _store(issuer: Issuer, deed: str, *, by: str, now: datetime) -> None:
    db.session.flush()
    audit.record(f"issuer.{deed}", subject=("issuer", issuer.public_id), by=by, now=now, prefix=issuer.prefix)
