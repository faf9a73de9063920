"""The nightly proof: silent where all is right, and about every place that somebody has too much or too little."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import delete, select, update

from eventhub.db import db, transaction
from eventhub.registration.models import Place
from eventhub.registration.proof import list_miscounts, list_misheld
from eventhub.registration.types.pools import add_pool
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.types.sharing import count_in
from tests.commands.registration.asking import look_again, registered
from tests.commands.registration.parties import NINE, a_child, a_family
from tests.commands.registration.types import make_type
from tests.factories import both_languages, make_event, make_session
from tests.people import statements

HOUR = timedelta(hours=1)


def test_it_compares_all_that_somebody_needs_with_all_that_they_have(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="gala", capacity=50, takes_families=True)
        shared = make_session(event, capacity=9)
        facts = {"kind": PoolKind.SHARED, "places": 20, "by": "test"}
        pool = add_pool(event, name=both_languages("Hall"), now=now, **facts)
        count_in(event, shared, pool.public_id, by="test", now=now)
        own = make_session(event, capacity=20, starts_at=shared.ends_at, ends_at=shared.ends_at + HOUR)
    adult = make_type(event, "Adult", now=now, pool=pool.public_id)
    child = make_type(event, "Child", now=now, places=20)
    family = a_family(a_child("Vera Example", NINE, shared, own, ticket_type=child.public_id))
    asked_for = {"ticket": adult, "party": family, "sessions": (own.public_id,)}
    said = []
    for number in range(3):
        registered("gala", f"{number}@example.org", now=now, **asked_for)
        look_again()
        with statements() as asked:
            assert (list_miscounts(), list_misheld()) == ([], [])
        said.append(len(asked))
    assert said[0] == said[1] == said[2]

    number, pools = _first_family()
    (of_child,) = pools.keys() - {event.pool_id, pool.pool_id, own.pool_id}
    assert pools == {event.pool_id: 2, pool.pool_id: 2, own.pool_id: 2, of_child: 1}
    for each, count in pools.items():
        for other in (0, count + 1):
            assert _whys_with(number, each, other) == [f"{other} instead of {count} of pool {each}"]


def _first_family() -> tuple[int, dict[int, int]]:
    look_again()
    first = db.session.scalars(select(Place.registration_id).order_by(Place.registration_id).limit(1)).one()
    rows = db.session.execute(select(Place.pool_id, Place.count).where(Place.registration_id == first))
    return first, {row.pool_id: row[1] for row in rows}


def _whys_with(registration: int, pool: int, count: int) -> list[str]:
    """What the proof says while so many places are written down here; then all is as before."""
    here = (Place.registration_id == registration, Place.pool_id == pool)
    change = update(Place).where(*here).values(count=count) if count else delete(Place).where(*here)
    db.session.execute(change, execution_options={"synchronize_session": False})
    found = [one.why for one in list_misheld()]
    look_again()
    return found
